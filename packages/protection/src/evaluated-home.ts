// A home of a load file as it is evaluated: its true use between instants, what the model knows at
// each of them, and the exponential average beside it.

import { type UsageInterval, type UsageModel, usageModel } from './usage-model.ts';

/** One home's load: equal intervals from a midnight on; null is a reading that is missing. */
export type LoadSeries = {
  readonly home: string;
  /** The first midnight, written as if in UTC: a day of the file has 24 hours. */
  readonly startsAtMs: number;
  /** A whole part of an hour, or whole hours that divide a day. */
  readonly intervalMs: number;
  readonly energyWh: readonly (number | null)[];
};

const hourMs = 3_600_000;
const dayMs = 24 * hourMs;
/** A day of the file has 24 hours. */
export const fileZone = 'UTC';
/** The model reads no further back. */
const historyMs = 29 * dayMs;
const averageWeight = 0.3;

export type Home = {
  readonly startsAtMs: number;
  readonly days: number;
  /** True use between two instants on whole intervals, in milliwatt-hours; null over a gap. */
  readonly usedMilliWh: (fromMs: number, toMs: number) => number | null;
  readonly modelAt: (atMs: number) => UsageModel | null;
  /** The exponential average of whole days before the instant; null before there is one. */
  readonly averageAt: (atMs: number) => number | null;
};

export function homeOf(series: LoadSeries): Home {
  const { startsAtMs, intervalMs, energyWh } = series;
  const sums = [0];
  const missing = [0];
  for (const [index, wh] of energyWh.entries()) {
    // Milliwatt-hours: simulated load has decimals, and the model does not mind the unit.
    sums.push((sums[index] ?? 0) + Math.round((wh ?? 0) * 1000));
    missing.push((missing[index] ?? 0) + (wh === null ? 1 : 0));
  }
  const place = (atMs: number): number => Math.floor((atMs - startsAtMs) / intervalMs);
  const usedMilliWh = (fromMs: number, toMs: number): number | null => {
    const from = place(fromMs);
    const to = place(toMs);
    if ((missing[to] ?? Number.NaN) !== missing[from]) return null;
    return (sums[to] ?? 0) - (sums[from] ?? 0);
  };
  const intervals = historyOf(series, usedMilliWh);
  const models = new Map<number, UsageModel | null>();
  const days = Math.floor((energyWh.length * intervalMs) / dayMs);
  const averages = averagesOf({ startsAtMs, days, usedMilliWh });
  return {
    startsAtMs,
    days,
    usedMilliWh,
    averageAt: (atMs) => averages[Math.floor((atMs - startsAtMs) / dayMs)] ?? null,
    modelAt: (atMs) => {
      const known = models.get(atMs);
      if (known !== undefined) return known;
      const history = intervals.filter(
        (one) => one.startsAtMs >= atMs - historyMs && one.endsAtMs <= atMs,
      );
      const model = usageModel(history, { nowMs: atMs, zone: fileZone });
      models.set(atMs, model);
      return model;
    },
  };
}

/** Whole hours where they are whole, single readings elsewhere. */
function historyOf(
  { startsAtMs, intervalMs, energyWh }: LoadSeries,
  usedMilliWh: Home['usedMilliWh'],
): UsageInterval[] {
  const step = Math.max(intervalMs, hourMs);
  const history: UsageInterval[] = [];
  const endMs = startsAtMs + energyWh.length * intervalMs;
  for (let atMs = startsAtMs; atMs + step <= endMs; atMs += step) {
    const whole = usedMilliWh(atMs, atMs + step);
    if (whole !== null) {
      history.push({ startsAtMs: atMs, endsAtMs: atMs + step, energyWh: BigInt(whole) });
      continue;
    }
    for (let part = atMs; part < atMs + step; part += intervalMs) {
      const used = usedMilliWh(part, part + intervalMs);
      if (used === null) continue;
      history.push({ startsAtMs: part, endsAtMs: part + intervalMs, energyWh: BigInt(used) });
    }
  }
  return history;
}

/** The average before each day; a day with a missing reading leaves it as it is. */
function averagesOf(
  o: Pick<Home, 'startsAtMs' | 'days' | 'usedMilliWh'>,
): readonly (number | null)[] {
  const averages: (number | null)[] = [null];
  for (let day = 0; day < o.days; day += 1) {
    const startMs = o.startsAtMs + day * dayMs;
    const used = o.usedMilliWh(startMs, startMs + dayMs);
    const before = averages[day] ?? null;
    averages.push(
      used === null || before === null
        ? (used ?? before)
        : averageWeight * used + (1 - averageWeight) * before,
    );
  }
  return averages;
}
