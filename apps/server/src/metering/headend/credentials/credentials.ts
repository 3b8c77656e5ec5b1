// Whether a client that connects is the meter that it claims to be. Clients that connect together
// are looked up together: after a power cut a town comes back within a minute. When a meter uses
// its next secret or certificate for the first time, the one before ends. Each refusal of a known
// meter is recorded with its reason.

import { createHash, timingSafeEqual } from 'node:crypto';
import { sql } from 'kysely';
import { int2Array, uuidArray } from '../../../base/binary-arrays.ts';
import type { Database, Tx } from '../../../base/database.ts';
import type { Clocks } from '../../../base/time.ts';
import type { MeterPlace } from '../../../registry/connections/index.ts';
import { storeOrSplit } from '../ingest/batch-queue.ts';
import { createPlaces, type Places } from '../ingest/meter-lookup.ts';
import type { LinkRefusal, RefusedLink } from './link-refusals.ts';

/** How meters may prove themselves here. */
export const identityKinds = ['secret', 'certificate', 'both'] as const;
export type IdentityKind = (typeof identityKinds)[number];

/** A certificate whose key the other side has shown to hold. */
export type ShownCertificate = { readonly fingerprint: Buffer; readonly serial: string };
export type Claim = {
  readonly clientId: string;
  readonly name: string | undefined;
  readonly password: Buffer | undefined;
  readonly certificate: ShownCertificate | null;
  /** It was the first use of what was shown, which ends whatever else the meter had. */
  readonly othersEnd?: (() => void) | undefined;
};
/** Rejects when the database is away. */
export type Credentials = (claim: Claim) => Promise<boolean>;

type Known = {
  readonly place: MeterPlace;
  readonly secretHash: Buffer;
  readonly nextSecretHash: Buffer | null;
  readonly isRetired: boolean;
  readonly isRevoked: boolean;
  readonly isClaimed: boolean;
  /** The certificate that was shown, if it is on record for this meter. */
  readonly certificate: {
    readonly notBeforeMs: number;
    readonly notAfterMs: number;
    readonly isUsed: boolean;
    readonly ended: 'replaced' | 'revoked' | null;
  } | null;
};

const together = 500;
/** So long a meter that was taken away may still tell what it has kept: a token that it took. */
const lateReportsMs = 30 * 86_400_000;

/**
 * A meter number, and a password no longer than any of ours. Anything else is refused before it is
 * asked about: a database refuses some texts (U+0000), and with them the question of all others.
 */
const isShaped = ({ name, password }: Pick<Claim, 'name' | 'password'>): boolean =>
  name !== undefined && /^[0-9]{18}$/.test(name) && (password?.length ?? 0) <= maximumPasswordBytes;
const maximumPasswordBytes = 256;

type Deps = {
  readonly database: Database;
  readonly clocks: Clocks;
  readonly accepts: IdentityKind;
  /** The next secret was used for the first time: from now on it is the one. */
  readonly onNextUsed: (place: MeterPlace) => Promise<void>;
  /** A certificate was, likewise; false: it has ended since it was looked up. */
  readonly onCertificateUsed: (place: MeterPlace, fingerprint: Buffer) => Promise<boolean>;
  /** The factory's secret was used for the first time; may be told more than once. */
  readonly onClaimed: (place: MeterPlace) => void;
  readonly onRefused: (refused: RefusedLink) => void;
};

export function createCredentials(o: Deps): Credentials {
  const places = createPlaces({ database: o.database, nowMs: () => o.clocks.real.nowMs() });
  const ask = createAsking((asked) =>
    credentialsOf(o.database, places, { asked, nowMs: o.clocks.business.nowMs() }),
  );
  return async ({ clientId, name, password, certificate, othersEnd }) => {
    // One identity, one session: a meter cannot take another's session by naming itself after it.
    if (name === undefined || clientId !== name) return false;
    if (!isShaped({ name, password })) return false;
    if (password === undefined && certificate === null) return false;
    const shown = o.accepts === 'secret' ? null : certificate;
    const question = { meterPan: name, fingerprint: shown?.fingerprint ?? null };
    const known = await ask(question);
    if (known === null) return false;
    const refuse = (reason: LinkRefusal): false => {
      o.onRefused({ place: known.place, reason, serial: shown?.serial ?? null });
      return false;
    };
    if (known.isRetired) return refuse('meterRetired');
    if (shown !== null) {
      const fault = faultOf(known, o.clocks.real.nowMs());
      if (fault !== null) return refuse(fault);
      if (known.certificate?.isUsed !== false) return true;
      if (await o.onCertificateUsed(known.place, shown.fingerprint)) {
        othersEnd?.();
        return true;
      }
      const ended = await ask(question);
      return refuse((ended && faultOf(ended, o.clocks.real.nowMs())) ?? 'certificateReplaced');
    }
    if (known.isRevoked) return refuse('linkRevoked');
    if (o.accepts === 'certificate') return refuse('certificateNeeded');
    return (await opens(o, known, { password, othersEnd })) || refuse('wrongSecret');
  };
}

/** What is wrong with the certificate that was shown; who shows one is not asked for a secret. */
function faultOf({ certificate, isRevoked }: Known, nowMs: number): LinkRefusal | null {
  if (certificate === null) return 'certificateForeign';
  if (isRevoked || certificate.ended === 'revoked') return 'certificateRevoked';
  if (certificate.ended === 'replaced') return 'certificateReplaced';
  if (certificate.notAfterMs <= nowMs) return 'certificateExpired';
  return certificate.notBeforeMs > nowMs ? 'certificateNotYetValid' : null;
}

