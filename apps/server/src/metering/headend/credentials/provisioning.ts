// A meter's identity on the wire through its life: claimed with the secret of its factory, paired
// anew with another one, rotated by command (the old secret works until the new one is used),
// revoked (its session ends at once). Each change stands in its history, by name and with a reason.

import { createHash, createHmac } from 'node:crypto';
import { err, ok, type Result } from '@prewatt/quantities';
import { sql } from 'kysely';
import { int2Array, uuidArray } from '../../../base/binary-arrays.ts';
import type { Database, Tx } from '../../../base/database.ts';
import { notifyLive } from '../../../base/live.ts';
import type { Log } from '../../../base/log.ts';
import type { Clocks } from '../../../base/time.ts';
import type { AuditLog } from '../../../registry/audit-log/index.ts';
import { type MeterPlace, updateLink } from '../../../registry/connections/index.ts';
import type { StoredAction } from '../commands/actions.ts';
import type { Commands } from '../commands/command-types.ts';
import type { SendRefusal } from '../commands/errors.ts';
import type { CertificateBook } from './certificates.ts';
import { answerAsked } from './certifying.ts';
import {
  type AskedLinkAct,
  type LinkRequest,
  linkChangeOf,
  lockMeterRow,
  meterOf,
  recordAskedLinkChange,
  recordLinkChange,
} from './link-audit.ts';

/** Real time that a claim waits for others. */
const claimTogetherMs = 100;
const rotationExpiresMs = 30 * 24 * 3_600_000;

export type Provisioning = {
  /** A new secret goes to the meter by command. */
  readonly rotate: (tx: Tx, request: LinkRequest) => Promise<Result<void, SendRefusal>>;
  /** The meter is told to ask for a certificate, whatever it has; the command that tells it. */
  readonly askForCertificate: (
    tx: Tx,
    request: LinkRequest,
  ) => Promise<Result<{ readonly commandId: string }, SendRefusal>>;
  /** No secret of the meter opens a session any more, and the present one ends. */
  readonly revoke: (tx: Tx, request: LinkRequest) => Promise<Result<void, SendRefusal>>;
  /** The meter's secret is from now on the one with this SHA-256 (hex); ends a revocation. */
  readonly pair: (
    tx: Tx,
    request: LinkRequest & { readonly sha256Hex: string },
  ) => Promise<Result<void, SendRefusal>>;
  /** The meter has connected with its next secret: the old one ends, the command is answered. */
  readonly nextUsed: (place: MeterPlace) => Promise<void>;
  /** The meter has connected with its factory's secret; kept once, soon. */
  readonly claimed: (place: MeterPlace) => void;
};

/** The secret of a generation: derived, so that it rests nowhere. 128 bits in hex. */
export function linkSecretOf(
  masterKey: Buffer,
  meter: { readonly meterId: string; readonly generation: number },
): string {
  return createHmac('sha256', masterKey)
    .update(`prewatt link secret ${meter.meterId} ${meter.generation}`)
    .digest('hex')
    .slice(0, 32);
}

const isSameHash = (a: Buffer | null, b: Buffer | null): boolean =>
  a === null || b === null ? a === b : a.equals(b);

const hashOf = (secret: string): Buffer => createHash('sha256').update(secret).digest();

type Deps = {
  readonly database: Database;
  readonly commands: Pick<Commands, 'enqueue' | 'completeMany'>;
  readonly clocks: Clocks;
  readonly masterKey: Buffer;
  readonly certificates: CertificateBook;
  readonly auditLog: Pick<AuditLog, 'recordByName'>;
  readonly log: Log;
};

export function createProvisioning(o: Deps): Provisioning {
  const now = () => new Date(o.clocks.business.nowMs());
  const begun = (
    tx: Tx,
    request: LinkRequest,
    act: AskedLinkAct,
    secretHash: Buffer | null = null,
  ) => begin(tx, o.auditLog, request, { act, secretHash, at: now() });

  return {
    rotate: async (tx, request) => {
      const { place } = request;
      const isNew = await begun(tx, request, 'rotationAsked');
      if (!isNew.ok || !isNew.value) return isNew.ok ? ok(undefined) : isNew;
      if (await o.certificates.isInUse(tx, place)) {
        await askMeter(tx, o, { request, action: { kind: 'renewCertificate' } });
        return ok(undefined);
      }
      const { secret_generation: last, next_secret_hash: next } = await meterOf(tx, place)
        .select(['secret_generation', 'next_secret_hash'])
        .executeTakeFirstOrThrow();
      // One that is under way may be in the meter already: it goes again, and no third one is made.
      const generation = next === null ? last + 1 : last;
      const secret = linkSecretOf(o.masterKey, { meterId: place.meterId, generation });
      await updateLink(tx, place, {
        secret_generation: generation,
        next_secret_hash: hashOf(secret),
      }).execute();
      await askMeter(tx, o, { request, action: { kind: 'setLinkSecret', generation } });
      return ok(undefined);
    },
    askForCertificate: async (tx, request) => {
      const isNew = await begun(tx, request, 'rotationAsked');
      if (!isNew.ok) return isNew;
      // Asked again, the same command answers.
      return ok(await askMeter(tx, o, { request, action: { kind: 'renewCertificate' } }));
    },
    revoke: async (tx, request) => {
      const isNew = await begun(tx, request, 'revoked');
      if (!isNew.ok || !isNew.value) return isNew.ok ? ok(undefined) : isNew;
      const { place, meterPan } = request;
      await updateLink(tx, place, {
        link_revoked_at: now(),
        next_secret_hash: null,
      }).execute();
      await o.certificates.endAll(tx, place, 'revoked');
      const { utilityId, connectionId } = place;
      await notifyLive(tx, { kind: 'linkRevoked', utilityId, connectionId, meterPan });
      return ok(undefined);
    },
    pair: async (tx, request) => {
      const secretHash = Buffer.from(request.sha256Hex, 'hex');
      const isNew = await begun(tx, request, 'paired', secretHash);
      if (!isNew.ok || !isNew.value) return isNew.ok ? ok(undefined) : isNew;
      const { place, meterPan } = request;
      await updateLink(tx, place, {
        secret_hash: secretHash,
        next_secret_hash: null,
        link_revoked_at: null,
      }).execute();
      // Whoever holds the old secret or a certificate is out.
      await o.certificates.endAll(tx, place, 'replaced');
      const { utilityId, connectionId } = place;
      await notifyLive(tx, { kind: 'linkRevoked', utilityId, connectionId, meterPan });
      return ok(undefined);
    },
    nextUsed: (place) => useNext(o, place),
    claimed: createClaiming(o),
  };
}

