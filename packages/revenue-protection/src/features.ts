// The features of a home: numbers with a name, each with the direction in which it may count. Made
// for a whole area at once, since a home is judged beside its peers and the area's balance.

import { type Attribution, attribute } from './attribution.ts';
import { isMostlySilent } from './balance.ts';
import { type Change, dailyWh, findChange, peerLevels } from './change-point.ts';
import { type AreaReadings, type PreparedArea, prepareArea } from './readings.ts';
import { type Marks, marksOf, type Shape, shapeOf } from './shape.ts';
import { floats, medianOf } from './solve.ts';
import { fitTechnicalLoss, type LossFit, type LossPrior, usualLosses } from './technical-loss.ts';
import { traceNames, tracesOf } from './traces.ts';

/**
 * Direction: 1 where more may only make theft likelier, -1 where more may only make it less likely,
 * 0 where either may be.
 */
export const featureTable = {
  inStep: 1,
  against: 1,
  zeroHoursMissing: 1,
  flatHoursMissing: 1,
  clippedHoursMissing: 1,
  shortfallMissing: 1,
  reversedMissing: 1,
  lowDaysMissing: 1,
  bestTrace: 1,
  bestTraceAlone: 1,
  traceLead: 1,
  traceFactor: 0,
  chosen: 1,
  explainedShare: 1,
  explainedOfUnexplained: 1,
  unexplainedShare: 1,
  leftOverShare: 1,
  leftOverOfPeer: 1,
  zeroShare: 0,
  longestZeroDays: 0,
  zeroWindow: 1,
  flatShare: 1,
  clippedShare: 1,
  fallStrength: 0,
  fallRatio: 0,
  shareOfPeers: 0,
  nightShare: 0,
  variation: 0,
  nextLikeness: 0,
  dayLikeness: 0,
  peerLikeness: 0,
  peakOverMean: 0,
  changeLikeness: 0,
  nextLikenessFall: 0,
  nightShareChange: 0,
  variationChange: 0,
  peakChange: 0,
  recentLevel: 0,
  missingShare: 0,
  missingRecent: 0,
} as const satisfies Record<string, -1 | 0 | 1>;

export type FeatureName = keyof typeof featureTable;
export const featureNames = Object.keys(featureTable) as readonly FeatureName[];

/** In the order of `featureNames`; NaN where the area has no balance to tell it by. */
export type FeatureVector = Float64Array;

export type HomeFeatures = {
  readonly homeId: string;
  readonly vector: FeatureVector;
  /** What a person is shown beside the numbers. */
  readonly facts: HomeFacts;
};

export type HomeFacts = {
  readonly change: Change;
  /** Wh a day over the days that were read. */
  readonly dailyWh: number;
  readonly peerDailyWh: number;
  /** Wh missing at the feeder that go with this home, over the whole span. */
  readonly explainedWh: number;
  /** Days on which they do. */
  readonly explainedDays: number;
  readonly days: number;
  readonly missingShare: number;
  readonly hasBalance: boolean;
};

export type AreaFeatures = {
  readonly prepared: PreparedArea;
  readonly loss: LossFit | null;
  readonly attribution: Attribution | null;
  readonly homes: readonly HomeFeatures[];
};

/** Shares of an area's balance say something from this many homes on. */
const fewestHomes = 3;

export function featuresOfArea(area: AreaReadings, prior: LossPrior = usualLosses): AreaFeatures {
  const prepared = prepareArea(area);
  const daily = prepared.homes.map((home) => dailyWh(home, prepared.outage, prepared.days));
  const levels = peerLevels(prepared, daily);
  const marks = prepared.homes.map((home) => marksOf(home, prepared.outage));
  const changes = daily.map((one) => findChange(one, levels));
  const isTold = prepared.homes.length >= fewestHomes && !isMostlySilent(prepared);
  const loss = isTold ? fitTechnicalLoss(prepared, prior) : null;
  const attribution =
    loss === null ? null : attributionOf({ prepared, loss, prior, marks, changes, levels });
  const middle = medianOf(prepared.homes.map(({ meanWh }) => meanWh));
  const homes = prepared.homes.map((home, i) => {
    const change = changes[i] ?? { day: null, ratio: 1, strength: 0 };
    const peerDay = peerDayOf(prepared, i);
    const own = marks[i] ?? marksOf(home, prepared.outage);
    const shape = shapeOf(prepared, home, { marks: own, change, peerDay });
    const facts: HomeFacts = {
      change,
      dailyWh: home.meanWh * home.usualDay.length,
      peerDailyWh: middle * home.usualDay.length,
      explainedWh: attribution?.homes[i]?.explainedWh ?? 0,
      explainedDays: attribution?.homes[i]?.explainedDays ?? 0,
      days: prepared.days,
      missingShare: shape.missingShare,
      hasBalance: attribution !== null,
    };
    const shareOfPeers = Math.log((home.meanWh + 1) / (middle + 1));
    const values = {
      ...balanceFeatures(attribution, i, prepared),
      ...shapeFeatures(shape, change),
    };
    const vector = Float64Array.from(featureNames, (name) => ({ ...values, shareOfPeers })[name]);
    return { homeId: home.homeId, vector, facts };
  });
  return { prepared, loss, attribution, homes };
}

