// How wide the range of a forecast is: measured each week on a sample of the utility's own homes,
// on credits of the past whose end is known, so that 80 of 100 ends lie in it.

import {
  isInRange,
  type RangeScore,
  type RangeWidths,
  scoresOfHome,
  usualWidths,
  widthsFrom,
} from '@prewatt/protection';
import { dayMs } from '@prewatt/quantities';
import { sql } from 'kysely';
import { createCooperativeYield } from '../../base/cooperative-yield.ts';
import type { Database, Tx } from '../../base/database.ts';
import { prepared } from '../../base/rows.ts';
import { usageHistories } from '../../metering/readings/index.ts';
import type { Utility } from '../../registry/utilities/index.ts';

const everyMs = 7 * dayMs;
const sampledHomes = 60;
const buckets = 1024;

export type ForecastRange = {
  readonly widths: RangeWidths;
  readonly ends: number;
  readonly madeAtMs: number;
};

type RangeRow = {
  readonly early_milli: number;
  readonly late_milli: number;
  readonly ends: number;
  readonly made_at: number;
};

/** As measured last; null before the first time. */
export async function rangeOf(tx: Tx, utilityId: string): Promise<ForecastRange | null> {
  const { rows } = await sql<RangeRow>`${prepared}
    SELECT early_milli, late_milli, ends, made_at FROM forecast_ranges
    WHERE utility_id = ${utilityId}::uuid`.execute(tx);
  const [row] = rows;
  if (row === undefined) return null;
  const widths = { early: row.early_milli / 1000, late: row.late_milli / 1000 };
  return { widths, ends: row.ends, madeAtMs: row.made_at };
}

export const widthsOf = async (tx: Tx, utilityId: string): Promise<RangeWidths> =>
  (await rangeOf(tx, utilityId))?.widths ?? usualWidths;

/** Measures anew when a week has passed. */
export async function measureRange(
  o: { readonly database: Database },
  utility: Utility,
  nowMs: number,
): Promise<void> {
  const histories = await o.database.inUtility(utility.id, async (tx) => {
    const known = await rangeOf(tx, utility.id);
    if (known !== null && nowMs - known.madeAtMs < everyMs) return null;
    return usageHistories(
      tx,
      (await sampled(tx, utility.id, nowMs)).map((place) => ({
        ...{ place, nowMs, zone: utility.zone },
      })),
    );
  });
  if (histories === null) return;
  const pause = createCooperativeYield();
  const scores: RangeScore[] = [];
  for (const history of histories) {
    scores.push(...scoresOfHome({ history, nowMs, zone: utility.zone }));
    await pause();
  }
  await o.database.inUtility(utility.id, (tx) => keep(tx, { utility, scores, nowMs }));
}

async function keep(
  tx: Tx,
  o: { readonly utility: Utility; readonly scores: readonly RangeScore[]; readonly nowMs: number },
): Promise<void> {
  const widths = widthsFrom(o.scores);
  const measured = {
    early_milli: Math.round(widths.early * 1000),
    late_milli: Math.round(widths.late * 1000),
    ends: o.scores.length,
    ends_in_range: o.scores.filter((score) => isInRange(score, widths)).length,
    made_at: new Date(o.nowMs),
  };
  await tx
    .insertInto('forecast_ranges')
    .values({ utility_id: o.utility.id, ...measured })
    .onConflict((conflict) => conflict.column('utility_id').doUpdateSet(measured))
    .execute();
}

/** Other homes each week, from one bucket on. */
async function sampled(tx: Tx, utilityId: string, nowMs: number) {
  const first = (Math.floor(nowMs / everyMs) * 389) % buckets;
  const { rows } = await sql<{ bucket: number; meter_id: string }>`
    SELECT bucket, id AS meter_id FROM meters
    WHERE utility_id = ${utilityId}::uuid AND retired_at IS NULL
    ORDER BY (bucket + ${buckets - first}) % ${buckets}::int, id LIMIT ${sampledHomes}`.execute(tx);
  return rows.map((row) => ({ bucket: row.bucket, meterId: row.meter_id }));
}
