// The use of the last weeks of many homes in one statement, from reading to reading: what forecasts
// are made of. Hundreds of readings a home, so they come as bytes, not as rows.

import type { UsageInterval } from '@prewatt/protection';
import { dayMs, startOfDayMs } from '@prewatt/quantities';
import type { Tx } from '../../base/database.ts';
import { statementOfRows } from '../../base/rows.ts';
import { instantAt } from './instant-bytes.ts';
import { registerNumbers } from './registers.ts';

type HistoryQuestion = {
  readonly place: { readonly bucket: number; readonly meterId: string };
  readonly nowMs: number;
  readonly zone: string;
};
export type ReadPoint = { readonly meterId: string; readonly atMs: number; readonly value: bigint };

const forecastDays = 28;
/** A register is taken as known at the beginning when it was read at most so long before. */
const beforeMs = 2 * dayMs;

const columns = {
  nth: 'integer',
  bucket: 'smallint',
  meter_id: 'uuid',
  after_at: 'timestamptz',
  to_at: 'timestamptz',
} as const;
type HistoryRow = {
  readonly nth: number;
  readonly meter_id: string;
  readonly points: Buffer;
};

// A meter that was taken away says nothing about the connection any more; readings go on over an
// exchange, so those before it count.
const selectPoints = statementOfRows<typeof columns, HistoryRow>(
  columns,
  (recordset) => `SELECT r.nth, m.id AS meter_id, read.points
    FROM ${recordset('r')}
    JOIN meters own ON own.bucket = r.bucket AND own.id = r.meter_id
    JOIN meters m ON m.bucket = own.bucket AND m.connection_id = own.connection_id
    CROSS JOIN LATERAL reading_points(r.bucket, m.id, ${registerNumbers.importEnergyWh}::smallint,
      r.after_at, least(r.to_at, m.retired_at)) AS read(points)
    WHERE read.points IS NOT NULL`,
);

/** For each question the intervals, oldest first. */
export async function usageHistories(
  tx: Tx,
  asked: readonly HistoryQuestion[],
): Promise<readonly (readonly UsageInterval[])[]> {
  const from = asked.map(({ nowMs, zone }) => startOfDayMs(nowMs, zone) - forecastDays * dayMs);
  const points = await registerPoints(
    tx,
    asked.map(({ place, nowMs }, nth) => ({
      ...{ place, afterMs: (from[nth] ?? nowMs) - beforeMs, toMs: nowMs },
    })),
  );
  return points.map((each, nth) => intervalsOf(each, from[nth] ?? 0));
}

/** The register of each home after one instant and up to another, over exchanges, oldest first. */
export async function registerPoints(
  tx: Tx,
  asked: readonly {
    readonly place: HistoryQuestion['place'];
    readonly afterMs: number;
    readonly toMs: number;
  }[],
): Promise<readonly (readonly ReadPoint[])[]> {
  if (asked.length === 0) return [];
  const rows = await selectPoints(
    tx,
    asked.map(({ place, afterMs, toMs }, nth) => ({
      ...{ nth, bucket: place.bucket, meter_id: place.meterId },
      after_at: new Date(afterMs),
      to_at: new Date(toMs),
    })),
  );
  const found = Map.groupBy(rows, ({ nth }) => nth);
  return asked.map((_, nth) => {
    const points = (found.get(nth) ?? []).flatMap(pointsOf);
    // One meter's come in their order.
    if ((found.get(nth)?.length ?? 0) > 1) points.sort((a, b) => a.atMs - b.atMs);
    return points;
  });
}

const bytesOfPoint = 16;

function pointsOf({ meter_id: meterId, points }: HistoryRow): ReadPoint[] {
  return Array.from({ length: points.length / bytesOfPoint }, (_, i) => {
    const at = i * bytesOfPoint;
    return { meterId, atMs: instantAt(points, at), value: points.readBigInt64BE(at + 8) };
  });
}

/** From the last reading at or before the beginning on. */
function intervalsOf(points: readonly ReadPoint[], fromMs: number): UsageInterval[] {
  const first = Math.max(
    0,
    points.findLastIndex(({ atMs }) => atMs <= fromMs),
  );
  const intervals: UsageInterval[] = [];
  for (let i = first + 1; i < points.length; i++) {
    const [before, point] = [points[i - 1], points[i]];
    if (before === undefined || point === undefined) continue;
    // A new meter goes on where the last one ended, with a register of its own.
    const energyWh = before.meterId === point.meterId ? point.value - before.value : 0n;
    intervals.push({ startsAtMs: before.atMs, endsAtMs: point.atMs, energyWh });
  }
  return intervals;
}
