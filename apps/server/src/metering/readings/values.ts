// Readings of one register between two days, as they came: for tables, charts and files.

import { sql } from 'kysely';
import { instant, type Tx } from '../../base/database.ts';
import { registerNumbers } from './registers.ts';

type Place = { readonly bucket: number; readonly connectionId: string };
export type ReadingValue = {
  readonly meterPan: string;
  readonly readAtMs: number;
  readonly value: bigint;
  readonly receivedAtMs: number;
  readonly flags: number;
};

/** Of the connection's meters, old and new, oldest first; the first beyond `limit` is not told. */
export async function readingValues(
  tx: Tx,
  place: Place,
  o: {
    readonly register: keyof typeof registerNumbers;
    readonly fromMs: number;
    readonly toMs: number;
    readonly limit: number;
  },
): Promise<readonly ReadingValue[]> {
  const meters = await tx
    .selectFrom('meters')
    .select(['id', 'meter_pan', 'retired_at'])
    .where('bucket', '=', place.bucket)
    .where('connection_id', '=', place.connectionId)
    .execute();
  const found: ReadingValue[] = [];
  for (const meter of meters) {
    const { rows } = await sql<Row>`SELECT read_at, value, received_at, meter_flags FROM readings
      WHERE bucket = ${place.bucket} AND meter_id = ${meter.id}::uuid
        AND register = ${registerNumbers[o.register]}
        AND read_at >= ${instant(o.fromMs)}::timestamptz
        AND read_at <= ${instant(Math.min(o.toMs, meter.retired_at ?? o.toMs))}::timestamptz
      ORDER BY read_at LIMIT ${o.limit}`.execute(tx);
    for (const row of rows) {
      found.push({
        meterPan: meter.meter_pan,
        readAtMs: row.read_at,
        value: row.value,
        receivedAtMs: row.received_at,
        flags: row.meter_flags,
      });
    }
  }
  found.sort((a, b) => a.readAtMs - b.readAtMs || (a.meterPan < b.meterPan ? -1 : 1));
  return found.slice(0, o.limit);
}

type Row = {
  readonly read_at: number;
  readonly value: bigint;
  readonly received_at: number;
  readonly meter_flags: number;
};

export type MonthSum = {
  readonly month: string;
  readonly measuredWh: bigint;
  readonly estimatedWh: bigint;
  readonly wholeDays: number;
};

/** Sums by month that stand, newest first. */
export async function monthSums(
  tx: Tx,
  place: { readonly bucket: number; readonly meterId: string },
): Promise<readonly MonthSum[]> {
  const { rows } = await sql<{
    month: string;
    measured_wh: bigint;
    estimated_wh: bigint;
    whole_days: number;
  }>`SELECT month::text AS month, measured_wh, estimated_wh, whole_days FROM usage_months
    WHERE bucket = ${place.bucket} AND meter_id = ${place.meterId}::uuid
    ORDER BY month DESC LIMIT 36`.execute(tx);
  return rows.map((row) => ({
    month: row.month.slice(0, 7),
    measuredWh: row.measured_wh,
    estimatedWh: row.estimated_wh,
    wholeDays: row.whole_days,
  }));
}
