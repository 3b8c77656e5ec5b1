// SQL of sales at sites, and what operators read of them.

import type { SiteSales } from '@prewatt/api';
import { err, idFromUuid, isoOf, ok, type Result } from '@prewatt/quantities';
import { sql } from 'kysely';
import type { Tx } from '../../base/database.ts';
import type { Till } from './keys.ts';

const shown = 100;

/** Nothing is kept for a site any more. The vendor's row is locked. */
export async function releaseSite(tx: Tx, vendorId: string): Promise<void> {
  await tx
    .updateTable('vendors')
    .set({ site_reserved_minor: 0n, site_key_id: null, site_asked_at: null })
    .where('id', '=', vendorId)
    .execute();
}

export type ReportedSale = {
  readonly requestId: string;
  readonly meterPan: string;
  readonly amountMinor: bigint;
  readonly promisedWh: bigint;
  readonly soldAtMs: number;
  readonly clerkId: string;
};

/** Kept once. False when the same name was reported of another sale. */
export async function keepReport(
  tx: Tx,
  till: Till,
  sale: ReportedSale & { readonly reportedAtMs: number },
): Promise<boolean> {
  await tx
    .insertInto('vendor_site_sales')
    .values({
      ...{ vendor_id: till.vendorId, utility_id: till.utilityId, key_id: till.keyId },
      ...{ request_id: sale.requestId, meter_pan: sale.meterPan, clerk_id: sale.clerkId },
      ...{ amount_minor: sale.amountMinor, promised_wh: sale.promisedWh },
      sold_at: new Date(sale.soldAtMs),
      reported_at: new Date(sale.reportedAtMs),
      refusal: null,
    })
    .onConflict((conflict) => conflict.doNothing())
    .execute();
  const row = await tx
    .selectFrom('vendor_site_sales')
    .select(['meter_pan', 'amount_minor'])
    .where('vendor_id', '=', till.vendorId)
    .where('request_id', '=', sale.requestId)
    .executeTakeFirstOrThrow();
  return row.meter_pan === sale.meterPan && row.amount_minor === sale.amountMinor;
}

export async function noteRefusal(
  tx: Tx,
  till: Till,
  o: { readonly requestId: string; readonly refusal: string },
): Promise<void> {
  await tx
    .updateTable('vendor_site_sales')
    .set({ refusal: o.refusal })
    .where('vendor_id', '=', till.vendorId)
    .where('request_id', '=', o.requestId)
    .execute();
}

/** What a site sold, those first that the server could not make until now. */
export async function siteSalesOf(
  tx: Tx,
  vendorId: string,
): Promise<Result<SiteSales, 'unknownVendor'>> {
  const vendor = await tx
    .selectFrom('vendors')
    .leftJoin('vendor_keys', 'vendor_keys.id', 'vendors.site_key_id')
    .select(['site_budget_minor', 'site_reserved_minor', 'site_asked_at', 'label'])
    .where('vendors.id', '=', vendorId)
    .executeTakeFirst();
  if (vendor === undefined) return err('unknownVendor');
  const reported = tx
    .selectFrom('vendor_site_sales as r')
    .innerJoin('vendor_clerks', 'vendor_clerks.id', 'r.clerk_id')
    .leftJoin('vendor_sales as s', (join) =>
      join.onRef('s.vendor_id', '=', 'r.vendor_id').onRef('s.request_id', '=', 'r.request_id'),
    )
    .where('r.vendor_id', '=', vendorId);
  const rows = await reported
    .leftJoin('sales', (join) =>
      join.onRef('sales.bucket', '=', 's.bucket').onRef('sales.id', '=', 's.sale_id'),
    )
    .select(['r.request_id', 'r.meter_pan', 'r.amount_minor', 'r.promised_wh', 'r.sold_at'])
    .select(['r.reported_at', 'r.refusal', 'vendor_clerks.name', 's.sale_id', 'sales.energy_wh'])
    .orderBy(sql`s.sale_id IS NULL`, 'desc')
    .orderBy('r.sold_at', 'desc')
    .limit(shown)
    .execute();
  const outstanding = await reported
    .select([
      sql<bigint>`count(*)`.as('sales'),
      sql<bigint>`coalesce(sum(r.amount_minor), 0)::bigint`.as('amount'),
    ])
    .where('s.sale_id', 'is', null)
    .executeTakeFirstOrThrow();
  const { label, site_asked_at: askedAt } = vendor;
  return ok({
    budgetMinor: vendor.site_budget_minor.toString(),
    reservedMinor: vendor.site_reserved_minor.toString(),
    till: label === null || askedAt === null ? null : { label, askedAt: isoOf(askedAt) },
    outstanding: {
      sales: Number(outstanding.sales),
      amountMinor: outstanding.amount.toString(),
    },
    rows: rows.map((row) => ({
      requestId: row.request_id,
      meterPan: row.meter_pan,
      amountMinor: row.amount_minor.toString(),
      promisedWh: row.promised_wh.toString(),
      soldAt: isoOf(row.sold_at),
      reportedAt: isoOf(row.reported_at),
      clerk: row.name,
      saleId: row.sale_id === null ? null : idFromUuid('sale', row.sale_id),
      energyWh: row.energy_wh?.toString() ?? null,
      refusal: row.sale_id === null ? row.refusal : null,
    })),
  });
}
