// The last reading of a meter's import register, for code that waits for a new one.

import { instant, type Tx } from '../../base/database.ts';
import { registerNumbers } from './registers.ts';

export type LastReading = { readonly valueWh: bigint; readonly readAtMs: number };

/** Null before the first reading; with `untilMs` the last one that was read by then. */
export async function newestReading(
  tx: Tx,
  place: { readonly bucket: number; readonly meterId: string; readonly untilMs?: number },
): Promise<LastReading | null> {
  const row = await tx
    .selectFrom('readings')
    .select(['value', 'read_at'])
    .where('bucket', '=', place.bucket)
    .where('meter_id', '=', place.meterId)
    .where('register', '=', registerNumbers.importEnergyWh)
    .$if(place.untilMs !== undefined, (query) =>
      query.where('read_at', '<=', instant(place.untilMs ?? 0)),
    )
    .orderBy('read_at', 'desc')
    .limit(1)
    .executeTakeFirst();
  return row === undefined ? null : { valueWh: row.value, readAtMs: row.read_at };
}
