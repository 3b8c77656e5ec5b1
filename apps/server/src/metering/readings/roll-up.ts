// Use by day and month, kept up as readings come in. A reading marks its day; upkeep validates the
// day and its neighbours again and replaces their sums, so late readings are as good as early ones.

import { dayMs } from '@prewatt/quantities';
import { sql } from 'kysely';
import { instantArray, int2Array, int8Array, uuidArray } from '../../base/binary-arrays.ts';
import type { Database, Tx } from '../../base/database.ts';
import type { Clocks } from '../../base/time.ts';
import type { MeterPlace } from '../../registry/connections/index.ts';
import type { Utility } from '../../registry/utilities/index.ts';
import type { MeterReport } from '../headend/index.ts';
import { readingsOfDays } from './day-readings.ts';
import { dayFinder, dayOf, type MeterDay } from './days.ts';
import { loadWords, recordEstimates, recordFindings, type Words } from './findings.ts';
import { registerNumbers } from './registers.ts';
import { recordReadings } from './store.ts';
import { type DayResult, type Reading, validateDay } from './validate.ts';

/** Three phases of 100 A at 230 V: no home of this kind of meter uses more. */
export const maximumW = 69_000;
const batchDays = 200;
/** Of real time; the rest waits for the next upkeep. */
const longestTurnMs = 250;
/** Business time that a marked day waits for the rest of what its meter has to say. */
const settleMs = 20_000;
/** A gap is filled backwards over so many days at most. */
const longestGapDays = 40;
const register = registerNumbers.importEnergyWh;

export type Usage = {
  /** Stores readings and marks their days, in the caller's transaction. */
  readonly record: (tx: Tx, reports: readonly MeterReport[], receivedAtMs: number) => Promise<void>;
  /** Validates and sums up what was marked; many processes may, one does at a time. */
  readonly roll: (utilityId: string) => Promise<number>;
};

type UsageDeps = {
  /** Days of meters were validated and summed up: whoever charges for use looks at them again. */
  readonly onRolled: (tx: Tx, days: readonly MeterDay[]) => Promise<void>;
  readonly database: Database;
  readonly utilities: {
    readonly get: (utilityId: string) => Promise<Pick<Utility, 'zone'>>;
  };
  readonly clocks: Clocks;
};

export function createUsage(o: UsageDeps): Usage {
  return {
    record: async (tx, reports, receivedAtMs) => {
      await recordReadings(tx, reports, receivedAtMs);
      const [first] = reports;
      if (first === undefined) return;
      const { zone } = await o.utilities.get(first.place.utilityId);
      await markDays(tx, reports, { zone, receivedAtMs });
    },
    roll: async (utilityId) => {
      const untilMs = o.clocks.real.nowMs() + longestTurnMs;
      const { zone } = await o.utilities.get(utilityId);
      let rolled = 0;
      for (;;) {
        const count = await o.database.inUtility(utilityId, (tx) =>
          rollBatch(tx, o, { utilityId, zone, nowMs: o.clocks.business.nowMs() }),
        );
        rolled += count;
        if (count < batchDays || o.clocks.real.nowMs() > untilMs) return rolled;
      }
    },
  };
}

