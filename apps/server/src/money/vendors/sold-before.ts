// What a vendor sold before, looked up by meter or by token: for a shop whose customer comes back.

import { idFromUuid } from '@prewatt/quantities';
import type { Database } from '../../base/database.ts';
import type { MeterPlace } from '../../registry/connections/index.ts';
import type { Till } from './keys.ts';

export type SoldToken = {
  readonly saleId: string;
  readonly energyWh: bigint | null;
  readonly soldAtMs: number;
};

export type SoldBefore = {
  /** The last sale of this vendor to a meter; null for none. */
  readonly lastSaleOf: (till: Till, place: MeterPlace) => Promise<string | null>;
  /** A token that this vendor sold to a meter; null for any other. */
  readonly tokenOf: (
    till: Till,
    o: { readonly place: MeterPlace; readonly digits: string },
  ) => Promise<SoldToken | null>;
};

export function createSoldBefore({ database }: { readonly database: Database }): SoldBefore {
  return {
    lastSaleOf: (till, { bucket, connectionId }) =>
      database.inUtility(till.utilityId, async (tx) => {
        const row = await tx
          .selectFrom('vendor_sales')
          .select('sale_id')
          .where('bucket', '=', bucket)
          .where('connection_id', '=', connectionId)
          .where('vendor_id', '=', till.vendorId)
          .orderBy('sale_id', 'desc')
          .limit(1)
          .executeTakeFirst();
        return row?.sale_id ?? null;
      }),

    tokenOf: (till, { place, digits }) =>
      database.inUtility(till.utilityId, async (tx) => {
        const row = await tx
          .selectFrom('tokens')
          .innerJoin('vendor_sales', (join) =>
            join
              .onRef('vendor_sales.bucket', '=', 'tokens.bucket')
              .onRef('vendor_sales.sale_id', '=', 'tokens.sale_id'),
          )
          .select(['vendor_sales.sale_id', 'energy_wh', 'issued_at'])
          .where('tokens.bucket', '=', place.bucket)
          .where('tokens.meter_id', '=', place.meterId)
          .where('tokens.kind', '=', 'credit')
          .where('digits', '=', digits)
          .where('vendor_id', '=', till.vendorId)
          .executeTakeFirst();
        if (row === undefined) return null;
        const saleId = idFromUuid('sale', row.sale_id);
        return { saleId, energyWh: row.energy_wh, soldAtMs: row.issued_at };
      }),
  };
}
