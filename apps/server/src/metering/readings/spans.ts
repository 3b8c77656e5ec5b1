// Use between good readings, as validation and people have it at this moment: what is charged for
// in wallet mode. The same validation as the sums by day.

import { sql } from 'kysely';
import { instant, type Tx } from '../../base/database.ts';
import type { MeterPlace } from '../../registry/connections/index.ts';
import { loadWords } from './findings.ts';
import { type LastReading, newestReading } from './newest.ts';
import { registerNumbers } from './registers.ts';
import { maximumW } from './roll-up.ts';
import { type Reading, spansOf, type UseSpan } from './validate.ts';

/** A register is looked for so far before the instant asked for. */
const lookBackMs = 40 * 86_400_000;
/** So far back a home's busiest day is looked for. */
const busyDaysMs = 56 * 86_400_000;

/**
 * Spans from the last good reading at or before `fromMs` to the newest reading, or to the first
 * good one after `toMs`; null while readings wait to be validated. `energyWh` is null where the
 * register jumped and nobody has said why.
 */
export async function validSpans(
  tx: Tx,
  place: MeterPlace,
  o: { readonly fromMs: number; readonly toMs?: number },
): Promise<readonly UseSpan[] | null> {
  if (await awaitsValidation(tx, place)) return null;
  const register = sql`SELECT read_at, value, received_at FROM readings
    WHERE bucket = ${place.bucket} AND meter_id = ${place.meterId}::uuid
      AND register = ${registerNumbers.importEnergyWh}`;
  const end = o.toMs === undefined ? sql`'infinity'` : instant(o.toMs);
  // Some readings before, so that one that is left out has another one to stand on; some after an
  // end, by which the last ones before it are judged.
  const { rows } = await sql<Row>`
    (${register} AND read_at <= ${instant(o.fromMs)}
        AND read_at > ${instant(o.fromMs - lookBackMs)} ORDER BY read_at DESC LIMIT 8)
    UNION ALL (${register} AND read_at > ${instant(o.fromMs)} AND read_at <= ${end})
    UNION ALL (${register} AND read_at > ${end} ORDER BY read_at LIMIT 4)
    ORDER BY read_at`.execute(tx);
  const { spans } = await judged(tx, place, rows);
  return spans.filter(({ endMs }) => endMs > o.fromMs);
}

async function awaitsValidation(tx: Tx, place: MeterPlace): Promise<boolean> {
  const stale = await tx
    .selectFrom('usage_days')
    .select('day')
    .where('bucket', '=', place.bucket)
    .where('meter_id', '=', place.meterId)
    .where('stale_at', 'is not', null)
    .limit(1)
    .executeTakeFirst();
  return stale !== undefined;
}

type Row = { readonly read_at: number; readonly value: bigint; readonly received_at: number };

/** Readings in order of time, as validation and people have them. */
async function judged(
  tx: Tx,
  place: MeterPlace,
  rows: readonly Row[],
): Promise<Pick<ReturnType<typeof spansOf>, 'spans' | 'last'>> {
  const readings: Reading[] = rows.map((row) => ({
    atMs: row.read_at,
    value: row.value,
    receivedAtMs: row.received_at,
  }));
  const [first, last] = [readings[0], readings.at(-1)];
  if (first === undefined || last === undefined) return { spans: [], last: null };
  const whole = { date: '', startMs: first.atMs, endMs: last.atMs };
  const words = (await loadWords(tx, [{ place, day: whole }])).of(place.meterId);
  return spansOf({
    readings,
    startMs: whole.startMs,
    endMs: whole.endMs,
    maximumW,
    ...words,
  });
}

/** The last reading that stands, however long ago; null before the first one. */
export async function lastGoodReading(tx: Tx, place: MeterPlace): Promise<LastReading | null> {
  const newest = await newestReading(tx, place);
  if (newest === null) return null;
  const { rows } = await sql<Row>`SELECT read_at, value, received_at FROM readings
    WHERE bucket = ${place.bucket} AND meter_id = ${place.meterId}::uuid
      AND register = ${registerNumbers.importEnergyWh}
      AND read_at > ${instant(newest.readAtMs - lookBackMs)}
    ORDER BY read_at`.execute(tx);
  const { last } = await judged(tx, place, rows);
  return last === null ? null : { valueWh: last.value, readAtMs: last.atMs };
}

/** The most that was used on a day of the last weeks; null where no day is known whole. */
export async function busiestDayWh(
  tx: Tx,
  place: MeterPlace,
  o: { readonly beforeMs: number },
): Promise<bigint | null> {
  const row = await tx
    .selectFrom('usage_days')
    .select(sql<bigint | null>`max(measured_wh + estimated_wh)`.as('most_wh'))
    .where('bucket', '=', place.bucket)
    .where('meter_id', '=', place.meterId)
    .where('quality', '<>', 'incomplete')
    .where(sql<boolean>`day > ${instant(o.beforeMs - busyDaysMs)}::date`)
    .executeTakeFirst();
  return row?.most_wh ?? null;
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
