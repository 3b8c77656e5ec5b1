// A home's use by hour, day and month with what it cost, compared with the time before; what it
// never goes below, and what a kilowatt-hour less a day is worth.

import type { UsePart, UseSpanName, UseView } from '@prewatt/api';
import { divideFloor, hourMs, idFromUuid, zonedAt } from '@prewatt/quantities';
import type { Tx } from '../../base/database.ts';
import {
  dailyUse,
  hourlyUse,
  readRegister,
  useBetween,
  useByDay,
} from '../../metering/readings/index.ts';
import { costsOf, type Tariffs, type TimedUse, timesOfPeriods } from '../../money/tariffs/index.ts';
import type { Connection } from '../../registry/connections/index.ts';
import type { Utility } from '../../registry/utilities/index.ts';
import { creditReading } from './live-reading.ts';
import { firstDayOf, hideDays } from './since.ts';

type Asked = {
  readonly connection: Connection;
  readonly utility: Utility;
  readonly nowMs: number;
  readonly sinceMs?: number | null;
  readonly tariffs: Pick<Tariffs, 'inForce'>;
};
type Part = { readonly key: string; readonly energyWh: bigint | null };
type Span = { readonly from: Temporal.PlainDate; readonly to: Temporal.PlainDate };

const microPerMinor = 1_000_000n;
const baseDays = 14;
/** Of the hours in which something was used: the lowest twentieth, without the luckiest one. */
const baseShare = 0.05;
const enoughHours = 72;

export async function useView(
  tx: Tx,
  o: Asked & {
    readonly by: UseSpanName;
    readonly at: string | null;
    readonly until: string | null;
  },
): Promise<UseView> {
  const { connection, by, utility } = o;
  const today = zonedAt(o.nowMs, utility.zone).toPlainDate();
  const asked = o.at === null ? today : Temporal.PlainDate.from(o.at);
  const span = spanOf(by, Temporal.PlainDate.compare(asked, today) > 0 ? today : asked);
  const before = spanOf(by, span.from.subtract({ days: 1 }));
  const next = span.to.add({ days: 1 });
  const parts = await partsOf(tx, o, span);
  const lasting = await lastingOf(tx, o);
  const costs = await costsOfParts(tx, o, { span, parts });
  const cost = sumOf(parts.flatMap(({ key, energyWh }) => (energyWh === null ? [] : [costs(key)])));
  const energyWh = sumOf(parts.flatMap((part) => part.energyWh ?? [])) ?? 0n;
  return {
    connection: {
      connectionId: idFromUuid('connection', connection.connectionId),
      name: connection.name,
    },
    ...{ by, from: span.from.toString(), to: span.to.toString() },
    previous: before.from.toString(),
    next: Temporal.PlainDate.compare(next, today) > 0 ? null : next.toString(),
    parts: parts.map((part) => partView(part, costs(part.key))),
    energyWh: energyWh.toString(),
    costMinor: cost === null ? null : minorOf(cost),
    before: compared(await partsBefore(tx, o, { span, before, parts, today }), parts),
    baseLoad: await baseLoadOf(tx, o, today),
    saving: savingOf(lasting),
    lasting: lastingView(lasting, { until: o.until, today }),
  };
}

const minorOf = (micro: bigint): string =>
  divideFloor(micro + microPerMinor / 2n, microPerMinor).toString();

/** Null when one of them is. */
const sumOf = (values: readonly (bigint | null)[]): bigint | null =>
  values.reduce<bigint | null>((sum, one) => (sum === null || one === null ? null : sum + one), 0n);

const partView = ({ key, energyWh }: Part, cost: bigint | null): UsePart => ({
  key,
  energyWh: energyWh?.toString() ?? null,
  costMinor: energyWh === null || cost === null ? null : minorOf(cost),
});

/** A week begins on Monday. */
function spanOf(by: UseSpanName, at: Temporal.PlainDate): Span {
  if (by === 'day') return { from: at, to: at };
  if (by === 'week') {
    const from = at.subtract({ days: at.dayOfWeek - 1 });
    return { from, to: from.add({ days: 6 }) };
  }
  if (by === 'month') return { from: at.with({ day: 1 }), to: at.with({ day: at.daysInMonth }) };
  return { from: at.with({ month: 1, day: 1 }), to: at.with({ month: 12, day: 31 }) };
}

