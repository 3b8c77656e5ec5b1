// What a till sold lately, for the clerk who looks for a receipt, and how much the vendor needs on
// an ordinary day, so that a float that runs out is told in time.

import { dayMs, idFromUuid } from '@prewatt/quantities';
import { sql } from 'kysely';
import { type Database, instant, type Tx } from '../../base/database.ts';
import type { Clocks } from '../../base/time.ts';
import type { Till } from './keys.ts';

export type TillSale = {
  readonly saleId: string;
  readonly soldAtMs: number;
  readonly meterPan: string;
  readonly connectionName: string;
  readonly amountMinor: bigint;
  readonly energyWh: bigint | null;
  readonly isReversed: boolean;
};

export type TillHistory = {
  /** Of this till, the newest first. */
  readonly last: (till: Till, most: number) => Promise<readonly TillSale[]>;
  /** Of one shift of the vendor, the oldest first; a shift of another vendor has none. */
  readonly ofShift: (till: Till, shiftId: string, most: number) => Promise<readonly TillSale[]>;
  /** What the vendor sold on an average day of the last seven; 0 for one that is new. */
  readonly averageDayMinor: (till: Till) => Promise<bigint>;
};

const shiftsLookedAt = 10;
const daysLookedAt = 7n;

export function createTillHistory(o: {
  readonly database: Database;
  readonly clocks: Clocks;
}): TillHistory {
  return {
    last: (till, most) =>
      o.database.inUtility(till.utilityId, async (tx) => {
        const shifts = await tx
          .selectFrom('vendor_shifts')
          .select('id')
          .where('vendor_id', '=', till.vendorId)
          .where('key_id', '=', till.keyId)
          .orderBy('id', 'desc')
          .limit(shiftsLookedAt)
          .execute();
        const ids = shifts.map(({ id }) => id);
        return ids.length === 0 ? [] : sales(tx, till, { ids, most, order: 'desc' });
      }),

    ofShift: (till, shiftId, most) =>
      o.database.inUtility(till.utilityId, (tx) =>
        sales(tx, till, { ids: [shiftId], most, order: 'asc' }),
      ),

    averageDayMinor: (till) =>
      o.database.inUtility(till.utilityId, async (tx) => {
        const from = o.clocks.business.nowMs() - Number(daysLookedAt) * dayMs;
        const row = await tx
          .selectFrom('vendor_sales')
          .innerJoin('vendor_shifts', 'vendor_shifts.id', 'vendor_sales.shift_id')
          .select(sql<bigint>`coalesce(sum(amount_minor), 0)::bigint`.as('amount'))
          .where('vendor_shifts.vendor_id', '=', till.vendorId)
          .where('vendor_shifts.opened_at', '>=', instant(from))
          .executeTakeFirstOrThrow();
        return row.amount / daysLookedAt;
      }),
  };
}

async function sales(
  tx: Tx,
  till: Till,
  o: { readonly ids: readonly string[]; readonly most: number; readonly order: 'asc' | 'desc' },
): Promise<readonly TillSale[]> {
  const rows = await tx
    .selectFrom('vendor_sales')
    .innerJoin('sales', (join) =>
      join
        .onRef('sales.bucket', '=', 'vendor_sales.bucket')
        .onRef('sales.id', '=', 'vendor_sales.sale_id'),
    )
    .select(['sale_id', 'meter_pan', 'connection_name', 'vendor_sales.amount_minor'])
    .select(['sales.requested_at', 'sales.energy_wh', 'sales.reversed_at'])
    .where('vendor_sales.shift_id', 'in', o.ids)
    .where('vendor_sales.vendor_id', '=', till.vendorId)
    .orderBy('sale_id', o.order)
    .limit(o.most)
    .execute();
  return rows.map((row) => ({
    saleId: idFromUuid('sale', row.sale_id),
    soldAtMs: row.requested_at,
    meterPan: row.meter_pan,
    connectionName: row.connection_name,
    amountMinor: row.amount_minor,
    energyWh: row.energy_wh,
    isReversed: row.reversed_at !== null,
  }));
}
