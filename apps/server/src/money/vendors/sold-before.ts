// What a vendor sold before, looked up by meter or by token: for a shop whose customer comes back.

import type { Database } from '../../base/database.ts';
import type { MeterPlace } from '../../registry/connections/index.ts';
import type { Till } from './keys.ts';

export type SoldBefore = {
  /** The last sale of this vendor to a meter; null for none. */
  readonly lastSaleOf: (till: Till, place: MeterPlace) => Promise<string | null>;
  /** The request by which this vendor sold a token to a meter; null for any other token. */
  readonly requestOfToken: (
    till: Till,
    o: { readonly place: MeterPlace; readonly digits: string },
  ) => Promise<string | null>;
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

    requestOfToken: (till, { place, digits }) =>
      database.inUtility(till.utilityId, async (tx) => {
        const row = await tx
          .selectFrom('tokens')
          .innerJoin('vendor_sales', (join) =>
            join
              .onRef('vendor_sales.bucket', '=', 'tokens.bucket')
              .onRef('vendor_sales.sale_id', '=', 'tokens.sale_id'),
          )
          .select('request_id')
          .where('tokens.bucket', '=', place.bucket)
          .where('tokens.meter_id', '=', place.meterId)
          .where('tokens.kind', '=', 'credit')
          .where('digits', '=', digits)
          .where('vendor_id', '=', till.vendorId)
          .executeTakeFirst();
        return row?.request_id ?? null;
      }),
  };
}
