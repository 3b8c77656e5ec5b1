// The use of homes by half-hour over a span, as arrays of Wh: what balances of the network are made
// of. A half-hour that was not read whole is none, never zero.

import { hourMs } from '@prewatt/quantities';
import type { Tx } from '../../base/database.ts';
import { type ReadPoint, registerPoints } from './histories.ts';

export const halfHourMs = hourMs / 2;
/** Between two readings further apart than this nobody knows when the energy was used. */
const mostApartMs = 65 * 60_000;
/** Of each half-hour this much must lie between readings. */
const wholeMs = halfHourMs - 60_000;
/** More than a home's line carries: a wrong register, not use. */
const mostWh = 100_000;

/** Wh of each half-hour from `fromMs` on; -1 where it was not read whole. */
export async function halfHoursOf(
  tx: Tx,
  places: readonly { readonly bucket: number; readonly meterId: string }[],
  o: { readonly fromMs: number; readonly count: number },
): Promise<readonly Int32Array[]> {
  const afterMs = o.fromMs - mostApartMs;
  const toMs = o.fromMs + o.count * halfHourMs + mostApartMs;
  const points = await registerPoints(
    tx,
    places.map((place) => ({ place, afterMs, toMs })),
  );
  return points.map((each) => spreadOver(each, o));
}

/** Each difference of the register over the half-hours that it spans. */
export function spreadOver(
  points: readonly ReadPoint[],
  o: { readonly fromMs: number; readonly count: number },
): Int32Array {
  const wh = new Float64Array(o.count);
  const covered = new Float64Array(o.count);
  for (let i = 1; i < points.length; i += 1) {
    const [before, point] = [points[i - 1], points[i]];
    if (before === undefined || point === undefined) continue;
    const apart = point.atMs - before.atMs;
    const used = Number(point.value - before.value);
    if (before.meterId !== point.meterId || apart <= 0 || apart > mostApartMs || used < 0) continue;
    const last = Math.ceil((point.atMs - o.fromMs) / halfHourMs);
    for (let t = Math.floor((before.atMs - o.fromMs) / halfHourMs); t < last; t += 1) {
      if (t < 0 || t >= o.count) continue;
      const from = Math.max(before.atMs, o.fromMs + t * halfHourMs);
      const to = Math.min(point.atMs, o.fromMs + (t + 1) * halfHourMs);
      wh[t] = (wh[t] ?? 0) + (used * (to - from)) / apart;
      covered[t] = (covered[t] ?? 0) + to - from;
    }
  }
  return Int32Array.from(wh, (each, t) => {
    const isRead = (covered[t] ?? 0) >= wholeMs && each <= mostWh;
    return isRead ? Math.round((each * halfHourMs) / (covered[t] ?? halfHourMs)) : -1;
  });
}
