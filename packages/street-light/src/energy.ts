// What lamps draw at a level, what a night costs in energy, and so what the nights to come will:
// use of a lighting account is known ahead, by its programmes.

import { dayMs, hourMs } from '@prewatt/quantities';
import type { Stretch } from './night.ts';

/** Milliwatts: a controller that sleeps draws less than a watt. */
export type LampPower = {
  readonly fullMilliW: number;
  /** While the lamp is off. */
  readonly standbyMilliW: number;
};

/** An LED on its driver: linear in the level, above what its controller draws. */
export const powerAt = ({ fullMilliW, standbyMilliW }: LampPower, levelPercent: number): number =>
  levelPercent === 0
    ? standbyMilliW
    : Math.max(standbyMilliW, Math.round((fullMilliW * levelPercent) / 100));

/** Rounded up: a forecast of use that is short of a watt-hour promises too much. */
export function expectedWh(
  lamp: LampPower,
  stretches: readonly Pick<Stretch, 'fromMs' | 'toMs' | 'levelPercent'>[],
): number {
  const milliWMs = stretches.reduce(
    (sum, { fromMs, toMs, levelPercent }) => sum + powerAt(lamp, levelPercent) * (toMs - fromMs),
    0,
  );
  return Math.ceil(milliWMs / 1_000 / hourMs);
}

/**
 * How many nights credit lasts, in tenths, from a moment: what is left of this night first. More
 * than the nights that are known counts as all of them.
 */
export function nightsLeftTenths(
  creditWh: number,
  nights: readonly { readonly fromMs: number; readonly wh: number }[],
  nowMs: number,
): number {
  let leftWh = Math.max(0, creditWh);
  let tenths = 0;
  for (const { fromMs, wh } of nights) {
    const endsMs = fromMs + dayMs;
    const share = Math.min(1, Math.max(0, (endsMs - Math.max(nowMs, fromMs)) / dayMs));
    if (wh > leftWh) return tenths + Math.floor((share * 10 * leftWh) / wh);
    leftWh -= wh;
    tenths += Math.round(share * 10);
  }
  return tenths;
}
