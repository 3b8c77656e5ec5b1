// One area of the network judged: its balance, and its homes with what speaks for a visit, for help
// first, or for an honest cause. Pure but for what was read before.

import {
  type AreaBalance,
  type AreaReadings,
  balanceOf,
  balanceOfArea,
  featuresOfArea,
  type HomeChart,
  type HomeFeatures,
  homeChart,
  type LineReason,
  type LossPrior,
  type Model,
  type Need,
  needOf,
  placementFit,
  rankHomes,
  seemsElsewhere,
} from '@prewatt/revenue-protection';
import type { HomeKnown } from './home-facts.ts';

export type JudgedLine = {
  readonly connectionId: string;
  readonly standing: 'visit' | 'support' | 'held' | 'quiet';
  readonly held: { readonly state: string; readonly words: string } | null;
  readonly probabilityPermille: number;
  readonly recoverableWh: bigint;
  readonly expectedWh: bigint;
  readonly expectedMinor: bigint | null;
  readonly reasons: readonly LineReason[];
  readonly need: Need;
  readonly chart: HomeChart | null;
  /** Why its place on the list counts less than what is missing would make it; null for most. */
  readonly doubt: string | null;
};

export type JudgedArea = {
  readonly balance: AreaBalance;
  readonly lines: readonly JudgedLine[];
  /** Homes that are counted here while their use did not come in here. */
  readonly elsewhere: readonly string[];
};

export type AreaQuestion = {
  readonly area: AreaReadings;
  /** Which of its homes are ranked, and since when each is here: null for the whole span. */
  readonly ranked: ReadonlyMap<string, { readonly daysHere: number | null }>;
  readonly known: ReadonlyMap<string, HomeKnown>;
  readonly model: Model;
  readonly pricePerKwhMinor: bigint | null;
  /** What is known of the losses here; left out: the usual ones of the last level. */
  readonly prior?: LossPrior;
};

/** With more homes than this, each is told by its own readings alone. */
export const mostTogether = 120;
const chartDays = 60;
const noNeed: Need = { isFirst: false, signs: [], helps: [] };

export function judgeArea(o: AreaQuestion): JudgedArea {
  const { prepared, loss, homes } = featuresOfArea(o.area, o.prior);
  // One home or two have no features of a balance, and a balance with its own words.
  const balance = loss === null ? balanceOfArea(o.area, o.prior) : balanceOf(prepared, loss);
  const asked = homes.filter(({ homeId }) => o.ranked.get(homeId)?.daysHere === null);
  const ranking = rankHomes(
    asked.map((home) => ({
      ...home,
      areaId: o.area.areaId,
      signals: o.known.get(home.homeId)?.signals ?? {},
    })),
    {
      model: o.model,
      // How many visits a day has is the reader's matter: each line gets its reasons.
      visits: asked.length,
      pricePerKwhMinor: o.pricePerKwhMinor,
    },
  );
  const chartOf = (homeId: string) =>
    homeChart(prepared, {
      index: homes.findIndex((home) => home.homeId === homeId),
      ...{ balance, days: chartDays },
    });
  const lines = ranking.visits.map((line): JudgedLine => {
    const known = o.known.get(line.homeId);
    const need = known === undefined ? noNeed : needOf(known.need);
    return {
      connectionId: line.homeId,
      standing: need.isFirst ? 'support' : 'visit',
      held: null,
      probabilityPermille: Math.round(line.probability * 1000),
      recoverableWh: line.recoverableWhPerMonth,
      expectedWh: line.expectedWhPerMonth,
      expectedMinor: line.expectedValueMinor,
      reasons: line.reasons,
      need,
      chart: chartOf(line.homeId),
      doubt: null,
    };
  });
  const held = ranking.held.map((each) => heldLine(each.homeId, each));
  const newcomers = homes.flatMap(({ homeId }) => {
    const here = o.ranked.get(homeId)?.daysHere ?? null;
    if (here === null) return [];
    const words = `on this part of the network for ${here} days: too short to be judged`;
    return [heldLine(homeId, { state: 'newlyPlaced', words })];
  });
  const told = new Set([...lines, ...held].map(({ connectionId }) => connectionId));
  const quiet = asked.filter(({ homeId }) => !told.has(homeId)).map(quietLine);
  return {
    balance,
    lines: [...lines, ...held, ...newcomers, ...quiet],
    elsewhere: elsewhereIn(o.area, balance),
  };
}

function elsewhereIn(area: AreaReadings, { areaId, unexplainedWh }: AreaBalance): string[] {
  if (unexplainedWh.length === 0) return [];
  return area.homes
    .filter((home) => seemsElsewhere(placementFit(home, { areaId, unexplainedWh })))
    .map(({ homeId }) => homeId);
}

const nothing = {
  ...{ probabilityPermille: 0, recoverableWh: 0n, expectedWh: 0n, expectedMinor: null },
  ...{ reasons: [], need: noNeed, chart: null, doubt: null },
} as const;

const heldLine = (
  connectionId: string,
  { state, words }: { readonly state: string; readonly words: string },
): JudgedLine => ({ ...nothing, connectionId, standing: 'held', held: { state, words } });

const quietLine = ({ homeId }: HomeFeatures): JudgedLine => ({
  ...nothing,
  ...{ connectionId: homeId, standing: 'quiet', held: null },
});
