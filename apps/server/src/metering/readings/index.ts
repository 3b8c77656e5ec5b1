// Readings: what meters report about use. Append-only and idempotent by (meter, register, instant);
// a late or repeated one is welcome. Also the last known state of each meter, which is not history.

import type { AccountState } from '@prewatt/protocol';
import { dayMs, hourMs, zonedAt } from '@prewatt/quantities';
import { sql } from 'kysely';
import { instant, type Tx } from '../../base/database.ts';
import { saveMeterStates } from '../../metering/headend/index.ts';
import type { MeterPlace } from '../../registry/connections/index.ts';
import { reportJson } from './meter-report.ts';
import { registerNumbers } from './registers.ts';
import { wholeDays } from './view.ts';

export { decideFinding, editEstimate, findingsOf, type ReadingRefusal } from './decisions.ts';
export { halfHourMs, halfHoursOf } from './half-hours.ts';
export { usageHistories } from './histories.ts';
export { emergencyLeft, emergencyLeftText, newestReadings } from './meter-report.ts';
export { type LastReading, newestReading } from './newest.ts';
export { registerNumbers } from './registers.ts';
export { createUsage, maximumW, type Usage } from './roll-up.ts';
export { findingPage, readingAround } from './room.ts';
export { busiestDayWh, isReadSince, lastGoodReading, validSpans } from './spans.ts';
export { recordReadings } from './store.ts';
export { usedToday } from './used-today.ts';
export type { UseSpan } from './validate.ts';
export { monthSums, type ReadingValue, readingValues } from './values.ts';
export { readingsView } from './view.ts';

export type ReportedState = { readonly place: MeterPlace; readonly state: AccountState };

/**
 * Keeps each meter's newest state; one that was captured earlier than what we have only counts as
 * contact.
 */
export async function recordStates(
  tx: Tx,
  reports: readonly ReportedState[],
  receivedAtMs: number,
): Promise<void> {
  if (reports.length === 0) return;
  const received = new Date(receivedAtMs);
  const rows = reports.map(({ place, state }) => ({
    bucket: place.bucket,
    meter_id: place.meterId,
    utility_id: place.utilityId,
    connection_id: place.connectionId,
    captured_at: new Date(state.capturedAtMs),
    last_contact_at: received,
    available_energy_wh: state.availableEnergyWh,
    power_w: state.powerW,
    import_energy_wh: state.importEnergyWh,
    credited_energy_wh: state.creditedEnergyWh,
    owed_energy_wh: state.owedEnergyWh,
    load_switch: state.loadSwitch,
    credit_status: state.creditStatus,
    report: reportJson(state),
    clock_ahead_ms: BigInt(state.capturedAtMs - receivedAtMs),
  }));
  await saveMeterStates(tx, rows);
}

/** Makes the partitions for last month to three months ahead. */
export async function prepareMonths(tx: Tx, nowMs: number): Promise<void> {
  const month = zonedAt(nowMs, 'UTC').toPlainDate().with({ day: 1 });
  for (let ahead = -1; ahead <= 3; ahead++) {
    const start = month.add({ months: ahead }).toString();
    await sql`SELECT prewatt.prepare_readings_month(${start}::date)`.execute(tx);
  }
}

/**
 * Drops the months that no utility keeps any longer, by the database's clock; sums by day and month
 * stay.
 */
export async function dropOldMonths(tx: Tx): Promise<void> {
  await sql`SELECT prewatt.drop_old_readings()`.execute(tx);
}

export type Point = { readonly atMs: number; readonly value: bigint };

/**
 * Register values in an interval, oldest first, with the last one before it so that a difference
 * can be taken.
 */