const placeOf = ({ connection }: Asked) => ({
  bucket: connection.bucket,
  meterId: connection.meter.meterId,
});

async function partsOf(
  tx: Tx,
  o: Asked & { readonly by: UseSpanName },
  { from, to }: Span,
): Promise<readonly Part[]> {
  if (o.by === 'day') return hoursOf(tx, o, from);
  const { zone } = o.utility;
  const { nowMs } = o;
  const used = await useByDay(tx, placeOf(o), {
    ...{ zone, nowMs, from: from.toString(), to: to.toString() },
  });
  const days = hideDays(used, o);
  if (o.by !== 'year') return days.map(({ date, energyWh }) => ({ key: date, energyWh }));
  return [...Map.groupBy(days, ({ date }) => date.slice(0, 7))].map(([key, ofMonth]) => {
    const known = ofMonth.flatMap(({ energyWh }) => energyWh ?? []);
    return { key, energyWh: known.length === 0 ? null : sumOf(known) };
  });
}

/** The hours of a civil day: 23 or 25 where the clocks change. */
async function hoursOf(tx: Tx, o: Asked, day: Temporal.PlainDate): Promise<readonly Part[]> {
  const { zone } = o.utility;
  const startMs = day.toZonedDateTime(zone).epochMilliseconds;
  const endMs = day.add({ days: 1 }).toZonedDateTime(zone).epochMilliseconds;
  const count = Math.round((endMs - startMs) / hourMs);
  const instantsMs = Array.from({ length: count + 1 }, (_, i) => startMs + i * hourMs);
  const used = await useBetween(tx, placeOf(o), { instantsMs, nowMs: o.nowMs });
  const isHidden = day.toString() < (firstDayOf(o) ?? '');
  return used.map((energyWh, i) => ({
    key: zonedAt(startMs + i * hourMs, zone)
      .toPlainDateTime()
      .toString()
      .slice(0, 13),
    energyWh: isHidden ? null : energyWh,
  }));
}

/** By the key of a part, in millionths. */
async function costsOfParts(
  tx: Tx,
  o: Asked & { readonly by: UseSpanName },
  { span, parts }: { readonly span: Span; readonly parts: readonly Part[] },
): Promise<(key: string) => bigint | null> {
  const inForce = await o.tariffs.inForce(tx, [o.connection]);
  const tariffOn = (date: string) => inForce(o.connection, date);
  const use =
    o.by === 'day'
      ? await useOfHours(tx, o, { span, parts })
      : await useOfDays(tx, o, { span, timesOf: timesOfPeriods(tariffOn) });
  const costs = costsOf(use, tariffOn);
  const keyLength = { day: 13, week: 10, month: 10, year: 7 }[o.by];
  const sums = new Map<string, bigint | null>();
  const first = firstDayOf(o) ?? '';
  for (const [i, { at }] of use.entries()) {
    if (at.date < first) continue;
    const key = `${at.date}T${at.time}`.slice(0, keyLength);
    const sum = sums.get(key) === undefined ? 0n : (sums.get(key) ?? null);
    const cost = costs[i] ?? null;
    sums.set(key, sum === null || cost === null ? null : sum + cost);
  }
  return (key) => sums.get(key) ?? null;
}

/** Behind the days of the month before it, which fill its blocks. */
async function useOfHours(
  tx: Tx,
  o: Asked,
  { span, parts }: { readonly span: Span; readonly parts: readonly Part[] },
): Promise<readonly TimedUse[]> {
  const { zone } = o.utility;
  const first = span.from.with({ day: 1 });
  const earlier =
    span.from.day === 1
      ? []
      : await useByDay(tx, placeOf(o), {
          ...{ zone, nowMs: o.nowMs, from: first.toString() },
          to: span.from.subtract({ days: 1 }).toString(),
        });
  return [
    ...earlier.map(({ date, energyWh }) => ({ at: { date, time: '00:00' }, energyWh })),
    ...parts.map(({ key, energyWh }) => ({
      at: { date: key.slice(0, 10), time: `${key.slice(11)}:00` },
      energyWh,
    })),
  ].flatMap(known);
}

