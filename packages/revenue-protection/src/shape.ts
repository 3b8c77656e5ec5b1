// What a home's own readings look like: hours at zero, flat or clipped hours, the shape of its day
// before and after a change. Marks intervals, and sums the marks up as features.

import type { Change } from './change-point.ts';
import type { PreparedArea, PreparedHome } from './readings.ts';

/** Marks by interval: 1 where it holds. */
export type Marks = {
  readonly zero: Uint8Array;
  readonly flat: Uint8Array;
  readonly clipped: Uint8Array;
  /** Wh at which use is cut off; 0 where it is not. */
  readonly capWh: number;
};

export type Shape = {
  readonly zeroShare: number;
  readonly longestZeroDays: number;
  /** Part of the days on which the same hours are zero while the others are not. */
  readonly zeroWindow: number;
  readonly flatShare: number;
  readonly clippedShare: number;
  readonly missingShare: number;
  readonly missingRecent: number;
  readonly nightShare: number;
  readonly variation: number;
  /** Likeness of neighbouring intervals, and of the same interval a day apart: -1 to 1. */
  readonly nextLikeness: number;
  readonly dayLikeness: number;
  readonly peerLikeness: number;
  readonly peakOverMean: number;
  /** Likeness of the mean day before and after the change. */
  readonly changeLikeness: number;
  readonly nextLikenessFall: number;
  readonly nightShareChange: number;
  readonly variationChange: number;
  readonly peakChange: number;
  /** Part of the last 10 days' intervals that lie within a small steady base use. */
  readonly recentLevel: number;
};

const runForFlat = 8;
const runForZero = 2;

export function marksOf(home: PreparedHome, outage: Uint8Array): Marks {
  const n = home.wh.length;
  const zero = new Uint8Array(n);
  const flat = new Uint8Array(n);
  const clipped = new Uint8Array(n);
  const nothing = Math.max(2, home.meanWh * 0.01);
  markRuns(zero, runForZero, (t) => live(home, outage, t) && (home.wh[t] ?? 0) <= nothing);
  markRuns(flat, runForFlat, (t) => {
    const wh = home.wh[t] ?? 0;
    const near = Math.abs(wh - (home.wh[t - 1] ?? wh)) <= wh * 0.02;
    return live(home, outage, t) && wh > Math.max(10, home.meanWh * 0.1) && near;
  });
  const capWh = capOf(home, flat);
  if (capWh > 0) {
    for (let t = 0; t < n; t += 1) {
      if (live(home, outage, t) && isAtCap(home.wh[t] ?? 0, capWh) && flat[t] === 0) clipped[t] = 1;
    }
  }
  return { zero, flat, clipped, capWh };
}

const live = (home: PreparedHome, outage: Uint8Array, t: number): boolean =>
  home.missing[t] === 0 && outage[t] === 0;

const isAtCap = (wh: number, cap: number): boolean => Math.abs(wh - cap) <= cap * 0.004 + 0.5;

function markRuns(marks: Uint8Array, shortest: number, holds: (t: number) => boolean): void {
  let from = 0;
  for (let t = 0; t <= marks.length; t += 1) {
    if (t < marks.length && holds(t)) continue;
    if (t - from >= shortest) marks.fill(1, from, t);
    from = t + 1;
  }
}

/** The highest level that the last third of the readings meets again and again and never passes. */
function capOf(home: PreparedHome, flat: Uint8Array): number {
  const n = home.wh.length;
  const from = Math.floor((n * 2) / 3);
  let top = 0;
  for (let t = from; t < n; t += 1) {
    if (home.missing[t] === 0) top = Math.max(top, home.wh[t] ?? 0);
  }
  if (top < 20) return 0;
  let met = 0;
  let near = 0;
  for (let t = from; t < n; t += 1) {
    const wh = home.wh[t] ?? 0;
    if (home.missing[t] === 1 || flat[t] === 1) continue;
    if (isAtCap(wh, top)) met += 1;
    else if (wh > top * 0.9) near += 1;
  }
  return met >= 8 && met > 2 * near ? top : 0;
}

/** Sums over a part of the days: what two parts of a path can be held against each other by. */
type Part = {
  readonly day: Float64Array;
  readonly mean: number;
  readonly variation: number;
  readonly nextLikeness: number;
  readonly dayLikeness: number;
  readonly nightShare: number;
  readonly peak: number;
};

function partOf(home: PreparedHome, outage: Uint8Array, from: number, to: number): Part {
  const perDay = home.usualDay.length;
  const day = new Float64Array(perDay);
  let n = 0;
  let sum = 0;
  let squares = 0;
  let peak = 0;
  for (let t = from * perDay; t < to * perDay; t += 1) {
    if (!live(home, outage, t)) continue;
    const wh = home.wh[t] ?? 0;
    day[t % perDay] = (day[t % perDay] ?? 0) + wh;
    sum += wh;
    squares += wh * wh;
    if (wh > peak) peak = wh;
    n += 1;
  }
  const mean = n === 0 ? 0 : sum / n;
  const variance = n === 0 ? 0 : Math.max(0, squares / n - mean * mean);
  const night = nightOf(day);
  return {
    day,
    mean,
    variation: mean === 0 ? 0 : Math.sqrt(variance) / mean,
    nextLikeness: likenessAt(home, outage, { from, to, lag: 1, mean, variance }),
    dayLikeness: likenessAt(home, outage, { from, to, lag: perDay, mean, variance }),
    nightShare: sum === 0 ? 0 : night / sum,
    peak: mean === 0 ? 0 : peak / mean,
  };
}