function attributionOf(o: {
  readonly prepared: PreparedArea;
  readonly loss: LossFit;
  readonly prior: LossPrior;
  readonly marks: readonly Marks[];
  readonly changes: readonly Change[];
  readonly levels: Float64Array;
}): Attribution {
  const { prepared, loss, prior, levels } = o;
  const others = Math.max(1, prepared.homes.length - 1);
  const traces = prepared.homes.map((home, i) => {
    const peer = floats(
      prepared.intervals,
      (t) => ((prepared.metered[t] ?? 0) - (home.wh[t] ?? 0)) / others,
    );
    const marks = o.marks[i] ?? marksOf(home, prepared.outage);
    const change = o.changes[i] ?? { day: null, ratio: 1, strength: 0 };
    return tracesOf({ prepared, home, marks, change, peer, levels });
  });
  return attribute(prepared, { loss, prior, traces });
}

function peerDayOf(prepared: PreparedArea, index: number): Float64Array {
  const perDay = Math.max(1, Math.trunc(prepared.area.intervalsPerDay));
  const day = new Float64Array(perDay);
  prepared.homes.forEach((home, i) => {
    if (i === index) return;
    for (let slot = 0; slot < perDay; slot += 1) {
      day[slot] = (day[slot] ?? 0) + (home.usualDay[slot] ?? 0);
    }
  });
  return day;
}

const sizeOf = (gain: number): number => Math.log1p(Math.max(0, gain));

function balanceFeatures(attribution: Attribution | null, index: number, prepared: PreparedArea) {
  const own = attribution?.homes[index];
  if (attribution === null || own === undefined) return noBalance;
  const gainOf = (name: (typeof traceNames)[number]) =>
    sizeOf(own.fits[traceNames.indexOf(name)]?.gain ?? 0);
  const best = own.fits.reduce((one, other) => (other.gain > one.gain ? other : one));
  const rivals = attribution.homes
    .filter((_, i) => i !== index)
    .map(({ fits }) => Math.max(...fits.map(({ gain }) => gain)));
  const home = prepared.homes[index];
  const used = (home?.meanWh ?? 0) * prepared.intervals;
  const peer = attribution.throughputWh / Math.max(1, prepared.homes.length);
  const throughput = Math.max(1, attribution.throughputWh);
  return {
    inStep: gainOf('inStep'),
    against: gainOf('against'),
    zeroHoursMissing: gainOf('zeroHours'),
    flatHoursMissing: gainOf('flatHours'),
    clippedHoursMissing: gainOf('clippedHours'),
    shortfallMissing: gainOf('shortfall'),
    reversedMissing: gainOf('reversed'),
    lowDaysMissing: gainOf('lowDays'),
    bestTrace: sizeOf(best.gain),
    bestTraceAlone: sizeOf(own.rawGain),
    traceLead: sizeOf(best.gain) - sizeOf(medianOf(rivals)),
    traceFactor: Math.min(5, best.factor),
    chosen: own.turn,
    explainedShare: own.explainedWh / Math.max(1, own.explainedWh + used),
    explainedOfUnexplained: Math.min(2, own.explainedWh / Math.max(1, attribution.unexplainedWh)),
    unexplainedShare: attribution.unexplainedWh / throughput,
    leftOverShare: attribution.leftOverWh / throughput,
    leftOverOfPeer: attribution.leftOverWh / Math.max(1, peer),
  };
}

const noBalance = {
  inStep: Number.NaN,
  against: Number.NaN,
  zeroHoursMissing: Number.NaN,
  flatHoursMissing: Number.NaN,
  clippedHoursMissing: Number.NaN,
  shortfallMissing: Number.NaN,
  reversedMissing: Number.NaN,
  lowDaysMissing: Number.NaN,
  bestTrace: Number.NaN,
  bestTraceAlone: Number.NaN,
  traceLead: Number.NaN,
  traceFactor: Number.NaN,
  chosen: Number.NaN,
  explainedShare: Number.NaN,
  explainedOfUnexplained: Number.NaN,
  unexplainedShare: Number.NaN,
  leftOverShare: Number.NaN,
  leftOverOfPeer: Number.NaN,
};

function shapeFeatures(shape: Shape, change: Change) {
  return {
    ...shape,
    longestZeroDays: Math.min(14, shape.longestZeroDays),
    fallStrength: Math.max(-30, Math.min(30, change.strength)),
    fallRatio: Math.max(-3, Math.min(3, Math.log(Math.max(0.001, change.ratio)))),
  };
}
