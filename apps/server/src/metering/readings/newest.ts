// The last reading of a meter's import register, for code that waits for a new one.

import type { Tx } from '../../base/database.ts';
import { registerNumbers } from './registers.ts';

export type LastReading = { readonly valueWh: bigint; readonly readAtMs: number };

/** Null before the first reading. */
export async function newestReading(
  tx: Tx,
  place: { readonly bucket: number; readonly meterId: string },
): Promise<LastReading | null> {
  const row = await tx
    .selectFrom('readings')
    .select(['value', 'read_at'])
    .where('bucket', '=', place.bucket)
    .where('meter_id', '=', place.meterId)
    .where('register', '=', registerNumbers.importEnergyWh)
    .orderBy('read_at', 'desc')
    .limit(1)
    .executeTakeFirst();
  return row === undefined ? null : { valueWh: row.value, readAtMs: row.read_at };
}
