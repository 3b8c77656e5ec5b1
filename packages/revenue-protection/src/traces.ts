// Traces: for each way in which a home may take energy past its meter, the series of watt-hours
// that would then be missing at the feeder, made from the home's own reported readings. They are
// held against what is really missing in attribution.ts.

import type { Change } from './change-point.ts';
import type { PreparedArea, PreparedHome } from './readings.ts';
import type { Marks } from './shape.ts';
import { floats } from './solve.ts';

/**
 * - inStep: more is missing when the home reports more (a meter that counts a part).
 * - against: less is missing when it reports more (reported values that are not the use).
 * - zeroHours, flatHours, clippedHours: missing while the readings are at zero, flat or cut off.
 * - shortfall: missing as much as the home falls short of its own earlier use.
 * - reversed: missing as if the day had been reported back to front.
 * - lowDays: missing in the shape of the peers on days on which the home reports almost nothing.
 */
export const traceNames = [
  'inStep',
  'against',
  'zeroHours',
  'flatHours',
  'clippedHours',
  'shortfall',
  'reversed',
  'lowDays',
] as const;
export type TraceName = (typeof traceNames)[number];

/** One series for each name, Wh of each interval; null where the home gives no such trace. */
export type Traces = Readonly<Record<TraceName, Float64Array | null>>;

export type TraceInputs = {
  readonly prepared: PreparedArea;
  readonly home: PreparedHome;
  readonly marks: Marks;
  readonly change: Change;
  /** Wh of each interval of the mean peer, the home left out. */
  readonly peer: Float64Array;
  /** The peers' level by day, 1 is their mean. */
  readonly levels: Float64Array;
};

export function tracesOf(inputs: TraceInputs): Traces {
  const { home, marks, prepared } = inputs;
  const n = prepared.intervals;
  const inStep = new Float64Array(n);
  const against = new Float64Array(n);
  const perDay = home.usualDay.length;
  for (let t = 0; t < n; t += 1) {
    if (!live(inputs, t)) continue;
    inStep[t] = home.wh[t] ?? 0;
    // Only what differs from the home's usual day: two homes that both sleep at night are no trace.
    against[t] = (home.usualDay[t % perDay] ?? 0) - (home.wh[t] ?? 0);
  }
  return {
    inStep: home.meanWh > 0 ? inStep : null,
    against: home.meanWh > 0 ? against : null,
    zeroHours: isMarked(marks.zero) ? maskedBy(marks.zero, referenceOf(inputs)) : null,
    flatHours: isMarked(marks.flat) ? maskedBy(marks.flat, inputs.peer) : null,
    clippedHours: marks.capWh === 0 ? null : floats(n, (t) => marks.clipped[t] ?? 0),
    shortfall: shortfallOf(inputs),
    reversed: home.meanWh > 0 ? reversedOf(inputs) : null,
    lowDays: lowDaysOf(inputs),
  };
}

const live = ({ home, prepared }: TraceInputs, t: number): boolean =>
  home.missing[t] === 0 && prepared.outage[t] === 0;

/** What the home would use while it reads zero: its own usual day, where it has one. */
function referenceOf({ home, marks, peer }: TraceInputs): Float64Array {
  const perDay = home.usualDay.length;
  const sums = new Float64Array(perDay);
  const counts = new Float64Array(perDay);
  let own = 0;
  let ownCount = 0;
  let peers = 0;
  for (let t = 0; t < home.wh.length; t += 1) {
    peers += peer[t] ?? 0;
    if (marks.zero[t] === 1 || home.missing[t] === 1) continue;
    sums[t % perDay] = (sums[t % perDay] ?? 0) + (home.wh[t] ?? 0);
    counts[t % perDay] = (counts[t % perDay] ?? 0) + 1;
    own += home.wh[t] ?? 0;
    ownCount += 1;
  }
  const enough = ownCount > perDay * 3;
  const scale = enough && peers > 0 ? own / ownCount / (peers / home.wh.length) : 1;
  return floats(home.wh.length, (t) => {
    const slot = t % perDay;
    const count = counts[slot] ?? 0;
    return ((sums[slot] ?? 0) + 3 * (peer[t] ?? 0) * scale) / (count + 3);
  });
}

/** A few marked intervals decide nothing. */
function isMarked(mask: Uint8Array): boolean {
  let marked = 0;
  for (let t = 0; t < mask.length; t += 1) marked += mask[t] ?? 0;
  return marked >= 8;
}

const maskedBy = (mask: Uint8Array, series: Float64Array): Float64Array =>
  floats(mask.length, (t) => (mask[t] === 1 ? (series[t] ?? 0) : 0));

/** Earlier use by interval of the day, moved with the peers' level, less what is reported now. */
function shortfallOf(inputs: TraceInputs): Float64Array | null {
  const { home, change, levels, prepared } = inputs;
  if (change.day === null || change.strength < 2 || change.ratio > 0.95) return null;
  const perDay = home.usualDay.length;
  const usual = new Float64Array(perDay);
  const counts = new Float64Array(perDay);
  for (let t = 0; t < change.day * perDay; t += 1) {
    if (!live(inputs, t)) continue;
    const level = levels[Math.floor(t / perDay)] ?? 1;
    usual[t % perDay] = (usual[t % perDay] ?? 0) + (home.wh[t] ?? 0) / level;
    counts[t % perDay] = (counts[t % perDay] ?? 0) + 1;
  }
  const series = new Float64Array(prepared.intervals);
  for (let t = change.day * perDay; t < series.length; t += 1) {
    if (!live(inputs, t)) continue;
    const level = levels[Math.floor(t / perDay)] ?? 1;
    const before = (usual[t % perDay] ?? 0) / Math.max(1, counts[t % perDay] ?? 0);
    series[t] = before * level - (home.wh[t] ?? 0);
  }
  return series;
}

function reversedOf(inputs: TraceInputs): Float64Array {
  const { home, prepared } = inputs;
  const perDay = home.usualDay.length;
  const series = new Float64Array(prepared.intervals);
  for (let t = 0; t < series.length; t += 1) {
    const slot = t % perDay;
    const other = t - slot + (perDay - 1 - slot);
    if (live(inputs, t) && live(inputs, other))
      series[t] = (home.wh[other] ?? 0) - (home.wh[t] ?? 0);
  }
  return series;
}

/** Below this part of its own usual day, and of the peers' day, a day is low. */
const lowAgainstOwn = 0.3;
const lowAgainstPeers = 0.15;

function lowDaysOf(inputs: TraceInputs): Float64Array | null {
  const { home, peer, prepared } = inputs;
  const perDay = home.usualDay.length;
  const series = new Float64Array(prepared.intervals);
  const ofDay = new Float64Array(prepared.days);
  const ofPeers = new Float64Array(prepared.days);
  for (let t = 0; t < series.length; t += 1) {
    const day = Math.floor(t / perDay);
    ofDay[day] = (ofDay[day] ?? 0) + (home.wh[t] ?? 0);
    ofPeers[day] = (ofPeers[day] ?? 0) + (peer[t] ?? 0);
  }
  const usual = ofDay.slice().sort()[Math.floor(prepared.days * 0.8)] ?? 0;
  let low = 0;
  for (let day = 0; day < prepared.days; day += 1) {
    const wh = ofDay[day] ?? 0;
    if (wh > lowAgainstOwn * usual && wh > lowAgainstPeers * (ofPeers[day] ?? 0)) continue;
    low += 1;
    for (let t = day * perDay; t < (day + 1) * perDay; t += 1) {
      if (live(inputs, t)) series[t] = peer[t] ?? 0;
    }
  }
  return low < 2 ? null : series;
}