export async function readRegister(
  tx: Tx,
  place: { readonly bucket: number; readonly meterId: string },
  o: { readonly fromMs: number; readonly toMs: number },
): Promise<readonly Point[]> {
  const meters = await metersThrough(tx, place);
  if (meters.length === 0) return [];
  const retired = meters.flatMap(({ id, retired_at }) =>
    retired_at === null ? [] : [{ id, retired_at }],
  );
  const base = tx
    .selectFrom('readings')
    .select(['readings.meter_id', 'readings.read_at', 'readings.value'])
    .where('readings.bucket', '=', place.bucket)
    .where(
      'readings.meter_id',
      'in',
      meters.map(({ id }) => id),
    )
    // A meter that was taken away says nothing about the connection any more.
    .where((eb) =>
      eb.and(
        retired.map(({ id, retired_at: untilMs }) =>
          eb.or([
            eb('readings.meter_id', '<>', id),
            eb('readings.read_at', '<=', instant(untilMs)),
          ]),
        ),
      ),
    )
    .where('readings.register', '=', registerNumbers.importEnergyWh);
  const before = await base
    .where('readings.read_at', '<=', instant(o.fromMs))
    .where('readings.read_at', '>', instant(o.fromMs - 2 * dayMs))
    .orderBy('readings.read_at', 'desc')
    .limit(1)
    .execute();
  const inside = await base
    .where('readings.read_at', '>', instant(o.fromMs))
    .where('readings.read_at', '<=', instant(o.toMs))
    .orderBy('readings.read_at')
    .execute();
  return joined([...before, ...inside]);
}

/** The meter and those that it took the place of: readings go on over an exchange. */
async function metersThrough(
  tx: Tx,
  place: { readonly bucket: number; readonly meterId: string },
): Promise<readonly { readonly id: string; readonly retired_at: number | null }[]> {
  return await tx
    .selectFrom('meters as own')
    .innerJoin('meters as each', (join) =>
      join
        .onRef('each.bucket', '=', 'own.bucket')
        .onRef('each.connection_id', '=', 'own.connection_id'),
    )
    .select(['each.id', 'each.retired_at'])
    .where('own.bucket', '=', place.bucket)
    .where('own.id', '=', place.meterId)
    .execute();
}

/**
 * One register over several meters: the last one's as it is, and those before it moved so that each
 * ends where the next begins.
 */
function joined(
  rows: readonly { readonly meter_id: string; readonly read_at: number; readonly value: bigint }[],
): Point[] {
  const points: Point[] = [];
  let offset = 0n;
  for (const [nth, row] of rows.toReversed().entries()) {
    const after = rows[rows.length - nth];
    const next = points.at(-1);
    if (after !== undefined && next !== undefined && after.meter_id !== row.meter_id) {
      offset = next.value - row.value;
    }
    points.push({ atMs: row.read_at, value: row.value + offset });
  }
  return points.reverse();
}

/**
 * Energy used between consecutive instants; null where the register was not read near both ends.
 */
export function usageBetween(
  points: readonly Point[],
  instantsMs: readonly number[],
): (bigint | null)[] {
  const at = instantsMs.map((instant) => valueAt(points, instant));
  return instantsMs.slice(1).map((_, index) => {
    const [start, end] = [at[index] ?? null, at[index + 1] ?? null];
    return start === null || end === null || end < start ? null : end - start;
  });
}

// A register is taken as known at an instant when it was read at most this long before it.
const nearMs = 90 * 60_000;

function valueAt(points: readonly Point[], instantMs: number): bigint | null {
  let low = 0;
  let high = points.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((points[middle]?.atMs ?? 0) <= instantMs) low = middle + 1;
    else high = middle;
  }
  const point = points[low - 1];
  return point !== undefined && instantMs - point.atMs <= nearMs ? point.value : null;
}

export type DayUse = { readonly date: string; readonly energyWh: bigint | null };

/** Use per civil day, oldest first, today (so far) last. */
export function dailyUse(
  tx: Tx,
  place: { readonly bucket: number; readonly meterId: string },
  o: { readonly zone: string; readonly days: number; readonly nowMs: number },
): Promise<DayUse[]> {
  const today = zonedAt(o.nowMs, o.zone).toPlainDate();
  const from = today.subtract({ days: o.days - 1 }).toString();
  return useByDay(tx, place, { ...o, from, to: today.toString() });
}

