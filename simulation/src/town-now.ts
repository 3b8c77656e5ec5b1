// What the parts of a town share while it lives: the time, what goes wrong at present, and which
// homes were touched.

import type { TownFaults } from './faults.ts';
import type { TownHome } from './utility.ts';

export type TownNow = {
  atMs: number;
  tick: number;
  faults: TownFaults;
  /** Customers buy. */
  isBuying: boolean;
  /** Nothing goes wrong while the town is set up. */
  isOpen: boolean;
  linkEveryTicks: number;
  commandsEveryTicks: number;
  upkeepEveryTicks: number;
  /** Homes of which something may have changed in the database since this was last asked. */
  touched: Set<TownHome>;
};
