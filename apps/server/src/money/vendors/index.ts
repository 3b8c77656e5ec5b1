// The public face of vendors.

import { sql } from 'kysely';
import { createTillKeys, type TillKeys } from './keys.ts';
import { createManaging, type Managing } from './manage.ts';
import { createSelling, type SellDeps, type Selling } from './sell.ts';
import { createShifts, type Shifts } from './shifts.ts';

export { giveBackToFloat } from './give-back.ts';
export type { Till } from './keys.ts';
export { statementOf } from './statement.ts';

export type Vendors = TillKeys & {
  readonly selling: Selling;
  readonly shifts: Shifts;
  readonly managing: Managing;
};

/** Subjects of the record of acts, with their names. */
export const vendorNames = sql`(SELECT utility_id, 'vendor_' || id AS subject, name FROM vendors)`;

export function createVendors(o: SellDeps & { readonly masterKey: Buffer }): Vendors {
  return {
    ...createTillKeys({ database: o.database, clock: o.clocks.real }),
    selling: createSelling(o),
    shifts: createShifts(o),
    managing: createManaging(o),
  };
}