/** Days whose sums do not stand are asked of the readings themselves, as far back as this. */
const fromReadingsDays = 62;

/** Use per civil day, from one date to another, both included; today so far, then unknown. */
export async function useByDay(
  tx: Tx,
  place: { readonly bucket: number; readonly meterId: string },
  o: {
    readonly zone: string;
    readonly from: string;
    readonly to: string;
    readonly nowMs: number;
  },
): Promise<DayUse[]> {
  const first = Temporal.PlainDate.from(o.from);
  const count = first.until(o.to, { largestUnit: 'days' }).days + 1;
  const dates = Array.from({ length: count }, (_, i) => first.add({ days: i }));
  // A day whose sum stands is validated, and outlives its readings; the others are as they come.
  const whole = await wholeDays(tx, place, o);
  const oldest = zonedAt(o.nowMs, o.zone).toPlainDate().subtract({ days: fromReadingsDays });
  const begins = dates.find(
    (date) => !whole.has(date.toString()) && Temporal.PlainDate.compare(date, oldest) >= 0,
  );
  const asked = begins === undefined ? [] : dates.slice(dates.indexOf(begins));
  const starts = asked.map((date) => date.toZonedDateTime(o.zone).epochMilliseconds);
  const end = first.add({ days: count }).toZonedDateTime(o.zone).epochMilliseconds;
  const used = await useBetween(tx, place, { instantsMs: [...starts, end], nowMs: o.nowMs });
  const read = new Map(asked.map((date, i) => [date.toString(), used[i] ?? null]));
  return dates.map((date) => ({
    date: date.toString(),
    energyWh: whole.get(date.toString()) ?? read.get(date.toString()) ?? null,
  }));
}

/**
 * Use between consecutive instants, by the readings; what is under way counts up to the last one,
 * what is still to come is null.
 */
export async function useBetween(
  tx: Tx,
  place: { readonly bucket: number; readonly meterId: string },
  o: { readonly instantsMs: readonly number[]; readonly nowMs: number },
): Promise<(bigint | null)[]> {
  const [fromMs] = o.instantsMs;
  const toMs = Math.min(o.instantsMs.at(-1) ?? o.nowMs, o.nowMs);
  if (fromMs === undefined || o.instantsMs.length < 2) return [];
  if (fromMs >= toMs) return o.instantsMs.slice(1).map(() => null);
  const points = await readRegister(tx, place, { fromMs, toMs });
  const last = points.at(-1)?.atMs ?? toMs;
  return o.instantsMs.slice(1).map((endMs, i) => {
    const startMs = o.instantsMs[i] ?? endMs;
    if (startMs >= o.nowMs) return null;
    const [used] = usageBetween(points, [startMs, endMs > o.nowMs ? last : endMs]);
    return used ?? null;
  });
}

/** Use per hour for the last `hours` whole hours, oldest first. */
export async function hourlyUse(
  tx: Tx,
  place: { readonly bucket: number; readonly meterId: string },
  o: { readonly hours: number; readonly nowMs: number },
): Promise<{ readonly startsAtMs: number; readonly energyWh: bigint }[]> {
  const end = Math.floor(o.nowMs / hourMs) * hourMs;
  const instants = Array.from({ length: o.hours + 1 }, (_, i) => end - (o.hours - i) * hourMs);
  const points = await readRegister(tx, place, { fromMs: instants[0] ?? end, toMs: end });
  const used = usageBetween(points, instants);
  return used.flatMap((energyWh, i) =>
    energyWh === null ? [] : [{ startsAtMs: instants[i] ?? end, energyWh }],
  );
}
export { isHeard, isSilent, silentBefore } from './silence.ts';
