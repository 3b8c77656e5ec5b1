// Reasons in plain words: each stands for a group of features. How much a group weighs is found by
// giving the home an ordinary home's values in it and scoring again, so a reason is what the score
// really rests on.

import { type FeatureName, type FeatureVector, featureNames, type HomeFacts } from './features.ts';
import { knownOf, type Model, scoreVector } from './model.ts';
import { type TraceName, traceNames } from './traces.ts';

export const evidenceGroups = {
  areaMissesEnergy: ['unexplainedShare', 'leftOverShare', 'leftOverOfPeer'],
  missingGoesWithHome: [
    'bestTrace',
    'bestTraceAlone',
    'traceLead',
    'traceFactor',
    'chosen',
    'explainedShare',
    'explainedOfUnexplained',
  ],
  missingInPattern: [
    'inStep',
    'against',
    'zeroHoursMissing',
    'flatHoursMissing',
    'clippedHoursMissing',
    'shortfallMissing',
    'reversedMissing',
    'lowDaysMissing',
  ],
  zeroHours: ['zeroShare', 'longestZeroDays', 'zeroWindow'],
  flatOrClipped: ['flatShare', 'clippedShare'],
  fall: ['fallStrength', 'fallRatio', 'recentLevel', 'peakChange'],
  changedDay: ['changeLikeness', 'nextLikenessFall', 'nightShareChange', 'variationChange'],
  belowPeers: ['shareOfPeers'],
  oddHours: [
    'nightShare',
    'variation',
    'nextLikeness',
    'dayLikeness',
    'peerLikeness',
    'peakOverMean',
  ],
  gaps: ['missingShare', 'missingRecent'],
} as const satisfies Record<string, readonly FeatureName[]>;

export type EvidenceName = keyof typeof evidenceGroups;

export type Reason = {
  readonly evidence: EvidenceName;
  /** Log-odds that the score loses without it; above zero. */
  readonly weight: number;
  readonly words: string;
};

/** The vector as if the home were ordinary in this evidence. */
export function withoutEvidence(
  model: Model,
  vector: FeatureVector,
  evidence: EvidenceName,
): FeatureVector {
  const without = knownOf(model, vector);
  for (const name of evidenceGroups[evidence]) {
    const i = featureNames.indexOf(name);
    without[i] = model.neutral[i] ?? 0;
  }
  return without;
}

/** The heaviest reasons first; fewer than `most` where less than that speaks against the home. */
export function reasonsOf(
  model: Model,
  home: { readonly vector: FeatureVector; readonly facts: HomeFacts },
  most = 3,
): Reason[] {
  const score = scoreVector(model, home.vector);
  const names = Object.keys(evidenceGroups) as EvidenceName[];
  return names
    .map((evidence) => {
      const without = scoreVector(model, withoutEvidence(model, home.vector, evidence));
      return { evidence, weight: score - without };
    })
    .filter(({ weight }) => weight > 1e-9)
    .sort((a, b) => b.weight - a.weight)
    .slice(0, most)
    .map((reason) => ({ ...reason, words: wordsOf(reason.evidence, home) }));
}

const percent = (share: number): string => `${Math.round(share * 100)} %`;
const kwh = (wh: number): string => `${(wh / 1000).toFixed(1)} kWh`;

function wordsOf(
  evidence: EvidenceName,
  { vector, facts }: { readonly vector: FeatureVector; readonly facts: HomeFacts },
): string {
  const of = (name: FeatureName): number => vector[featureNames.indexOf(name)] ?? 0;
  switch (evidence) {
    case 'areaMissesEnergy':
      return `in its area ${percent(Math.max(0, of('unexplainedShare')))} of the energy is neither metered nor technical loss`;
    case 'missingGoesWithHome':
      return facts.explainedWh > 0
        ? `about ${kwh(facts.explainedWh / Math.max(1, facts.explainedDays))} a day that is missing at the feeder goes with this home`
        : 'what is missing at the feeder goes with this home better than with its neighbours';
    case 'missingInPattern':
      return patternWords[bestTraceOf(vector)];
    case 'zeroHours':
      return `the meter reads zero ${percent(of('zeroShare'))} of the time`;
    case 'flatOrClipped':
      return of('clippedShare') > of('flatShare')
        ? `readings are cut off at one level ${percent(of('clippedShare'))} of the time`
        : `readings stay the same for hours, ${percent(of('flatShare'))} of the time`;
    case 'fall':
      return facts.change.day === null
        ? 'use has gone down'
        : `use changed to ${percent(facts.change.ratio)} of before on day ${facts.change.day + 1} of ${facts.days}, against its peers`;
    case 'changedDay':
      return 'the shape of its day is no longer that of its own past';
    case 'belowPeers':
      return `it uses ${kwh(facts.dailyWh)} a day where its peers use ${kwh(facts.peerDailyWh)}`;
    case 'oddHours':
      return 'its readings do not follow each other from hour to hour as use does';
    case 'gaps':
      return `${percent(of('missingShare'))} of its readings are missing`;
  }
}

const patternWords: Readonly<Record<TraceName, string>> = {
  inStep: 'more is missing at the feeder whenever this home uses more',
  against: 'what is missing at the feeder moves against what this home reports',
  zeroHours: 'energy is missing at the feeder in the hours in which this meter reads zero',
  flatHours: 'energy is missing at the feeder while this meter repeats one value',
  clippedHours: 'energy is missing at the feeder while this meter stays at one highest value',
  shortfall: 'what this home no longer uses went missing at the feeder instead',
  reversed: 'what is missing at the feeder fits its day told back to front',
  lowDays: 'energy is missing at the feeder on the days on which it uses almost nothing',
};

const traceFeatures: readonly FeatureName[] = evidenceGroups.missingInPattern;

function bestTraceOf(vector: FeatureVector): TraceName {
  let best: TraceName = 'inStep';
  let most = Number.NEGATIVE_INFINITY;
  traceNames.forEach((name, i) => {
    const feature = traceFeatures[i];
    const gain = feature === undefined ? 0 : (vector[featureNames.indexOf(feature)] ?? 0);
    if (gain > most) {
      most = gain;
      best = name;
    }
  });
  return best;
}