async function opens(
  o: Deps,
  known: Known,
  { password, othersEnd }: Pick<Claim, 'password' | 'othersEnd'>,
): Promise<boolean> {
  const given = createHash('sha256')
    .update(password ?? '')
    .digest();
  if (timingSafeEqual(given, known.secretHash)) {
    if (!known.isClaimed) o.onClaimed(known.place);
    return true;
  }
  if (known.nextSecretHash === null || !timingSafeEqual(given, known.nextSecretHash)) return false;
  await o.onNextUsed(known.place);
  othersEnd?.();
  return true;
}

type Question = { readonly meterPan: string; readonly fingerprint: Buffer | null };

const keyOf = ({ meterPan, fingerprint }: Question): string =>
  `${meterPan} ${fingerprint?.toString('hex') ?? ''}`;

/** Gathers what is asked at the same moment into one question; one that spoils it fails alone. */
export function createAsking(
  answerAll: (questions: readonly Question[]) => Promise<ReadonlyMap<string, Known>>,
): (question: Question) => Promise<Known | null> {
  type Asked = {
    readonly question: Question;
    readonly answer: (known: Known | null) => void;
    readonly fail: (error: unknown) => void;
  };
  let asked: Asked[] = [];
  let asking = false;
  const asker = {
    store: async (batch: readonly Asked[]): Promise<void> => {
      const known = await answerAll(batch.map(({ question }) => question));
      for (const { question, answer } of batch) answer(known.get(keyOf(question)) ?? null);
    },
    failed: ({ fail }: Asked, error: unknown): void => fail(error),
  };
  const ask = async (): Promise<void> => {
    while (asked.length > 0) {
      const batch = asked.slice(0, together);
      asked = asked.slice(together);
      await storeOrSplit(asker, batch);
    }
    asking = false;
  };
  return (question) =>
    new Promise((answer, fail) => {
      asked.push({ question, answer, fail });
      if (asking) return;
      asking = true;
      setImmediate(() => void ask());
    });
}

async function credentialsOf(
  database: Database,
  places: Places,
  o: { readonly asked: readonly Question[]; readonly nowMs: number },
): Promise<ReadonlyMap<string, Known>> {
  const { asked: questions } = o;
  const found = await places(questions.map(({ meterPan }) => meterPan));
  const asked = questions.flatMap((question) => {
    const place = found.get(question.meterPan);
    return place === undefined ? [] : [{ question, place }];
  });
  const known = new Map<string, Known>();
  for (const [utilityId, of] of Map.groupBy(asked, ({ place }) => place.utilityId)) {
    const rows = await database.inUtility(utilityId, (tx) =>
      rowsOf(tx, of, new Date(o.nowMs - lateReportsMs)),
    );
    for (const row of rows) {
      const mine = of[row.nth - 1];
      if (mine === undefined) continue;
      known.set(keyOf(mine.question), {
        place: mine.place,
        secretHash: row.secret_hash,
        nextSecretHash: row.next_secret_hash,
        isRetired: row.retired,
        isRevoked: row.revoked,
        isClaimed: row.claimed,
        certificate:
          row.not_before === null || row.not_after === null
            ? null
            : {
                notBeforeMs: row.not_before,
                notAfterMs: row.not_after,
                isUsed: row.used,
                ended: row.end_reason,
              },
      });
    }
  }
  return known;
}

async function rowsOf(
  tx: Tx,
  asked: readonly { readonly question: Question; readonly place: MeterPlace }[],
  /** A meter that was retired before that is heard no more. */
  heardFrom: Date,
) {
  const { rows } = await sql<{
    nth: number;
    secret_hash: Buffer;
    next_secret_hash: Buffer | null;
    retired: boolean;
    revoked: boolean;
    claimed: boolean;
    not_before: number | null;
    not_after: number | null;
    used: boolean;
    end_reason: 'replaced' | 'revoked' | null;
  }>`SELECT nth::int AS nth, secret_hash, next_secret_hash, retired_at <= ${heardFrom}::timestamptz IS TRUE AS retired,
      link_revoked_at IS NOT NULL AS revoked,
      EXISTS (SELECT FROM link_acts WHERE link_acts.bucket = meters.bucket
        AND link_acts.meter_id = meters.id) AS claimed,
      c.not_before, c.not_after, c.first_used_at IS NOT NULL AS used,
      -- What ended with the meter is good for what it has to tell yet.
      CASE WHEN c.ended_at >= retired_at THEN NULL ELSE c.end_reason END AS end_reason
    FROM unnest(${int2Array(asked.map(({ place }) => place.bucket))}::int2[],
      ${uuidArray(asked.map(({ place }) => place.meterId))}::uuid[],
      ${asked.map(({ question }) => question.fingerprint?.toString('hex') ?? '')}::text[])
      WITH ORDINALITY AS asked (bucket, id, fingerprint, nth)
    JOIN meters USING (bucket, id)
    LEFT JOIN meter_certificates c ON asked.fingerprint <> '' AND c.bucket = meters.bucket
      AND c.meter_id = meters.id AND c.fingerprint = decode(asked.fingerprint, 'hex')`.execute(tx);
  return rows;
}
