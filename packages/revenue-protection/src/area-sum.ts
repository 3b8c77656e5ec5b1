// A large area balanced without holding it: its homes are added group by group, and only their sums
// are kept. For feeders and substations with thousands of homes.

import { type AreaBalance, balanceOf } from './balance.ts';
import {
  type AreaReadings,
  fillSilentHomes,
  type HomeReadings,
  type PreparedArea,
  readArea,
} from './readings.ts';
import { fitTechnicalLoss, type LossPrior, usualLosses } from './technical-loss.ts';

export type AreaSum = {
  /** Readings as long as the feeder's; each home once. */
  readonly add: (homes: readonly HomeReadings[]) => void;
  readonly balance: (prior?: LossPrior) => AreaBalance;
};

/** Bounded by the length of the span, for any number of homes. */
export function sumOfArea(area: Omit<AreaReadings, 'homes'>): AreaSum {
  let sum: PreparedArea | null = null;
  return {
    add: (homes) => {
      if (homes.length === 0) return;
      const { homes: _, ...part } = readArea({ ...area, homes });
      sum = sum === null ? { ...part, homes: [] } : added(sum, part);
    },
    balance: (prior = usualLosses) => {
      const prepared = fillSilentHomes(sum ?? readArea({ ...area, homes: [] }));
      return balanceOf(prepared, fitTechnicalLoss(prepared, prior));
    },
  };
}

function added(sum: PreparedArea, part: Omit<PreparedArea, 'homes'>): PreparedArea {
  const both = (one: Float64Array, other: Float64Array) =>
    one.map((value, t) => value + (other[t] ?? 0));
  return {
    ...sum,
    homeCount: sum.homeCount + part.homeCount,
    silentCount: sum.silentCount + part.silentCount,
    metered: both(sum.metered, part.metered),
    filled: both(sum.filled, part.filled),
    filledVariance: both(sum.filledVariance, part.filledVariance),
  };
}

/**
 * What lines and transformers of further levels lose beside the last one, as parts of the load:
 * less is known of them, so the range widens with each.
 */
export function lossesAbove(levels: number, last: LossPrior = usualLosses): LossPrior {
  const wider = (deviation: number, each: number) => Math.hypot(deviation, each * levels);
  return {
    fixedShare: last.fixedShare + 0.006 * levels,
    fixedDeviation: wider(last.fixedDeviation, 0.004),
    resistiveShare: last.resistiveShare + 0.01 * levels,
    resistiveDeviation: wider(last.resistiveDeviation, 0.008),
    meterNoise: last.meterNoise,
  };
}
