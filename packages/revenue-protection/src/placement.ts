// Which area a home's readings fit: the change of its use from interval to interval against the
// change of what an area cannot explain. A home that is missing from its area's list leaves its own
// use unexplained there; one that is wrongly on a list is counted and never came in.

import type { HomeReadings } from './readings.ts';

export type AreaResidual = {
  readonly areaId: string;
  /** As `balanceOfArea` tells it: Wh of each interval, null where it cannot be told. */
  readonly unexplainedWh: readonly (number | null)[];
};

export type PlacementFit = {
  readonly areaId: string;
  /** Per cent of the home's changes that are found in what the area cannot explain. */
  readonly sharePercent: number;
  /** The share over its standard error; 0 where nothing can be told. */
  readonly strength: number;
};

/** Intervals that were read on both sides and in the area: below this nothing is told. */
const fewestPairs = 300;
/** A fit below this may be chance, in a town of thousands of homes. */
const clear = 10;
/** Whole homes: a thief who reports half leaves his own use unexplained, too, at home. */
const leastShare = 0.6;
const mostShare = 1.4;

export function placementFit({ energyWh }: HomeReadings, area: AreaResidual): PlacementFit {
  const { unexplainedWh } = area;
  let pairs = 0;
  let hh = 0;
  let hr = 0;
  let rr = 0;
  const intervals = Math.min(energyWh.length, unexplainedWh.length);
  for (let t = 1; t < intervals; t += 1) {
    const [before, now] = [energyWh[t - 1] ?? -1, energyWh[t] ?? -1];
    const [lostBefore, lost] = [unexplainedWh[t - 1] ?? null, unexplainedWh[t] ?? null];
    if (before < 0 || now < 0 || lostBefore === null || lost === null) continue;
    const h = now - before;
    const r = lost - lostBefore;
    pairs += 1;
    hh += h * h;
    hr += h * r;
    rr += r * r;
  }
  const none = { areaId: area.areaId, sharePercent: 0, strength: 0 };
  if (pairs < fewestPairs || hh === 0) return none;
  const share = hr / hh;
  const variance = Math.max(0, rr - share * hr) / (pairs - 1);
  // Nothing but this home is unexplained: as clear as it gets, and still a number.
  const error = Math.max(Math.sqrt(variance / hh), 1e-3);
  return {
    areaId: area.areaId,
    sharePercent: Math.round(share * 100),
    strength: Math.round((share / error) * 10) / 10,
  };
}

/** The home is counted here, and its use did not come in here. */
export const seemsElsewhere = ({ sharePercent, strength }: PlacementFit): boolean =>
  strength <= -clear && -sharePercent >= leastShare * 100 && -sharePercent <= mostShare * 100;

const seemsHere = ({ sharePercent, strength }: PlacementFit): boolean =>
  strength >= clear && sharePercent >= leastShare * 100 && sharePercent <= mostShare * 100;

/** The one area whose unexplained energy moves with the home; null where none does, or two do. */
export function likelyArea(
  home: HomeReadings,
  areas: readonly AreaResidual[],
): PlacementFit | null {
  const [best, second] = areas
    .map((area) => placementFit(home, area))
    .sort((a, b) => b.strength - a.strength);
  if (best === undefined || !seemsHere(best)) return null;
  return second !== undefined && second.strength * 2 > best.strength ? null : best;
}
