// How a meter gets a certificate: somebody brings its request (claim, pairing), the key is made
// here and shown once, or the meter asks over its own link. What it used before works until the
// certificate was used once; then nothing else does, the secret included.

import { randomBytes } from 'node:crypto';
import { type CertificateRefusal, encodeDown, type LinkUpMessage } from '@prewatt/protocol';
import { err, minuteMs, ok, type Result } from '@prewatt/quantities';
import type { Database, Tx } from '../../../base/database.ts';
import { notifyLive } from '../../../base/live.ts';
import type { Clocks } from '../../../base/time.ts';
import type { AuditLog } from '../../../registry/audit-log/index.ts';
import { type MeterPlace, updateLink } from '../../../registry/connections/index.ts';
import type { Commands, Transport } from '../commands/command-types.ts';
import type { SendRefusal } from '../commands/errors.ts';
import { createPlaces } from '../ingest/meter-lookup.ts';
import type { CertificateBook, IssuedCertificate } from './certificates.ts';
import type { IdentityKind } from './credentials.ts';
import {
  type LinkRequest,
  linkChangeOf,
  lockMeterRow,
  recordAskedLinkChange,
  recordLinkChange,
} from './link-audit.ts';
import { newKeyPair, readRequest, spkiOf } from './x509.ts';

/** Requests of one meter that are looked at within a minute; one a minute is what it needs. */
const asksAMinute = 10;

export type Certified = IssuedCertificate & {
  /** Of a key that was made here; it rests nowhere. */
  readonly keyPem: string | null;
};

export type Certifying = {
  /** Signs the request given (PEM); null: makes the key, too. Ends a revocation. */
  readonly certify: (
    tx: Tx,
    request: LinkRequest & {
      readonly csrPem: string | null;
      /** Refused when the meter has an identity already. */
      readonly isClaim: boolean;
    },
  ) => Promise<Result<Certified, SendRefusal>>;
  /** What a meter's link says for itself, and its answer. */
  readonly linkSaid: (meterPan: string, word: LinkUpMessage) => Promise<void>;
  /** The meter connects with this certificate for the first time; false: it ended meanwhile. */
  readonly used: (place: MeterPlace, fingerprint: Buffer) => Promise<boolean>;
};

type Deps = {
  readonly database: Database;
  readonly certificates: CertificateBook;
  readonly commands: Pick<Commands, 'completeMany'>;
  readonly transport: Transport;
  readonly clocks: Clocks;
  /** The broker is in this process and tells who came with what; others cannot. */
  readonly brokerTellsUse: boolean;
  readonly accepts: IdentityKind;
  readonly auditLog: Pick<AuditLog, 'recordByName'>;
};

export function createCertifying(o: Deps): Certifying {
  const nowMs = () => o.clocks.real.nowMs();
  const places = createPlaces({ database: o.database, nowMs });
  const mayAsk = createAsks(nowMs);
  return {
    certify: (tx, request) => certify(o, tx, request),
    linkSaid: async (meterPan, word) => {
      // Who asks in a loop is not heard: a look at its request and a signature cost others' time.
      if (word.kind === 'certificateRequest' && !mayAsk(meterPan)) return;
      const place = (await places([meterPan])).get(meterPan);
      if (place === undefined) return;
      if (word.kind === 'certificateInUse') {
        if (!o.brokerTellsUse) await settle(o, place, { serial: word.serial });
        return;
      }
      const signed = await o.database.inUtility(place.utilityId, (tx) =>
        signForMeter(o, tx, { place, meterPan, csrPem: word.csrPem }),
      );
      const answer = signed.ok
        ? ({ kind: 'certificate', certificatePem: signed.value } as const)
        : ({ kind: 'certificateRefused', reason: signed.error } as const);
      // One that gets lost needs no handling: the meter asks again. Nobody waits for one that does
      // not listen, and nothing is kept for it.
      const sent = o.transport.send(meterPan, encodeDown(answer), { atMostOnce: true });
      void sent.catch(() => undefined);
    },
    used: (place, fingerprint) => settle(o, place, { fingerprint }),
  };
}

/** Whether a meter may ask once more within this minute. */
function createAsks(nowMs: () => number): (meterPan: string) => boolean {
  let minute = 0;
  let asked = new Map<string, number>();
  return (meterPan) => {
    const current = Math.floor(nowMs() / minuteMs);
    if (current !== minute) asked = new Map();
    minute = current;
    const times = (asked.get(meterPan) ?? 0) + 1;
    if (times <= asksAMinute) asked.set(meterPan, times);
    return times <= asksAMinute;
  };
}

