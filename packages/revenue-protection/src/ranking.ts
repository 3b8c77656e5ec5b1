// The morning's list: homes by what a visit is worth, under the visits that a day has. Honest
// states and doubt keep a home off the list; each line says its three heaviest reasons.

import type { FeatureVector, HomeFacts } from './features.ts';
import { type HeldState, honestStateOf } from './honest-states.ts';
import { type Model, probabilityOf, scoreVector } from './model.ts';
import { type EvidenceName, reasonsOf } from './reasons.ts';
import { type HomeSignals, type SignalName, signalReasons } from './signals.ts';

export type RankingInput = {
  readonly homeId: string;
  readonly areaId: string;
  readonly vector: FeatureVector;
  readonly facts: HomeFacts;
  readonly signals?: HomeSignals;
};

export type RankingOptions = {
  readonly model: Model;
  /** Visits that can be made; the rest of the list waits. */
  readonly visits: number;
  /** What one kWh is worth, minor units; null ranks by energy alone. */
  readonly pricePerKwhMinor: bigint | null;
  /** What a visit costs, minor units: a line that is worth less is not proposed. */
  readonly visitCostMinor?: bigint;
  /** Homes below this probability are not visited, whatever they may be worth. */
  readonly leastProbability?: number;
  /** Part of this town's homes that is thought to steal, where it differs from training. */
  readonly theftShare?: number;
};

export type LineReason = {
  readonly evidence: EvidenceName | SignalName;
  readonly weight: number;
  readonly words: string;
};

export type RankedLine = {
  readonly homeId: string;
  readonly areaId: string;
  /** 0 to 1; a model's float. */
  readonly probability: number;
  /** Wh a month that stop being lost if it is theft and is found. */
  readonly recoverableWhPerMonth: bigint;
  /** Probability times that. */
  readonly expectedWhPerMonth: bigint;
  /** The same in minor units, less the visit; null without a price. */
  readonly expectedValueMinor: bigint | null;
  readonly reasons: readonly LineReason[];
};

export type Ranking = {
  /** Proposed visits, the most valuable first. */
  readonly visits: readonly RankedLine[];
  /** Worth a visit, beyond the day's capacity. */
  readonly waiting: readonly RankedLine[];
  /** Not ranked as theft while the state holds. */
  readonly held: readonly (HeldState & { readonly homeId: string; readonly areaId: string })[];
  /** Neither: too little speaks against them. */
  readonly quiet: number;
};

const usualLeastProbability = 0.3;
const daysPerMonth = 30;

export function rankHomes(homes: readonly RankingInput[], o: RankingOptions): Ranking {
  const least = o.leastProbability ?? usualLeastProbability;
  const lines: { line: RankedLine; home: RankingInput }[] = [];
  const held: (HeldState & { homeId: string; areaId: string })[] = [];
  let quiet = 0;
  for (const home of homes) {
    const signals = signalReasons(home.signals ?? {});
    const state = honestStateOf(home.vector, home.facts);
    if (state !== null && signals.length === 0) {
      held.push({ ...state, homeId: home.homeId, areaId: home.areaId });
      continue;
    }
    const line = lineOf(home, signals, o);
    const isWorth = line.expectedValueMinor === null || line.expectedValueMinor > 0n;
    if (line.probability < least || !isWorth) quiet += 1;
    else lines.push({ line, home });
  }
  lines.sort((a, b) => byValue(a.line, b.line));
  const visits = Math.max(0, Math.trunc(o.visits));
  return {
    visits: lines.slice(0, visits).map(({ line, home }) => withReasons(line, home, o.model)),
    waiting: lines.slice(visits).map(({ line }) => line),
    held,
    quiet,
  };
}

function withReasons(line: RankedLine, home: RankingInput, model: Model): RankedLine {
  const reasons = [...line.reasons, ...reasonsOf(model, home)]
    .sort((a, b) => b.weight - a.weight)
    .slice(0, 3);
  return { ...line, reasons };
}

function lineOf(home: RankingInput, signals: readonly LineReason[], o: RankingOptions): RankedLine {
  const added = signals.reduce((sum, { weight }) => sum + weight, 0);
  const score = scoreVector(o.model, home.vector);
  const plain = probabilityOf(o.model, score, o.theftShare);
  const odds = (plain / (1 - plain)) * Math.exp(added);
  const probability = odds / (1 + odds);
  const recoverableWhPerMonth = BigInt(Math.round(recoverableWh(home.facts)));
  const permille = BigInt(Math.round(probability * 1000));
  const expectedWhPerMonth = (recoverableWhPerMonth * permille) / 1000n;
  const price = o.pricePerKwhMinor;
  return {
    homeId: home.homeId,
    areaId: home.areaId,
    probability,
    recoverableWhPerMonth,
    expectedWhPerMonth,
    expectedValueMinor:
      price === null ? null : (expectedWhPerMonth * price) / 1000n - (o.visitCostMinor ?? 0n),
    reasons: signals,
  };
}

/**
 * What the home's traces explain of the missing energy; where they explain none, what it fell by or
 * a third of a peer's use, whichever is more. Wh a month.
 */
function recoverableWh(facts: HomeFacts): number {
  const { explainedWh, explainedDays, change, dailyWh, peerDailyWh } = facts;
  if (explainedWh > 0) return (explainedWh / Math.max(1, explainedDays)) * daysPerMonth;
  const fallen = change.ratio < 1 ? dailyWh * Math.min(2, 1 / Math.max(0.1, change.ratio) - 1) : 0;
  return Math.max(fallen, peerDailyWh / 3) * daysPerMonth;
}

function byValue(a: RankedLine, b: RankedLine): number {
  const worthOf = (line: RankedLine): bigint => line.expectedValueMinor ?? line.expectedWhPerMonth;
  const [one, other] = [worthOf(a), worthOf(b)];
  if (one !== other) return one > other ? -1 : 1;
  return b.probability - a.probability || (a.homeId < b.homeId ? -1 : 1);
}