/** One row a meter and day, locked until the readings are committed, so that no roll-up misses. */
async function markDays(
  tx: Tx,
  reports: readonly MeterReport[],
  o: { readonly zone: string; readonly receivedAtMs: number },
): Promise<void> {
  const dayAt = dayFinder(o.zone);
  const marks = new Map<string, { readonly place: MeterPlace; readonly date: string }>();
  for (const { place, points } of reports) {
    let last = '';
    for (const point of points) {
      if (point.register !== 'importEnergyWh') continue;
      const { date } = dayAt(point.atMs);
      if (date === last) continue;
      last = date;
      marks.set(`${place.meterId} ${date}`, { place, date });
    }
  }
  if (marks.size === 0) return;
  const all = [...marks.entries()].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, mark]) => mark);
  const at = new Date(o.receivedAtMs);
  await sql`INSERT INTO usage_days (bucket, meter_id, day, utility_id, connection_id, stale_at)
    SELECT bucket, meter_id, day::date, ${all[0]?.place.utilityId ?? ''}::uuid, connection_id,
      ${at}::timestamptz
    FROM unnest(${int2Array(all.map(({ place }) => place.bucket))}::int2[],
      ${uuidArray(all.map(({ place }) => place.meterId))}::uuid[],
      ${uuidArray(all.map(({ place }) => place.connectionId))}::uuid[],
      ${all.map(({ date }) => date)}::text[]) AS mark (bucket, meter_id, connection_id, day)
    ON CONFLICT (bucket, meter_id, day) DO UPDATE SET stale_at = excluded.stale_at
      WHERE usage_days.stale_at IS NULL`.execute(tx);
}

async function rollBatch(
  tx: Tx,
  deps: Pick<UsageDeps, 'onRolled'>,
  o: { readonly utilityId: string; readonly zone: string; readonly nowMs: number },
): Promise<number> {
  const lock = await sql<{ mine: boolean }>`SELECT pg_try_advisory_xact_lock(
    hashtextextended(${`usage ${o.utilityId}`}, 0)) AS mine`.execute(tx);
  if (lock.rows[0]?.mine !== true) return 0;
  const stale = await sql<DayRow>`SELECT bucket, meter_id, connection_id, day::text AS day
    FROM usage_days WHERE utility_id = ${o.utilityId}::uuid
      AND stale_at <= ${new Date(o.nowMs - settleMs)}::timestamptz
    ORDER BY stale_at LIMIT ${batchDays} FOR UPDATE SKIP LOCKED`.execute(tx);
  if (stale.rows.length === 0) return 0;
  const days = await withNeighbours(tx, stale.rows, o);
  const readings = await readingsOfDays(tx, days);
  const words = await loadWords(tx, days);
  const results = days.map((meterDay, i) => ({
    ...meterDay,
    result: validate(meterDay, readings[i] ?? [], words),
  }));
  await recordFindings(tx, results, { words, nowMs: o.nowMs });
  await recordEstimates(tx, results, { words, nowMs: o.nowMs });
  await storeSums(tx, results, o);
  await deps.onRolled(tx, days);
  return stale.rows.length;
}

function validate({ place, day }: MeterDay, readings: readonly Reading[], words: Words): DayResult {
  const { startMs, endMs } = day;
  return validateDay({ readings, startMs, endMs, maximumW, ...words.of(place.meterId) });
}

type DayRow = {
  readonly bucket: number;
  readonly meter_id: string;
  readonly connection_id: string;
  readonly day: string;
};

/**
 * The marked days, and those that the same silence touches: between the last reading before and the
 * first one after.
 */
async function withNeighbours(
  tx: Tx,
  rows: readonly DayRow[],
  o: { readonly utilityId: string; readonly zone: string },
): Promise<MeterDay[]> {
  const all = new Map<string, MeterDay>();
  const marked = rows.map((row) => ({
    place: {
      utilityId: o.utilityId,
      bucket: row.bucket,
      connectionId: row.connection_id,
      meterId: row.meter_id,
    },
    day: dayOf(Temporal.PlainDate.from(row.day), o.zone),
  }));
  const { rows: around } = await sql<{ nth: number; before: number | null; after: number | null }>`
    SELECT nth::int AS nth, (last_reading(bucket, meter_id, ${register}::smallint,
        '-infinity', starts_at)).read_at AS before,
      (first_reading(bucket, meter_id, ${register}::smallint, ends_at, 'infinity')).read_at AS after
    FROM ${askedDays(marked)}`.execute(tx);
  const dayAt = dayFinder(o.zone);
  for (const { nth, before, after } of around) {
    const at = marked[nth - 1];
    if (at === undefined) continue;
    const earliest = Math.max(before ?? at.day.startMs, at.day.startMs - longestGapDays * dayMs);
    const latest = Math.min(after ?? at.day.endMs, at.day.endMs + longestGapDays * dayMs);
    // From the day in which the silence begins to the one in which it ends.
    for (let day = dayAt(earliest + 1); day.startMs < latest; day = dayAt(day.endMs + 1)) {
      all.set(`${at.place.meterId} ${day.date}`, { place: at.place, day });
    }
  }
  return [...all.values()];
}

