// What is wrong with a lamp, by what it was told, what it says and what it draws. A fault is told
// when it has lasted, and ends with the first reading that is right.

import { hourMs, minuteMs } from '@prewatt/quantities';
import { type LampPower, powerAt } from './energy.ts';

export const lampFaults = [
  /** It should burn, and draws nothing. */
  'dark',
  /** It should be off, and draws power. */
  'burnsByDay',
  'overPower',
  'underPower',
  'flickers',
  /** Nothing was heard of it. */
  'silent',
  /** Its counter went on by more than it can burn: what it says is not believed. */
  'leaps',
] as const;
export type LampFault = (typeof lampFaults)[number];

export type LampReading = {
  readonly atMs: number;
  /** As the lamp says that it is. */
  readonly levelPercent: number;
  readonly milliW: number;
};

/** Beyond them power is wrong; a lamp that warms up and a meter of one per cent are within. */
const overPercent = 130;
const underPercent = 60;
/** Below it nothing burns. */
const leastPercent = 10;
/** Small lamps are not judged by parts of a watt. */
const slackMilliW = 2_000;
/** A lamp that was told a moment ago is on its way. */
const settlesMs = 2 * minuteMs;
const flickerWithinMs = hourMs;
const flickerTimes = 6;

export type Judged = {
  readonly lamp: LampPower;
  /** The oldest first; the newest is judged, those of an hour before tell of flicker. */
  readonly readings: readonly LampReading[];
  /** Since when the lamp has the level that it says. */
  readonly levelSinceMs: number;
  readonly nowMs: number;
  readonly silentAfterMs: number;
};

/** Null: nothing is wrong, or nothing can be said yet. */
export function faultOf(judged: Judged): LampFault | null {
  const { readings, nowMs, silentAfterMs, levelSinceMs } = judged;
  const newest = readings.at(-1);
  if (newest === undefined || nowMs - newest.atMs > silentAfterMs) return 'silent';
  if (newest.atMs - levelSinceMs < settlesMs) return null;
  const recent = readings.filter(({ atMs }) => newest.atMs - atMs <= flickerWithinMs);
  if (flips(judged.lamp, recent) >= flickerTimes) return 'flickers';
  return faultOfPower(judged.lamp, newest);
}

function faultOfPower(lamp: LampPower, { levelPercent, milliW }: LampReading): LampFault | null {
  const due = powerAt(lamp, levelPercent);
  if (levelPercent === 0) return milliW > due + slackMilliW ? 'burnsByDay' : null;
  if (milliW < Math.max((due * leastPercent) / 100, lamp.standbyMilliW / 2)) return 'dark';
  if (milliW > Math.max((due * overPercent) / 100, due + slackMilliW)) return 'overPower';
  if (milliW < Math.min((due * underPercent) / 100, due - slackMilliW)) return 'underPower';
  return null;
}

/** How often it went between light and dark while it was told to burn all the time. */
function flips(lamp: LampPower, readings: readonly LampReading[]): number {
  const burning = readings.filter(({ levelPercent }) => levelPercent > 0);
  const isLit = ({ levelPercent, milliW }: LampReading): boolean =>
    milliW * 2 > powerAt(lamp, levelPercent);
  return burning.filter((reading, index) => {
    const before = burning[index - 1];
    return before !== undefined && isLit(before) !== isLit(reading);
  }).length;
}