/** From the first day of the month in which the span begins. */
async function useOfDays(
  tx: Tx,
  o: Asked & { readonly by: UseSpanName },
  { span, timesOf }: { readonly span: Span; readonly timesOf: (date: string) => readonly string[] },
): Promise<readonly TimedUse[]> {
  const { zone } = o.utility;
  const { nowMs } = o;
  const from = span.from.with({ day: 1 });
  const days = await useByDay(tx, placeOf(o), {
    ...{ zone, nowMs, from: from.toString(), to: span.to.toString() },
  });
  const starts = days.flatMap(({ date }) => timesOf(date).map((time) => ({ date, time })));
  const whole = days.map(({ date, energyWh }) => ({ at: { date, time: '00:00' }, energyWh }));
  if (starts.length === days.length) return whole.flatMap(known);
  // A year of half-hours is more than a page may read: its cost by periods is not told.
  if (o.by === 'year') return [];
  const instantsMs = [
    ...starts.map(({ date, time }) => Temporal.PlainDateTime.from(`${date}T${time}`)),
    span.to.add({ days: 1 }).toPlainDateTime(),
  ].map((at) => at.toZonedDateTime(zone).epochMilliseconds);
  const used = await useBetween(tx, placeOf(o), { instantsMs, nowMs });
  const runs = starts.flatMap((at, i) =>
    (instantsMs[i] ?? nowMs) >= nowMs ? [] : [{ at, energyWh: used[i] ?? null }],
  );
  // A day of which a part is not known has no cost.
  const unknown = new Set(runs.flatMap(({ at, energyWh }) => (energyWh === null ? at.date : [])));
  return runs.filter(({ at }) => !unknown.has(at.date)).flatMap(known);
}

const known = (part: {
  readonly at: TimedUse['at'];
  readonly energyWh: bigint | null;
}): TimedUse[] => (part.energyWh === null ? [] : [{ at: part.at, energyWh: part.energyWh }]);

const isOver = ({ to }: Span, today: Temporal.PlainDate): boolean =>
  Temporal.PlainDate.compare(to, today) < 0;

/**
 * The parts of the time before. The one that is under way is compared with its like up to the same
 * time: up to the last reading, as its own use is.
 */
async function partsBefore(
  tx: Tx,
  o: Asked & { readonly by: UseSpanName },
  s: {
    readonly span: Span;
    readonly before: Span;
    readonly parts: readonly Part[];
    readonly today: Temporal.PlainDate;
  },
): Promise<readonly Part[]> {
  const parts = await partsOf(tx, o, s.before);
  if (isOver(s.span, s.today)) return parts;
  const last = s.parts.findLastIndex(({ energyWh }) => energyWh !== null);
  const [own, like] = [s.parts[last], parts[last]];
  if (own === undefined || like === undefined || like.energyWh === null) return parts;
  const { zone } = o.utility;
  const [fromMs, likeMs] = [startMsOf(own.key, zone), startMsOf(like.key, zone)];
  const points = await readRegister(tx, placeOf(o), { fromMs, toMs: o.nowMs });
  const elapsedMs = (points.at(-1)?.atMs ?? o.nowMs) - fromMs;
  const instantsMs = [likeMs, likeMs + elapsedMs];
  const [energyWh = null] = await useBetween(tx, placeOf(o), { instantsMs, nowMs: o.nowMs });
  return parts.map((part, i) => (i === last ? { key: part.key, energyWh } : part));
}

/** When the hour, the day or the month of a part begins. */
function startMsOf(key: string, zone: string): number {
  const start = `${key}-01`.slice(0, 10);
  const date = Temporal.PlainDate.from(key.length < 10 ? start : key.slice(0, 10));
  const plainTime = Temporal.PlainTime.from({ hour: Number(key.slice(11, 13)) });
  return date.toZonedDateTime({ timeZone: zone, plainTime }).epochMilliseconds;
}