const askedDays = (days: readonly MeterDay[]) => sql`unnest(
  ${int2Array(days.map(({ place }) => place.bucket))}::int2[],
  ${uuidArray(days.map(({ place }) => place.meterId))}::uuid[],
  ${instantArray(days.map(({ day }) => day.startMs))}::timestamptz[],
  ${instantArray(days.map(({ day }) => day.endMs))}::timestamptz[])
  WITH ORDINALITY AS asked (bucket, meter_id, starts_at, ends_at, nth)`;

type Rolled = MeterDay & { readonly result: DayResult };

async function storeSums(
  tx: Tx,
  results: readonly Rolled[],
  o: { readonly utilityId: string; readonly nowMs: number },
): Promise<void> {
  const sorted = [...results].sort((a, b) => (a.place.meterId < b.place.meterId ? -1 : 1));
  const [buckets, meterIds, connectionIds, dates] = [
    int2Array(sorted.map(({ place }) => place.bucket)),
    uuidArray(sorted.map(({ place }) => place.meterId)),
    uuidArray(sorted.map(({ place }) => place.connectionId)),
    sorted.map(({ day }) => day.date),
  ];
  await sql`INSERT INTO usage_days (bucket, meter_id, day, utility_id, connection_id, stale_at,
      measured_wh, estimated_wh, quality, findings, rolled_at)
    SELECT bucket, meter_id, day::date, ${o.utilityId}::uuid, connection_id, NULL, measured,
      estimated, quality, findings, ${new Date(o.nowMs)}::timestamptz
    FROM unnest(${buckets}::int2[], ${meterIds}::uuid[], ${connectionIds}::uuid[], ${dates}::text[],
      ${int8Array(sorted.map(({ result }) => result.measuredWh))}::int8[],
      ${int8Array(sorted.map(({ result }) => result.estimatedWh))}::int8[],
      ${sorted.map(({ result }) => result.quality)}::text[],
      ${int2Array(sorted.map(({ result }) => result.findings.length))}::int2[])
      AS rolled (bucket, meter_id, connection_id, day, measured, estimated, quality, findings)
    ON CONFLICT (bucket, meter_id, day) DO UPDATE SET stale_at = NULL,
      measured_wh = excluded.measured_wh, estimated_wh = excluded.estimated_wh,
      quality = excluded.quality, findings = excluded.findings,
      rolled_at = excluded.rolled_at`.execute(tx);
  await sql`INSERT INTO usage_months
      (bucket, meter_id, month, utility_id, connection_id, measured_wh, estimated_wh, whole_days)
    SELECT day.bucket, day.meter_id, touched.month, ${o.utilityId}::uuid,
      (array_agg(day.connection_id ORDER BY day.day DESC))[1], sum(measured_wh), sum(estimated_wh),
      count(*) FILTER (WHERE quality <> 'incomplete')
    FROM (SELECT DISTINCT bucket, meter_id, date_trunc('month', day::date)::date AS month
      FROM unnest(${buckets}::int2[], ${meterIds}::uuid[], ${dates}::text[])
        AS told (bucket, meter_id, day)) AS touched
    JOIN usage_days AS day ON day.bucket = touched.bucket AND day.meter_id = touched.meter_id
      AND day.day >= touched.month AND day.day < touched.month + interval '1 month'
    GROUP BY day.bucket, day.meter_id, touched.month
    ON CONFLICT (bucket, meter_id, month) DO UPDATE SET connection_id = excluded.connection_id,
      measured_wh = excluded.measured_wh, estimated_wh = excluded.estimated_wh,
      whole_days = excluded.whole_days`.execute(tx);
}