async function certify(
  o: Deps,
  tx: Tx,
  request: Parameters<Certifying['certify']>[1],
): Promise<Result<Certified, SendRefusal>> {
  const { place, meterPan, csrPem, requestId } = request;
  await lockMeterRow(tx, place);
  const known = await linkChangeOf(tx, place, requestId);
  if (known !== undefined && known.act !== 'certified') return err('requestIdReused');
  if (known !== undefined && csrPem === null) return err('keyShownOnce');
  if (request.by.role !== 'administrator' && request.atInstall !== true) return err('notAllowed');
  if (o.accepts === 'secret') return err('certificatesUnused');
  const made = csrPem === null ? newKeyPair() : null;
  const spki =
    made === null ? await readRequest(csrPem ?? '', meterPan) : ok(spkiOf(made.publicKey));
  if (!spki.ok) return spki;
  if (known !== undefined) {
    const serial = known.serial ?? '';
    const again = await o.certificates.again(tx, { place, serial, spki: spki.value });
    return again === undefined ? err('requestIdReused') : ok({ ...again, keyPem: null });
  }
  if (request.isClaim && (await hasIdentity(tx, place))) return err('alreadyClaimed');
  const origin = made === null ? 'request' : 'made';
  const given = { place, meterPan, spki: spki.value, origin } as const;
  const issued = await o.certificates.issue(tx, given);
  if (issued === null) throw new Error('what an operator asks for is not counted');
  await endRevocation(tx, place);
  await recordAskedLinkChange(tx, o.auditLog, {
    act: 'certified',
    at: new Date(o.clocks.business.nowMs()),
    serial: issued.serial,
    request,
  });
  const { utilityId, connectionId } = place;
  await notifyLive(tx, { kind: 'connection', utilityId, connectionId });
  const key = made?.privateKey.export({ type: 'pkcs8', format: 'pem' }).toString() ?? null;
  const { serial, certificatePem, authorityPem } = issued;
  return ok({ serial, certificatePem, authorityPem, keyPem: key });
}

/** Whether anybody has spoken as this meter, or may. */
async function hasIdentity(tx: Tx, place: MeterPlace): Promise<boolean> {
  const act = await tx
    .selectFrom('link_acts')
    .select('act')
    .where('bucket', '=', place.bucket)
    .where('meter_id', '=', place.meterId)
    .limit(1)
    .executeTakeFirst();
  return act !== undefined;
}

/** A secret that nobody knows: the meter has a link, and no password opens it. */
const unknownSecretHash = (): Buffer => randomBytes(32);

/**
 * Who was out stays out: the secret of before the revocation opens nothing. A meter that had no
 * link has one now.
 */
async function endRevocation(tx: Tx, place: MeterPlace): Promise<void> {
  const none = Buffer.alloc(32);
  await updateLink(tx, place, {
    secret_hash: unknownSecretHash(),
    link_revoked_at: null,
    next_secret_hash: null,
  })
    .where((eb) => eb.or([eb('link_revoked_at', 'is not', null), eb('secret_hash', '=', none)]))
    .execute();
}

/** Signs what a meter asks for over its own link, where it has proven who it is. */
async function signForMeter(
  o: Deps,
  tx: Tx,
  asked: { readonly place: MeterPlace; readonly meterPan: string; readonly csrPem: string },
): Promise<Result<string, CertificateRefusal>> {
  const { place, meterPan, csrPem } = asked;
  const meter = await lockMeterRow(tx, place);
  if (meter.link_revoked_at !== null || meter.retired_at !== null) return err('linkRevoked');
  const spki = await readRequest(csrPem, meterPan);
  if (!spki.ok) return spki;
  const wanted = { place, meterPan, spki: spki.value, origin: 'renewal' } as const;
  const issued = await o.certificates.issue(tx, wanted);
  if (issued === null) return err('tooMany');
  if (issued.isNew) {
    const at = new Date(o.clocks.business.nowMs());
    await recordLinkChange(tx, place, { act: 'renewed', at, serial: issued.serial });
    const { utilityId, connectionId } = place;
    await notifyLive(tx, { kind: 'connection', utilityId, connectionId });
  }
  return ok(issued.certificatePem);
}

/** A certificate used for the first time is the one from now on; false: it has ended. */
function settle(
  o: Deps,
  place: MeterPlace,
  by: { readonly fingerprint: Buffer } | { readonly serial: string },
): Promise<boolean> {
  return o.database.inUtility(place.utilityId, async (tx) => {
    await lockMeterRow(tx, place);
    const used = await o.certificates.used(tx, place, by);
    if (used === null) return false;
    const { serial, isFirst } = used;
    if (!isFirst) return true;
    await updateLink(tx, place, {
      secret_hash: unknownSecretHash(),
      next_secret_hash: null,
    }).execute();
    const at = new Date(o.clocks.business.nowMs());
    await recordLinkChange(tx, place, { act: 'rotated', at, serial });
    await answerAsked(tx, o.commands, { place, atMs: at.getTime() });
    const { utilityId, connectionId } = place;
    await notifyLive(tx, { kind: 'connection', utilityId, connectionId });
    return true;
  });
}

/** The use of a new secret or certificate is the meter’s answer to what asked for it. */
export async function answerAsked(
  tx: Tx,
  commands: Pick<Commands, 'completeMany'>,
  { place, atMs }: { readonly place: MeterPlace; readonly atMs: number },
): Promise<void> {
  const open = await tx
    .selectFrom('commands')
    .select(['id', 'kind'])
    .where('bucket', '=', place.bucket)
    .where('meter_id', '=', place.meterId)
    .where('kind', 'in', ['setLinkSecret', 'renewCertificate'])
    .where('due_at', 'is not', null)
    .where('stage', '<>', 'cancelling')
    .execute();
  await commands.completeMany(
    tx,
    open.flatMap(({ id, kind }) => {
      if (kind !== 'setLinkSecret' && kind !== 'renewCertificate') return [];
      return [{ place, commandId: id, result: { kind }, completedAtMs: atMs }];
    }),
  );
}
