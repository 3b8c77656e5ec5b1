// A home's use as a model: a level, the shape of its day, the weight of each weekday, and how much
// days differ. Everything comes from the home's own history; with little history the parts that
// need more of it stay flat.

import { localHourClock } from './local-hours.ts';

/** Energy used between two instants; gaps between intervals are allowed, order is not needed. */
export type UsageInterval = {
  readonly startsAtMs: number;
  readonly endsAtMs: number;
  readonly energyWh: bigint;
};

export type UsageModel = {
  /** Watt-hours expected in the local hour that holds the instant. */
  readonly expectedWhOfHour: (localHour: number) => number;
  /** Expected use of an average day. */
  readonly dailyWh: number;
  /** Spread of one day around what was expected, as a part of it. */
  readonly spreadOfDay: number;
  /** Days with enough readings to count. */
  readonly days: number;
};

const hourMs = 3_600_000;
const hoursPerDay = 24;
/** A day counts when this many of its hours are covered. */
const hoursForADay = 18;
/** The history before this many days says little about next week. */
const historyDays = 28;
/** Half-lives of the two levels that a home has: of its last days, and of its usual use. */
const recentHalfLifeDays = 0.67;
const usualHalfLifeDays = 45;
/**
 * What is left after a day of the difference between them. Use above the usual is taken to stay (a
 * cold spell, guests); use below it ends soon (people come home).
 */
const keptAboveUsual = 0.965;
const keptBelowUsual = 0.65;
/** Past this many days ahead the expected level stays. */
const pathDays = 30;
/**
 * A weekday's own difference is believed as far as it stands out from how much days differ anyway:
 * this many variances of its mean before half of it is, and a week more of it.
 */
const weekdayVariances = 4.8;
const weekdayPriorWeeks = 1;
/** How much days of one weekday are taken to differ, as a part, and for how many days it counts. */
const priorWeekdaySpread = 0.2;
const priorWeekdayDays = 4;
const shapeHalfLifeDays = 14;
/** Spread that is assumed of a home of which nothing is known, and for how many days it counts. */
const priorSpread = 0.35;
const priorSpreadDays = 3;

type Day = { readonly day: number; readonly totalWh: number };

/** The model at `nowMs`; null when not even a day's worth of hours is covered. */
export function usageModel(
  history: readonly UsageInterval[],
  o: { readonly nowMs: number; readonly zone: string },
): UsageModel | null {
  const hours = hoursOf(history, o);
  const nowHour = localHourClock(o.zone).localHourAt(o.nowMs);
  const shape = shapeOf(hours, nowHour);
  if (shape === null) return null;
  const days = daysOf(hours, shape, nowHour);
  if (days.length === 0) return null;
  const weekday = weekdayFactors(days);
  const today = Math.floor(nowHour / hoursPerDay);
  const { levels, spread } = levelsOf(days, weekday, today);
  return {
    dailyWh: levels[0] ?? 0,
    spreadOfDay: spread,
    days: days.length,
    expectedWhOfHour: (hour) => {
      const factor = weekday[weekdayOf(Math.floor(hour / hoursPerDay))] ?? 1;
      const ahead = Math.max(0, Math.floor((hour - nowHour) / hoursPerDay));
      const share = shape[modulo(hour, hoursPerDay)] ?? 0;
      return (levels[Math.min(ahead, pathDays - 1)] ?? 0) * factor * share;
    },
  };
}

type HourCell = { energyWh: number; coveredMs: number };

/** Energy by local hour; an interval that covers several hours is spread evenly over them. */
function hoursOf(
  history: readonly UsageInterval[],
  o: { readonly nowMs: number; readonly zone: string },
): Map<number, HourCell> {
  const clock = localHourClock(o.zone);
  const hours = new Map<number, HourCell>();
  const oldestMs = o.nowMs - historyDays * hoursPerDay * hourMs;
  for (const { startsAtMs, endsAtMs, energyWh } of history) {
    if (endsAtMs <= startsAtMs || endsAtMs > o.nowMs || startsAtMs < oldestMs || energyWh < 0n) {
      continue;
    }
    const perMs = Number(energyWh) / (endsAtMs - startsAtMs);
    let atMs = startsAtMs;
    while (atMs < endsAtMs) {
      const hour = clock.localHourAt(atMs);
      const untilMs = Math.min(endsAtMs, clock.hourEndsAtMs(atMs));
      const cell = hours.get(hour) ?? { energyWh: 0, coveredMs: 0 };
      cell.energyWh += perMs * (untilMs - atMs);
      cell.coveredMs += untilMs - atMs;
      hours.set(hour, cell);
      atMs = untilMs;
    }
  }
  return hours;
}

/**
 * The part of a day's use that each hour of the day takes; null when nothing was used or too little
 * is covered.
 */
function shapeOf(hours: ReadonlyMap<number, HourCell>, nowHour: number): number[] | null {
  const energy = new Array<number>(hoursPerDay).fill(0);
  const weight = new Array<number>(hoursPerDay).fill(0);
  let allEnergy = 0;
  let allWeight = 0;
  for (const [hour, cell] of hours) {
    const age = (nowHour - hour) / hoursPerDay;
    const w = 0.5 ** (age / shapeHalfLifeDays);
    const slot = modulo(hour, hoursPerDay);
    energy[slot] = (energy[slot] ?? 0) + w * cell.energyWh;
    weight[slot] = (weight[slot] ?? 0) + (w * cell.coveredMs) / hourMs;
    allEnergy += w * cell.energyWh;
    allWeight += (w * cell.coveredMs) / hourMs;
  }
  if (allWeight < 12 || allEnergy <= 0) return null;
  const mean = allEnergy / allWeight;
  // One more hour of average use in each slot: an hour that was seen once does not decide alone.
  const rates = energy.map((e, slot) => (e + mean) / ((weight[slot] ?? 0) + 1));
  const sum = rates.reduce((a, b) => a + b, 0);
  return rates.map((rate) => rate / sum);
}