/** Part by part, since a month may be shorter and a reading may be away; half of them at least. */
function compared(before: readonly Part[], now: readonly Part[]): UseView['before'] {
  const both = now.flatMap(({ energyWh }, i) => {
    const other = before[i]?.energyWh ?? null;
    return energyWh === null || other === null ? [] : [[other, energyWh] as const];
  });
  const heard = now.filter(({ energyWh }) => energyWh !== null).length;
  if (both.length === 0 || both.length * 2 < heard) return null;
  const energyWh = both.reduce((sum, [other]) => sum + other, 0n);
  const sameWh = both.reduce((sum, [, own]) => sum + own, 0n);
  return { energyWh: energyWh.toString(), sameWh: sameWh.toString() };
}

const hoursAMonth = 730n;

/** With what it costs by the average price of the same two weeks. */
async function baseLoadOf(
  tx: Tx,
  o: Asked,
  today: Temporal.PlainDate,
): Promise<UseView['baseLoad']> {
  const shown = Math.floor((o.nowMs - (o.sinceMs ?? 0)) / hourMs);
  if (shown < enoughHours) return null;
  const looked = Math.min(baseDays * 24, shown);
  const hours = await hourlyUse(tx, placeOf(o), { hours: looked, nowMs: o.nowMs });
  const used = hours.flatMap(({ energyWh }) => (energyWh > 0n ? Number(energyWh) : []));
  if (used.length < enoughHours) return null;
  used.sort((a, b) => a - b);
  const power = BigInt(used[Math.floor(used.length * baseShare)] ?? 0);
  const monthWh = power * hoursAMonth;
  const recent = { ...o, by: 'month' } as const;
  const span = { from: today.subtract({ days: baseDays }), to: today.subtract({ days: 1 }) };
  const days = (await partsOf(tx, recent, span)).filter(({ energyWh }) => energyWh !== null);
  const costs = await costsOfParts(tx, recent, { span, parts: days });
  const energyWh = sumOf(days.map((day) => day.energyWh)) ?? 0n;
  const cost = sumOf(days.map(({ key }) => costs(key)));
  const isPriced = cost !== null && energyWh > 0n;
  const minorFor = (wh: bigint) => (isPriced ? minorOf((cost * wh) / energyWh) : null);
  return {
    ...{ powerW: power.toString(), monthWh: monthWh.toString() },
    monthMinor: minorFor(monthWh),
    kwhMinor: minorFor(1_000n),
  };
}

const lessWh = 1_000n;

type Lasting = { readonly left: bigint; readonly average: bigint };

/** Credit in energy, and a day's average of two weeks; null where one of them is not known. */
async function lastingOf(tx: Tx, o: Asked): Promise<Lasting | null> {
  if (o.connection.creditMode === 'wallet') return null;
  const { availableEnergyWh, moneyOnMeter } = await creditReading(tx, o);
  if (availableEnergyWh === null || moneyOnMeter !== null) return null;
  const { zone } = o.utility;
  const days = await dailyUse(tx, placeOf(o), { zone, days: baseDays + 1, nowMs: o.nowMs });
  const whole = hideDays(days, o)
    .slice(0, -1)
    .flatMap(({ energyWh }) => energyWh ?? []);
  if (whole.length < 3) return null;
  const average = whole.reduce((sum, one) => sum + one, 0n) / BigInt(whole.length);
  return { left: BigInt(availableEnergyWh), average };
}

/** Half a day more is worth telling. */
function savingOf(lasting: Lasting | null): UseView['saving'] {
  if (lasting === null || lasting.average < 2n * lessWh) return null;
  const { left, average } = lasting;
  const [own, less] = [(10n * left) / average, (10n * left) / (average - lessWh)];
  if (less - own < 5n) return null;
  const text = (tenths: bigint): string => `${tenths / 10n}.${tenths % 10n}`;
  return { days: text(own), daysWithLess: text(less) };
}

/** Up to the morning of a day, a year ahead at most; a day that is over asks for nothing. */
function lastingView(
  lasting: Lasting | null,
  o: { readonly until: string | null; readonly today: Temporal.PlainDate },
): UseView['lasting'] {
  if (lasting === null) return null;
  const days = o.until === null ? 0 : o.today.until(o.until, { largestUnit: 'days' }).days;
  const isAsked = days >= 1 && days <= 366;
  return {
    until: isAsked && o.until !== null ? o.until : o.today.toString(),
    days: isAsked ? days : null,
    leftWh: lasting.left.toString(),
    averageWh: lasting.average.toString(),
  };
}