/** Use between midnight and five in the morning. */
function nightOf(day: Float64Array): number {
  let night = 0;
  for (let slot = 0; slot < day.length; slot += 1) {
    if (slot * 24 < 5 * day.length) night += day[slot] ?? 0;
  }
  return night;
}

type Span = {
  readonly from: number;
  readonly to: number;
  readonly lag: number;
  readonly mean: number;
  readonly variance: number;
};

function likenessAt(home: PreparedHome, outage: Uint8Array, o: Span): number {
  const perDay = home.usualDay.length;
  let sum = 0;
  let n = 0;
  for (let t = o.from * perDay + o.lag; t < o.to * perDay; t += 1) {
    if (!live(home, outage, t) || !live(home, outage, t - o.lag)) continue;
    sum += ((home.wh[t] ?? 0) - o.mean) * ((home.wh[t - o.lag] ?? 0) - o.mean);
    n += 1;
  }
  return n === 0 || o.variance < 1 ? 0 : sum / n / o.variance;
}

/** Correlation of two arrays of the same length; 0 where one does not vary. */
export function likeness(a: Float64Array, b: Float64Array): number {
  const n = a.length;
  let ma = 0;
  let mb = 0;
  for (let i = 0; i < n; i += 1) {
    ma += (a[i] ?? 0) / n;
    mb += (b[i] ?? 0) / n;
  }
  let ab = 0;
  let aa = 0;
  let bb = 0;
  for (let i = 0; i < n; i += 1) {
    const x = (a[i] ?? 0) - ma;
    const y = (b[i] ?? 0) - mb;
    ab += x * y;
    aa += x * x;
    bb += y * y;
  }
  return aa <= 0 || bb <= 0 ? 0 : ab / Math.sqrt(aa * bb);
}

/** Sums a home's marks and parts up. `peers` is the mean day of the area without this home. */
export function shapeOf(
  prepared: PreparedArea,
  home: PreparedHome,
  o: { readonly marks: Marks; readonly change: Change; readonly peerDay: Float64Array },
): Shape {
  const { outage, days } = prepared;
  const { marks, change } = o;
  const whole = partOf(home, outage, 0, days);
  const at = change.day ?? days;
  const before = change.day === null ? whole : partOf(home, outage, 0, at);
  const after = change.day === null ? whole : partOf(home, outage, at, days);
  const recent = partOf(home, outage, Math.max(0, days - 10), days);
  const n = Math.max(1, home.wh.length);
  const recentFrom = Math.max(0, days - 7) * home.usualDay.length;
  return {
    zeroShare: countOf(marks.zero) / n,
    longestZeroDays: longestRun(marks.zero) / Math.max(1, home.usualDay.length),
    zeroWindow: zeroWindowOf(marks.zero, home.usualDay.length),
    flatShare: countOf(marks.flat) / n,
    clippedShare: countOf(marks.clipped) / n,
    missingShare: home.missingCount / n,
    missingRecent: countOf(home.missing.subarray(recentFrom)) / Math.max(1, n - recentFrom),
    nightShare: after.nightShare,
    variation: after.variation,
    nextLikeness: after.nextLikeness,
    dayLikeness: after.dayLikeness,
    peerLikeness: likeness(whole.day, o.peerDay),
    peakOverMean: after.peak,
    changeLikeness: likeness(before.day, after.day),
    nextLikenessFall: before.nextLikeness - after.nextLikeness,
    nightShareChange: after.nightShare - before.nightShare,
    variationChange: Math.log((after.variation + 0.05) / (before.variation + 0.05)),
    peakChange: Math.log((after.peak * after.mean + 10) / (before.peak * before.mean + 10)),
    recentLevel: home.meanWh === 0 ? 0 : recent.mean / home.meanWh,
  };
}

function countOf(marks: Uint8Array): number {
  let count = 0;
  for (const mark of marks) count += mark;
  return count;
}

function longestRun(marks: Uint8Array): number {
  let run = 0;
  let longest = 0;
  for (const mark of marks) {
    run = mark === 1 ? run + 1 : 0;
    if (run > longest) longest = run;
  }
  return longest;
}

/** How much more often zero the hours are that are zero most days than the hours that are not. */
function zeroWindowOf(zero: Uint8Array, perDay: number): number {
  const bySlot = new Float64Array(perDay);
  const days = zero.length / perDay;
  if (days < 1) return 0;
  for (let t = 0; t < zero.length; t += 1) {
    if (zero[t] === 1) bySlot[t % perDay] = (bySlot[t % perDay] ?? 0) + 1 / days;
  }
  const sorted = bySlot.slice().sort();
  const least = sorted[Math.floor(perDay * 0.1)] ?? 0;
  const most = sorted[perDay - 1 - Math.floor(perDay * 0.08)] ?? 0;
  return most - least;
}
