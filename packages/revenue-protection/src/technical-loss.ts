// The technical loss of an area: a fixed part and a part that grows with the square of the load,
// fitted to intervals that look clean. Theft only ever adds, so intervals far above the fit are set
// aside; a prior holds the two numbers where readings alone could not.

import type { PreparedArea } from './readings.ts';

/** What is known of technical losses before looking: as parts of the area's mean load. */
export type LossPrior = {
  readonly fixedShare: number;
  readonly fixedDeviation: number;
  readonly resistiveShare: number;
  readonly resistiveDeviation: number;
  /** Noise of the area's meter, a part of what it reads. */
  readonly meterNoise: number;
};

/** Low-voltage networks of a few hundred metres; a utility with long lines hands in its own. */
export const usualLosses: LossPrior = {
  fixedShare: 0.004,
  fixedDeviation: 0.002,
  resistiveShare: 0.033,
  resistiveDeviation: 0.012,
  meterNoise: 0.0042,
};

export type LossFit = {
  /** Wh of each interval. */
  readonly fixedWh: number;
  /** Wh for each `square` of the interval. */
  readonly resistive: number;
  /** Load squared over mean load, Wh; what `resistive` multiplies. */
  readonly square: Float64Array;
  /** Standard deviation of an interval's balance, Wh; infinite where there is no reading. */
  readonly deviation: Float64Array;
  readonly meanLoadWh: number;
  /** Covariance of fixedWh and resistive: [ff, fr, rr]. */
  readonly covariance: readonly [number, number, number];
  /** Part of the intervals that the fit took for clean. */
  readonly cleanShare: number;
};

const rounds = 8;
/** An interval this many deviations above the fit is not clean. */
const farAbove = 2.5;

/** Null where there is no feeder meter or nothing that it read. */
export function fitTechnicalLoss(
  prepared: PreparedArea,
  prior: LossPrior = usualLosses,
): LossFit | null {
  const { feeder, intervals, metered, filledVariance, outage } = prepared;
  if (feeder === null) return null;
  let sum = 0;
  let count = 0;
  for (let t = 0; t < intervals; t += 1) {
    const wh = feeder[t] ?? Number.NaN;
    if (Number.isNaN(wh) || outage[t] === 1) continue;
    sum += wh;
    count += 1;
  }
  if (count === 0 || sum === 0) return null;
  const meanLoadWh = sum / count;
  const square = new Float64Array(intervals);
  const deviation = new Float64Array(intervals);
  const lost = new Float64Array(intervals);
  for (let t = 0; t < intervals; t += 1) {
    const wh = feeder[t] ?? Number.NaN;
    if (Number.isNaN(wh) || outage[t] === 1) {
      deviation[t] = Number.POSITIVE_INFINITY;
      continue;
    }
    // The loss heats by the load behind it, which is the feeder's reading less the loss.
    const behind = wh * (1 - prior.fixedShare) - prior.resistiveShare * wh * (wh / meanLoadWh);
    square[t] = (Math.max(behind, wh / 2) * Math.max(behind, wh / 2)) / meanLoadWh;
    const noise = prior.meterNoise * Math.max(wh, meanLoadWh / 4);
    deviation[t] = Math.sqrt(noise * noise + (filledVariance[t] ?? 0) + 1);
    lost[t] = wh - (metered[t] ?? 0);
  }
  const inputs = { lost, square, deviation, meanLoadWh, prior };
  const starts = [0.6, 1, 1.4].map((part) => fitFrom(inputs, prior.resistiveShare * part));
  const best = starts.reduce((one, other) => (other.score > one.score ? other : one));
  return {
    fixedWh: best.fixed,
    resistive: best.resistive,
    square,
    deviation,
    meanLoadWh,
    covariance: best.covariance,
    cleanShare: best.clean / count,
  };
}

type Inputs = {
  readonly lost: Float64Array;
  readonly square: Float64Array;
  readonly deviation: Float64Array;
  readonly meanLoadWh: number;
  readonly prior: LossPrior;
};

function fitFrom({ lost, square, deviation, meanLoadWh, prior }: Inputs, start: number) {
  const priorFixed = prior.fixedShare * meanLoadWh;
  const fixedWeight = 1 / (prior.fixedDeviation * meanLoadWh) ** 2;
  const resistiveWeight = 1 / prior.resistiveDeviation ** 2;
  let fixed = priorFixed;
  let resistive = start;
  let clean = 0;
  let covariance: readonly [number, number, number] = [0, 0, 0];
  for (let round = 0; round < rounds; round += 1) {
    let ff = fixedWeight;
    let fr = 0;
    let rr = resistiveWeight;
    let bf = fixedWeight * priorFixed;
    let br = resistiveWeight * prior.resistiveShare;
    clean = 0;
    for (let t = 0; t < lost.length; t += 1) {
      const sd = deviation[t] ?? 0;
      if (!Number.isFinite(sd)) continue;
      const q = square[t] ?? 0;
      const z = ((lost[t] ?? 0) - fixed - resistive * q) / sd;
      if (z > farAbove) continue;
      const weight = (z < -farAbove ? farAbove / -z : 1) / (sd * sd);
      clean += 1;
      ff += weight;
      fr += weight * q;
      rr += weight * q * q;
      bf += weight * (lost[t] ?? 0);
      br += weight * q * (lost[t] ?? 0);
    }
    const determinant = ff * rr - fr * fr;
    if (!(determinant > 0)) break;
    fixed = Math.max(0, (bf * rr - br * fr) / determinant);
    resistive = Math.max(0, (br * ff - bf * fr) / determinant);
    covariance = [rr / determinant, -fr / determinant, ff / determinant];
  }
  const off = (resistive - prior.resistiveShare) / prior.resistiveDeviation;
  return { fixed, resistive, clean, covariance, score: clean - off * off };
}
