// What the tests of this package share: a small town of made-up homes, and its features.

import { featuresOfArea } from './features.ts';
import type { RankingInput } from './ranking.ts';
import { type SimulatedLabel, simulateAreas } from './simulated-areas.ts';
import { simulateLoads } from './simulated-loads.ts';
import type { TheftKind } from './simulated-ways.ts';

export const perDay = 48;

/** Homes of 49 days on feeders of 18, under a seed. */
export function townOf(seed: number, o: { count?: number; kinds?: readonly TheftKind[] } = {}) {
  const { count = 72, kinds } = o;
  const loads = simulateLoads({ count, days: 49, perDay, seed, dailyWh: 12_000 });
  return simulateAreas(loads, {
    name: `town${seed}`,
    seed,
    perDay,
    homesPerArea: 18,
    thiefShare: 0.12,
    honestChangeShare: 0.25,
    hookShare: 0,
    ...(kinds === undefined ? {} : { kinds }),
  });
}

export type JudgedInput = RankingInput & { readonly label: SimulatedLabel };

export function inputsOf({ areas, labels }: ReturnType<typeof townOf>): JudgedInput[] {
  const byHome = new Map(labels.map((label) => [label.homeId, label]));
  return areas.flatMap((area) =>
    featuresOfArea(area).homes.flatMap((home) => {
      const label = byHome.get(home.homeId);
      return label === undefined ? [] : [{ ...home, areaId: area.areaId, label }];
    }),
  );
}
