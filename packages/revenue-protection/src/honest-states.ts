// Honest causes first: what explains a home's readings without theft, each with its own evidence.
// While a state holds, the home is not on the list of visits, whatever the model says.

import { type FeatureVector, featureNames, type HomeFacts } from './features.ts';

export const honestStates = [
  'tooFewReadings',
  'silentMeter',
  'movedOut',
  'vacancy',
  'fuelSwitch',
  'newOccupants',
  'efficiency',
] as const;
export type HonestState = (typeof honestStates)[number];

export type HeldState = { readonly state: HonestState; readonly words: string };

/** Days with readings that a judgement takes. */
const fewestDays = 14;
/** A fit below this is what chance gives an honest home (logarithm of the gain). */
const noMatch = 2.5;
/** A fall counts from this many standard errors on. */
const clearFall = 4;

const at = (vector: FeatureVector, name: (typeof featureNames)[number]): number =>
  vector[featureNames.indexOf(name)] ?? Number.NaN;

/** The state that holds, or null. */
export function honestStateOf(vector: FeatureVector, facts: HomeFacts): HeldState | null {
  const of = (name: (typeof featureNames)[number]): number => at(vector, name);
  const readDays = facts.days * (1 - facts.missingShare);
  if (readDays < fewestDays) {
    return { state: 'tooFewReadings', words: `only ${Math.floor(readDays)} days of readings` };
  }
  if (of('missingRecent') > 0.5) {
    return { state: 'silentMeter', words: 'the meter has not been heard for most of a week' };
  }
  // Energy missing at the feeder in step with the home is no honest cause. Without a balance,
  // only an empty home's own steady base use speaks for it.
  if (facts.hasBalance && (of('bestTrace') > noMatch || of('chosen') > 0)) return null;
  const { change, days } = facts;
  if (change.day === null || change.strength < clearFall) return null;
  const fall = Math.round((1 - change.ratio) * 100);
  const since = days - change.day;
  const isMadeUp = of('flatShare') > 0.02 || of('clippedShare') > 0.05 || of('zeroWindow') > 0.3;
  if (isMadeUp) return null;
  if (change.ratio < 0.25 && of('zeroShare') < 0.02 && of('variation') < 0.7) {
    const state = since >= fewestDays ? 'movedOut' : 'vacancy';
    return { state, words: `${since} days of steady base use, ${fall} % below before` };
  }
  if (!facts.hasBalance || change.ratio > 0.93 || of('zeroShare') > 0.05) return null;
  const matched = `${fall} % less for ${since} days, and no more is missing at the feeder`;
  if (of('changeLikeness') < 0.4) {
    return { state: 'newOccupants', words: `${matched}; the day has another shape` };
  }
  if (change.ratio < 0.65) return { state: 'fuelSwitch', words: matched };
  return { state: 'efficiency', words: `${matched}; the day kept its shape` };
}