/** Locks the meter and keeps the change; false when the request was done before. */
async function begin(
  tx: Tx,
  auditLog: Deps['auditLog'],
  request: LinkRequest,
  change: {
    readonly act: AskedLinkAct;
    readonly secretHash: Buffer | null;
    readonly at: Date;
  },
): Promise<Result<boolean, SendRefusal>> {
  const { place, requestId } = request;
  await lockMeterRow(tx, place);
  const known = await linkChangeOf(tx, place, requestId);
  if (known !== undefined) {
    const isSame = known.act === change.act && isSameHash(known.secret_hash, change.secretHash);
    return isSame ? ok(false) : err('requestIdReused');
  }
  if (request.by.role !== 'administrator' && request.atInstall !== true) return err('notAllowed');
  await recordAskedLinkChange(tx, auditLog, { ...change, request });
  return ok(true);
}

function askMeter(
  tx: Tx,
  o: Deps,
  asked: {
    readonly request: LinkRequest;
    readonly action: Extract<StoredAction, { kind: 'setLinkSecret' | 'renewCertificate' }>;
  },
): Promise<{ readonly commandId: string }> {
  const { place, requestId, by, reason } = asked.request;
  return o.commands.enqueue(tx, {
    place,
    requestId: `rotate ${requestId}`,
    kind: asked.action.kind,
    action: asked.action,
    expiresAtMs: o.clocks.business.nowMs() + rotationExpiresMs,
    priority: 8,
    asked: { by: by.name, reason },
  });
}

function useNext(o: Deps, place: MeterPlace): Promise<void> {
  return o.database.inUtility(place.utilityId, async (tx) => {
    const meter = await lockMeterRow(tx, place);
    if (meter.next_secret_hash === null) return;
    await updateLink(tx, place, {
      secret_hash: meter.next_secret_hash,
      next_secret_hash: null,
    }).execute();
    const at = new Date(o.clocks.business.nowMs());
    await recordLinkChange(tx, place, { act: 'rotated', at, secretHash: null });
    await answerAsked(tx, o.commands, { place, atMs: at.getTime() });
    const { utilityId, connectionId } = place;
    await notifyLive(tx, { kind: 'connection', utilityId, connectionId });
  });
}

/** Claims of the same moment are kept together: a new town connects within a minute. */
function createClaiming(o: Deps): (place: MeterPlace) => void {
  let claimed = new Map<string, MeterPlace>();
  let timer: NodeJS.Timeout | null = null;
  const store = async (): Promise<void> => {
    timer = null;
    const places = [...claimed.values()];
    claimed = new Map();
    for (const [utilityId, of] of Map.groupBy(places, (place) => place.utilityId)) {
      await o.database.inUtility(utilityId, (tx) =>
        sql`INSERT INTO link_acts
            (bucket, meter_id, ordinal, utility_id, connection_id, act, at)
          SELECT bucket, meter_id, 1, ${utilityId}::uuid, connection_id, 'claimed',
            ${new Date(o.clocks.business.nowMs())}::timestamptz
          FROM unnest(${int2Array(of.map(({ bucket }) => bucket))}::int2[],
            ${uuidArray(of.map(({ meterId }) => meterId))}::uuid[],
            ${uuidArray(of.map(({ connectionId }) => connectionId))}::uuid[])
            AS told (bucket, meter_id, connection_id)
          ON CONFLICT DO NOTHING`.execute(tx),
      );
    }
  };
  return (place) => {
    claimed.set(place.meterId, place);
    if (timer !== null) return;
    timer = setTimeout(() => {
      store().catch((error) => o.log.warn({ error: String(error) }, 'claims not stored'));
    }, claimTogetherMs);
  };
}
