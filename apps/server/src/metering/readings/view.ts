// What pages show of roll-ups: use by day from the sums that stand, and all that is known about the
// readings behind them.

import type { ReadingsView } from '@prewatt/api';
import { isoOf, zonedAt } from '@prewatt/quantities';
import { sql } from 'kysely';
import { instant, type Tx } from '../../base/database.ts';
import type { MeterPlace } from '../../registry/connections/index.ts';
import { findingsOf } from './decisions.ts';

type Span = { readonly from: string; readonly to: string };

/** Whole days whose sums stand, by date. */
export async function wholeDays(
  tx: Tx,
  place: { readonly bucket: number; readonly meterId: string },
  { from, to }: Span,
): Promise<ReadonlyMap<string, bigint>> {
  const { rows } = await sql<{ date: string; energy: bigint }>`
    SELECT day::text AS date, measured_wh + estimated_wh AS energy FROM usage_days
    WHERE bucket = ${place.bucket} AND meter_id = ${place.meterId}::uuid
      AND day BETWEEN ${from}::date AND ${to}::date
      AND stale_at IS NULL AND quality <> 'incomplete'`.execute(tx);
  return new Map(rows.map((row) => [row.date, row.energy]));
}

export async function readingsView(
  tx: Tx,
  place: MeterPlace,
  o: { readonly days: number; readonly nowMs: number; readonly zone: string },
): Promise<ReadingsView> {
  const today = zonedAt(o.nowMs, o.zone).toPlainDate();
  const first = today.subtract({ days: o.days - 1 });
  const { rows: days } = await sql<{
    date: string;
    measured_wh: bigint;
    estimated_wh: bigint;
    quality: ReadingsView['days'][number]['quality'];
    findings: number;
  }>`SELECT day::text AS date, measured_wh, estimated_wh, quality, findings FROM usage_days
    WHERE bucket = ${place.bucket} AND meter_id = ${place.meterId}::uuid
      AND day >= ${first.toString()}::date ORDER BY day DESC`.execute(tx);
  const fromMs = first.toZonedDateTime(o.zone).epochMilliseconds;
  const { rows: estimates } = await sql<{
    starts_at: number;
    ends_at: number;
    energy_wh: bigint;
    method: ReadingsView['estimates'][number]['method'];
    made_by: string | null;
    reason: string | null;
  }>`SELECT DISTINCT ON (starts_at, ends_at) starts_at, ends_at, energy_wh, method, made_by, reason
    FROM reading_estimates
    WHERE bucket = ${place.bucket} AND meter_id = ${place.meterId}::uuid
      AND starts_at >= ${instant(fromMs)}::timestamptz
    ORDER BY starts_at DESC, ends_at DESC, ordinal DESC LIMIT 200`.execute(tx);
  return {
    days: days.map((row) => ({
      date: row.date,
      measuredWh: row.measured_wh.toString(),
      estimatedWh: row.estimated_wh.toString(),
      quality: row.quality,
      findings: row.findings,
    })),
    findings: await findingsOf(tx, place),
    estimates: estimates.map((row) => ({
      startsAt: isoOf(row.starts_at),
      endsAt: isoOf(row.ends_at),
      energyWh: row.energy_wh.toString(),
      method: row.method,
      madeBy: row.made_by,
      reason: row.reason,
    })),
  };
}
