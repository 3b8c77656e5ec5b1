// Use between good readings, as validation and people have it at this moment: what is charged for
// in wallet mode. The same validation as the sums by day.

import { sql } from 'kysely';
import type { MeterPlace } from '../connections/index.ts';
import { instant, type Tx } from '../platform/database.ts';
import { registerNumbers } from './registers.ts';
import { maximumW } from './roll-up.ts';
import { type Reading, spansOf, type UseSpan } from './validate.ts';
import { loadWords } from './words-on-readings.ts';

/** A register is looked for so far before the instant asked for. */
const lookBackMs = 40 * 86_400_000;

/**
 * Spans from the last good reading at or before `fromMs` to the newest reading; null while readings
 * wait to be validated. `energyWh` is null where the register jumped and nobody has said why.
 */
export async function validSpans(
  tx: Tx,
  place: MeterPlace,
  o: { readonly fromMs: number },
): Promise<readonly UseSpan[] | null> {
  const stale = await tx
    .selectFrom('usage_days')
    .select('day')
    .where('bucket', '=', place.bucket)
    .where('meter_id', '=', place.meterId)
    .where('stale_at', 'is not', null)
    .limit(1)
    .executeTakeFirst();
  if (stale !== undefined) return null;
  // Some readings before, so that one that is left out has another one to stand on.
  const { rows } = await sql<{ read_at: number; value: bigint; received_at: number }>`
    (SELECT read_at, value, received_at FROM readings
      WHERE bucket = ${place.bucket} AND meter_id = ${place.meterId}::uuid
        AND register = ${registerNumbers.importEnergyWh}
        AND read_at <= ${instant(o.fromMs)} AND read_at > ${instant(o.fromMs - lookBackMs)}
      ORDER BY read_at DESC LIMIT 8)
    UNION ALL
    (SELECT read_at, value, received_at FROM readings
      WHERE bucket = ${place.bucket} AND meter_id = ${place.meterId}::uuid
        AND register = ${registerNumbers.importEnergyWh} AND read_at > ${instant(o.fromMs)})
    ORDER BY read_at`.execute(tx);
  const readings: Reading[] = rows.map((row) => ({
    atMs: row.read_at,
    value: row.value,
    receivedAtMs: row.received_at,
  }));
  const [first, last] = [readings[0], readings.at(-1)];
  if (first === undefined || last === undefined) return [];
  const whole = { date: '', startMs: first.atMs, endMs: last.atMs };
  const words = (await loadWords(tx, [{ place, day: whole }])).of(place.meterId);
  const { spans } = spansOf({
    readings,
    startMs: whole.startMs,
    endMs: whole.endMs,
    maximumW,
    ...words,
  });
  return spans.filter(({ endMs }) => endMs > o.fromMs);
}

/** Whether the register is known at an instant or later. */
export async function isReadSince(tx: Tx, place: MeterPlace, atMs: number): Promise<boolean> {
  const row = await tx
    .selectFrom('readings')
    .select('read_at')
    .where('bucket', '=', place.bucket)
    .where('meter_id', '=', place.meterId)
    .where('register', '=', registerNumbers.importEnergyWh)
    .where('read_at', '>=', instant(atMs))
    .limit(1)
    .executeTakeFirst();
  return row !== undefined;
}
