// Whether who connects is the meter it says it is. Those who come together are asked about
// together: after a power cut a town comes back within a minute. A meter that uses its next secret
// for the first time has it: the old one ends there.

import { createHash, timingSafeEqual } from 'node:crypto';
import { sql } from 'kysely';
import type { MeterPlace } from '../connections/index.ts';
import { int2Array, uuidArray } from '../platform/binary-arrays.ts';
import type { Database } from '../platform/database.ts';
import type { Clocks } from '../platform/time.ts';
import { createPlaces, type Places } from './places.ts';

export type Claim = {
  readonly clientId: string;
  readonly name: string | undefined;
  readonly password: Buffer | undefined;
};
/** Rejects when the database is away. */
export type Credentials = (claim: Claim) => Promise<boolean>;

type Known = {
  readonly place: MeterPlace;
  readonly secretHash: Buffer;
  readonly nextSecretHash: Buffer | null;
  readonly isRevoked: boolean;
  readonly isClaimed: boolean;
};

const together = 500;

export function createCredentials(o: {
  readonly database: Database;
  readonly clocks: Clocks;
  /** The next secret was used for the first time: from now on it is the one. */
  readonly onNextUsed: (place: MeterPlace) => Promise<void>;
  /** The factory's secret was used for the first time; may be told more than once. */
  readonly onClaimed: (place: MeterPlace) => void;
}): Credentials {
  const places = createPlaces({ database: o.database, nowMs: () => o.clocks.real.nowMs() });
  const ask = createAsking((meterPans) => credentialsOf(o.database, places, meterPans));
  return async ({ clientId, name, password }) => {
    // One identity, one session: a meter cannot take another's session by naming itself after it.
    if (name === undefined || password === undefined || clientId !== name) return false;
    const known = await ask(name);
    if (known === null || known.isRevoked) return false;
    const given = createHash('sha256').update(password).digest();
    if (timingSafeEqual(given, known.secretHash)) {
      if (!known.isClaimed) o.onClaimed(known.place);
      return true;
    }
    if (known.nextSecretHash === null || !timingSafeEqual(given, known.nextSecretHash))
      return false;
    await o.onNextUsed(known.place);
    return true;
  };
}

/** Gathers what is asked at the same moment into one question. */
function createAsking(
  answerAll: (meterPans: readonly string[]) => Promise<ReadonlyMap<string, Known>>,
): (meterPan: string) => Promise<Known | null> {
  type Asked = {
    readonly meterPan: string;
    readonly answer: (known: Known | null) => void;
    readonly fail: (error: unknown) => void;
  };
  let asked: Asked[] = [];
  let asking = false;
  const ask = async (): Promise<void> => {
    while (asked.length > 0) {
      const batch = asked.slice(0, together);
      asked = asked.slice(together);
      try {
        const known = await answerAll(batch.map(({ meterPan }) => meterPan));
        for (const { meterPan, answer } of batch) answer(known.get(meterPan) ?? null);
      } catch (error) {
        for (const { fail } of batch) fail(error);
      }
    }
    asking = false;
  };
  return (meterPan) =>
    new Promise((answer, fail) => {
      asked.push({ meterPan, answer, fail });
      if (asking) return;
      asking = true;
      setImmediate(() => void ask());
    });
}

async function credentialsOf(
  database: Database,
  places: Places,
  meterPans: readonly string[],
): Promise<ReadonlyMap<string, Known>> {
  const found = [...(await places(meterPans))];
  const known = new Map<string, Known>();
  for (const [utilityId, meters] of Map.groupBy(found, ([, place]) => place.utilityId)) {
    const { rows } = await database.inUtility(utilityId, (tx) =>
      sql<{
        nth: number;
        secret_hash: Buffer;
        next_secret_hash: Buffer | null;
        revoked: boolean;
        claimed: boolean;
      }>`SELECT nth::int AS nth, secret_hash, next_secret_hash,
          link_revoked_at IS NOT NULL OR retired_at IS NOT NULL AS revoked,
          EXISTS (SELECT FROM link_acts WHERE link_acts.bucket = meters.bucket
            AND link_acts.meter_id = meters.id) AS claimed
        FROM unnest(${int2Array(meters.map(([, { bucket }]) => bucket))}::int2[],
          ${uuidArray(meters.map(([, { meterId }]) => meterId))}::uuid[])
          WITH ORDINALITY AS asked (bucket, id, nth)
        JOIN meters USING (bucket, id)`.execute(tx),
    );
    for (const row of rows) {
      const meter = meters[row.nth - 1];
      if (meter === undefined) continue;
      known.set(meter[0], {
        place: meter[1],
        secretHash: row.secret_hash,
        nextSecretHash: row.next_secret_hash,
        isRevoked: row.revoked,
        isClaimed: row.claimed,
      });
    }
  }
  return known;
}
