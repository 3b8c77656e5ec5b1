// The day on which a home's use changed, against what its peers did in the same days. Logarithms
// of daily use over the peers' daily use: a cold week that everybody has is no change.

import type { PreparedArea, PreparedHome } from './readings.ts';
import { medianOf } from './solve.ts';

export type Change = {
  /** First day of the new level; null where there are too few days to tell. */
  readonly day: number | null;
  /** New level over old level: 0.5 is a fall to one half. */
  readonly ratio: number;
  /** How sure: difference of the means over its standard error. Above zero is a fall. */
  readonly strength: number;
};

const shortestPart = 4;

/** Wh of each day; NaN where less than half of it was read or had supply. */
export function dailyWh(home: PreparedHome, outage: Uint8Array, days: number): Float64Array {
  const perDay = home.usualDay.length;
  const result = new Float64Array(days);
  for (let day = 0; day < days; day += 1) {
    let sum = 0;
    let count = 0;
    for (let slot = 0; slot < perDay; slot += 1) {
      const t = day * perDay + slot;
      if (home.missing[t] === 1 || outage[t] === 1) continue;
      sum += home.wh[t] ?? 0;
      count += 1;
    }
    result[day] = count * 2 < perDay ? Number.NaN : (sum * perDay) / count;
  }
  return result;
}

/** Of each day, the middle over the homes of use against the home's own mean. */
export function peerLevels(prepared: PreparedArea, daily: readonly Float64Array[]): Float64Array {
  const perDay = prepared.area.intervalsPerDay;
  const levels = new Float64Array(prepared.days).fill(1);
  for (let day = 0; day < prepared.days; day += 1) {
    const shares: number[] = [];
    for (let h = 0; h < daily.length; h += 1) {
      const mean = (prepared.homes[h]?.meanWh ?? 0) * perDay;
      const wh = daily[h]?.[day] ?? Number.NaN;
      if (mean > 0 && !Number.isNaN(wh)) shares.push(wh / mean);
    }
    if (shares.length >= 3) levels[day] = Math.max(0.2, medianOf(shares));
  }
  return levels;
}

/** The split of the days that explains most of the home's path against its peers. */
export function findChange(daily: Float64Array, peers: Float64Array): Change {
  const days = daily.length;
  const known: number[] = [];
  const logs: number[] = [];
  const mean = meanOf(daily);
  for (let day = 0; day < days; day += 1) {
    const wh = daily[day] ?? Number.NaN;
    if (Number.isNaN(wh)) continue;
    known.push(day);
    logs.push(Math.log((wh + 0.03 * mean + 1) / (peers[day] ?? 1)));
  }
  const n = logs.length;
  if (n < 2 * shortestPart) return { day: null, ratio: 1, strength: 0 };
  const total = logs.reduce((sum, x) => sum + x, 0);
  const squares = logs.reduce((sum, x) => sum + x * x, 0);
  let left = 0;
  let best = { at: 0, gain: -1, difference: 0, error: 1 };
  for (let i = 1; i < n; i += 1) {
    left += logs[i - 1] ?? 0;
    if (i < shortestPart || n - i < shortestPart) continue;
    const before = left / i;
    const after = (total - left) / (n - i);
    const gain = (i * (n - i) * (before - after) ** 2) / n;
    if (gain <= best.gain) continue;
    const within = Math.max(0, squares - total ** 2 / n - gain) / (n - 2);
    const error = Math.sqrt((within + 0.0025) * (1 / i + 1 / (n - i)));
    best = { at: i, gain, difference: before - after, error };
  }
  return {
    day: known[best.at] ?? null,
    ratio: Math.exp(-best.difference),
    strength: best.difference / best.error,
  };
}

function meanOf(values: Float64Array): number {
  let sum = 0;
  let count = 0;
  for (const value of values) {
    if (Number.isNaN(value)) continue;
    sum += value;
    count += 1;
  }
  return count === 0 ? 0 : sum / count;
}
