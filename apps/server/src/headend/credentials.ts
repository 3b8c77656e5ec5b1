// Whether who connects is the meter it says it is. Those who come together are asked about
// together: after a power cut a town comes back within a minute.

import { createHash, timingSafeEqual } from 'node:crypto';
import { sql } from 'kysely';
import { int2Array, uuidArray } from '../platform/binary-arrays.ts';
import type { Database } from '../platform/database.ts';
import type { Places } from './places.ts';

export type Claim = {
  readonly clientId: string;
  readonly name: string | undefined;
  readonly password: Buffer | undefined;
};
/** Rejects when the database is away. */
export type Credentials = (claim: Claim) => Promise<boolean>;

const together = 500;

export function createCredentials(o: {
  readonly database: Database;
  readonly places: Places;
}): Credentials {
  type Asked = {
    readonly meterPan: string;
    readonly answer: (hash: Buffer | null) => void;
    readonly fail: (error: unknown) => void;
  };
  let asked: Asked[] = [];
  let asking = false;

  const ask = async (): Promise<void> => {
    while (asked.length > 0) {
      const batch = asked.slice(0, together);
      asked = asked.slice(together);
      try {
        const hashes = await secretHashes(
          o,
          batch.map(({ meterPan }) => meterPan),
        );
        for (const { meterPan, answer } of batch) answer(hashes.get(meterPan) ?? null);
      } catch (error) {
        for (const { fail } of batch) fail(error);
      }
    }
    asking = false;
  };

  return async ({ clientId, name, password }) => {
    // One identity, one session: a meter cannot take another's session by naming itself after it.
    if (name === undefined || password === undefined || clientId !== name) return false;
    const known = await new Promise<Buffer | null>((answer, fail) => {
      asked.push({ meterPan: name, answer, fail });
      if (asking) return;
      asking = true;
      setImmediate(() => void ask());
    });
    const given = createHash('sha256').update(password).digest();
    return known !== null && timingSafeEqual(given, known);
  };
}

async function secretHashes(
  o: { readonly database: Database; readonly places: Places },
  meterPans: readonly string[],
): Promise<Map<string, Buffer>> {
  const found = [...(await o.places(meterPans))];
  const hashes = new Map<string, Buffer>();
  for (const [utilityId, meters] of Map.groupBy(found, ([, place]) => place.utilityId)) {
    const { rows } = await o.database.inUtility(utilityId, (tx) =>
      sql<{ meter_pan: string; secret_hash: Buffer }>`SELECT meter_pan, secret_hash
        FROM unnest(${int2Array(meters.map(([, { bucket }]) => bucket))}::int2[],
          ${uuidArray(meters.map(([, { meterId }]) => meterId))}::uuid[]) AS asked (bucket, id)
        JOIN meters USING (bucket, id)`.execute(tx),
    );
    for (const row of rows) hashes.set(row.meter_pan, row.secret_hash);
  }
  return hashes;
}
