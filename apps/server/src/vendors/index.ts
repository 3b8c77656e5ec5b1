// The public face of vendors.

import type { RandomBytes } from '@prewatt/quantities';
import { type Till, tillOf } from './keys.ts';
import { createManaging, type Managing } from './manage.ts';
import { createSelling, type SellDeps, type Selling } from './sell.ts';
import { createShifts, type Shifts } from './shifts.ts';

export type { Till } from './keys.ts';
export { statementOf } from './statement.ts';

export type Vendors = {
  /** The till of an Authorization header, or null. */
  readonly tillOf: (authorization: string) => Promise<Till | null>;
  readonly selling: Selling;
  readonly shifts: Shifts;
  readonly managing: Managing;
};

export function createVendors(o: SellDeps & { readonly random: RandomBytes }): Vendors {
  return {
    tillOf: (authorization) => tillOf(o.database, authorization),
    selling: createSelling(o),
    shifts: createShifts(o),
    managing: createManaging(o),
  };
}