/** Totals of the days that are covered well enough, holes filled by the shape of the day. */
function daysOf(
  hours: ReadonlyMap<number, HourCell>,
  shape: readonly number[],
  nowHour: number,
): Day[] {
  const byDay = new Map<number, { energyWh: number; coveredShare: number; covered: number }>();
  for (const [hour, cell] of hours) {
    const day = Math.floor(hour / hoursPerDay);
    const sums = byDay.get(day) ?? { energyWh: 0, coveredShare: 0, covered: 0 };
    const part = Math.min(1, cell.coveredMs / hourMs);
    sums.energyWh += cell.energyWh;
    sums.coveredShare += part * (shape[modulo(hour, hoursPerDay)] ?? 0);
    sums.covered += part;
    byDay.set(day, sums);
  }
  const today = Math.floor(nowHour / hoursPerDay);
  const days: Day[] = [];
  for (const [day, sums] of byDay) {
    const isEnough = sums.covered >= (byDay.size <= 2 ? hoursForADay / 2 : hoursForADay);
    if (!isEnough || (day === today && sums.covered < hoursForADay && byDay.size > 2)) continue;
    days.push({ day, totalWh: sums.energyWh / sums.coveredShare });
  }
  return days.sort((a, b) => a.day - b.day);
}

/** Use of each weekday (0 = Monday) against the average of the days around it, drawn towards 1. */
function weekdayFactors(days: readonly Day[]): number[] {
  const factors = new Array<number>(7).fill(1);
  if (days.length < 8) return factors;
  const ratios: number[][] = factors.map(() => []);
  for (const { day, totalWh } of days) {
    // Against its own week, so that a cold week is not taken for a love of Tuesdays.
    const around = days.filter((other) => Math.abs(other.day - day) <= 3);
    const mean = around.reduce((sum, other) => sum + other.totalWh, 0) / around.length;
    if (around.length >= 4 && mean > 0) ratios[weekdayOf(day)]?.push(totalWh / mean);
  }
  const means = ratios.map((list) => list.reduce((sum, ratio) => sum + ratio, 0) / list.length);
  let squares = priorWeekdayDays * priorWeekdaySpread ** 2;
  let freedom = priorWeekdayDays;
  for (const [weekday, list] of ratios.entries()) {
    for (const ratio of list) squares += (ratio - (means[weekday] ?? 1)) ** 2;
    freedom += Math.max(0, list.length - 1);
  }
  return ratios.map((list, weekday) => {
    const difference = (means[weekday] ?? 1) - 1;
    if (list.length === 0 || difference === 0) return 1;
    const noise = (weekdayVariances * squares) / freedom / list.length;
    const standsOut = difference ** 2 / (difference ** 2 + noise);
    const trust = (standsOut * list.length) / (list.length + weekdayPriorWeeks);
    return Math.max(0.3, 1 + trust * difference);
  });
}

/**
 * The level of a weekday-neutral day for each day ahead, and how far single days lie from the usual
 * one.
 */
function levelsOf(
  days: readonly Day[],
  weekday: readonly number[],
  today: number,
): { levels: number[]; spread: number } {
  const neutral = days.map(({ day, totalWh }) => ({
    age: today - day,
    wh: totalWh / (weekday[weekdayOf(day)] ?? 1),
  }));
  const recent = weightedMean(neutral, recentHalfLifeDays);
  const usual = weightedMean(neutral, usualHalfLifeDays);
  const kept = recent > usual ? keptAboveUsual : keptBelowUsual;
  const levels = Array.from({ length: pathDays }, (_, ahead) => {
    return usual + (recent - usual) * kept ** (ahead + 0.5);
  });
  return { levels, spread: spreadOf(neutral, usual) };
}

/**
 * How far days lie from the usual one, and from the day before, half of each: a home that drifts is
 * foreseen better than one that leaps.
 */
function spreadOf(neutral: readonly { age: number; wh: number }[], usual: number): number {
  const prior = priorSpreadDays * priorSpread ** 2;
  const sums = { usual: prior, before: prior };
  const weights = { usual: priorSpreadDays, before: priorSpreadDays };
  for (const [i, { age, wh }] of neutral.entries()) {
    const w = 0.5 ** (age / shapeHalfLifeDays);
    sums.usual += w * ((wh - usual) / Math.max(usual, 1)) ** 2;
    weights.usual += w;
    const before = neutral[i - 1];
    if (before === undefined) continue;
    sums.before += w * ((wh - before.wh) / Math.max((before.wh + usual) / 2, 1)) ** 2;
    weights.before += w;
  }
  return Math.sqrt((sums.usual / weights.usual + sums.before / weights.before) / 2);
}

function weightedMean(list: readonly { age: number; wh: number }[], halfLife: number): number {
  let sum = 0;
  let weight = 0;
  for (const { age, wh } of list) {
    const w = 0.5 ** (age / halfLife);
    sum += w * wh;
    weight += w;
  }
  return weight === 0 ? 0 : sum / weight;
}

/** 0 = Monday; local day 0 is 1970-01-01, a Thursday. */
const weekdayOf = (day: number): number => modulo(day + 3, 7);

const modulo = (value: number, by: number): number => ((value % by) + by) % by;
