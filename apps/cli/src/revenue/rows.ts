// From a folder to rows of features with their labels, and to the towns simulated from its homes
// that training meets besides.

import { createHash } from 'node:crypto';
import {
  type AreaReadings,
  featuresOfArea,
  type HomeFacts,
  honestStateOf,
  simulateAreas,
  type TrainingRow,
} from '@prewatt/revenue-protection';
import type { TheftFolder } from './theft-folder.ts';

export type FolderRow = TrainingRow & {
  readonly areaId: string;
  readonly facts: HomeFacts;
  readonly stolenWh: number;
  /** An honest state holds: the home is not ranked as theft. */
  readonly isHeld: boolean;
};

/** Homes whose label is known: where only thefts are labelled, all others are honest. */
export function labelledRows(folder: TheftFolder): FolderRow[] {
  const rows = rowsOfFolder(folder);
  const namesHonest = folder.scenarios.some(({ labels }) =>
    [...labels.values()].some(({ isTheft }) => !isTheft),
  );
  return namesHonest ? rows.filter(({ kind }) => kind !== unlabelled) : rows;
}

/** Stands for the kind of a home that nobody looked at. */
const unlabelled = 'unknown';

/** How many towns are made of a folder's homes, and what is in them. */
const towns = 10;
const town = {
  homesPerArea: 18,
  thiefShare: 0.11,
  honestChangeShare: 0.28,
  hookShare: 0.15,
} as const;

function rowsOfFolder({ scenarios }: TheftFolder): FolderRow[] {
  return scenarios.flatMap(({ name, areas, labels }) =>
    areas.flatMap((area) => rowsOfArea(name, area, (home) => labels.get(home))),
  );
}

/** The kinds of our own generator that the folder has, too, under the folder's name for them. */
const sameKind: Readonly<Record<string, string>> = {
  windowZero: 'window_zero',
  randomScale: 'random_scale',
  randomMean: 'random_mean',
  flatLow: 'flat_low',
  fullBypass: 'full_bypass',
  clipHeavy: 'clip_heavy',
  moveOut: 'move_out',
  fuelSwitch: 'fuel_switch',
  newOccupants: 'new_occupants',
  silence: 'comm_gap',
};

export function simulatedRows({ loads, perDay }: TheftFolder): FolderRow[] {
  const homes = [...loads].map(([homeId, wh]) => ({ homeId, wh }));
  if (homes.length === 0) return [];
  return Array.from({ length: towns }, (_, i) => {
    const name = `town${i}`;
    const { areas, labels } = simulateAreas(homes, { ...town, name, seed: 100 + i, perDay });
    const byHome = new Map(
      labels.map(({ homeId, isTheft, kind, stolenWh }) => [
        homeId,
        { isTheft, kind: sameKind[kind] ?? kind, stolenWh },
      ]),
    );
    return areas.flatMap((area) => rowsOfArea(name, area, (home) => byHome.get(home)));
  }).flat();
}

type Label = { readonly isTheft: boolean; readonly kind: string; readonly stolenWh: number };

function rowsOfArea(
  group: string,
  area: AreaReadings,
  labelOf: (home: string) => Label | undefined,
): FolderRow[] {
  return featuresOfArea(area).homes.map(({ homeId, vector, facts }) => {
    const label = labelOf(homeId) ?? { isTheft: false, kind: unlabelled, stolenWh: 0 };
    const isHeld = honestStateOf(vector, facts) !== null;
    return { homeId, group, areaId: area.areaId, vector, facts, isHeld, ...label };
  });
}

/** Of each home with a plain load: eight digits that tell whether a model was trained on it. */
export function digestsOf({ loads }: TheftFolder): string[] {
  return [...loads]
    .map(([, wh]) => createHash('sha256').update(wh).digest('hex').slice(0, 8))
    .sort();
}
