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
  const { rows } = await sql<{
    meter_pan: string;
    read_at: number;
    value: bigint;
    received_at: number;
    meter_flags: number;
  }>`SELECT m.meter_pan, r.read_at, r.value, r.received_at, r.meter_flags
    FROM meters m JOIN readings r ON r.bucket = m.bucket AND r.meter_id = m.id
    WHERE m.bucket = ${place.bucket} AND m.connection_id = ${place.connectionId}::uuid
      AND r.register = ${registerNumbers[o.register]}
      AND r.read_at >= ${instant(o.fromMs)}::timestamptz
      AND r.read_at <= ${instant(o.toMs)}::timestamptz
      AND (m.retired_at IS NULL OR r.read_at <= m.retired_at)
    ORDER BY r.read_at, m.meter_pan LIMIT ${o.limit}`.execute(tx);
  return rows.map((row) => ({
    meterPan: row.meter_pan,
    readAtMs: row.read_at,
    value: row.value,
    receivedAtMs: row.received_at,
    flags: row.meter_flags,
  }));
}

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
