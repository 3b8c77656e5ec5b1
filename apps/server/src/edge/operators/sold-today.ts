// What was sold since midnight, by what it is: energy for homes and shops, money into wallets, and
// what the utility itself pays for its street lights. One figure of all three would say little.

import type { Overview } from '@prewatt/api';
import { sql } from 'kysely';
import { instant, type Tx } from '../../base/database.ts';
import { isNotCarried } from '../../money/vending/index.ts';
import type { Utility } from '../../registry/utilities/index.ts';

/** Money for a wallet buys no energy until it is used, and none that a meter counts. */
const what = sql<'lights' | 'wallets' | 'sold'>`CASE
  WHEN EXISTS (SELECT FROM prewatt.lighting_accounts l
    WHERE l.bucket = sales.bucket AND l.connection_id = sales.connection_id) THEN 'lights'
  WHEN energy_wh = 0 AND credit_minor IS NULL THEN 'wallets'
  ELSE 'sold' END`;

export async function soldSince(
  tx: Tx,
  { utility, fromMs }: { readonly utility: Utility; readonly fromMs: number },
): Promise<Overview['today']> {
  const amount = sql<bigint>`coalesce(sum(amount_minor), 0)::bigint`;
  const sales = tx
    .selectFrom('sales')
    .where('utility_id', '=', utility.id)
    .where('requested_at', '>=', instant(fromMs))
    .where('state', 'in', ['issued', 'delivered'])
    .where(isNotCarried)
    .select(['connection_id', 'amount_minor', 'energy_wh', what.as('what')]);
  const row = await tx
    .selectFrom(sales.as('sale'))
    .select([
      sql<bigint>`count(*)`.as('sales'),
      amount.as('amount'),
      sql<bigint>`coalesce(sum(energy_wh), 0)::bigint`.as('energy'),
      sql<bigint>`count(distinct connection_id)`.as('customers'),
      sql<bigint>`coalesce(sum(amount_minor) FILTER (WHERE what = 'lights'), 0)::bigint`.as(
        'lights',
      ),
      sql<bigint>`coalesce(sum(amount_minor) FILTER (WHERE what = 'wallets'), 0)::bigint`.as(
        'wallets',
      ),
      sql<bigint>`count(*) FILTER (WHERE what = 'sold')`.as('sold_sales'),
      sql<bigint>`coalesce(sum(energy_wh) FILTER (WHERE what = 'sold'), 0)::bigint`.as(
        'sold_energy',
      ),
      sql<bigint>`count(distinct connection_id) FILTER (WHERE what = 'sold')`.as('sold_customers'),
    ])
    .executeTakeFirstOrThrow();
  return {
    sales: Number(row.sales),
    amountMinor: row.amount.toString(),
    energyWh: row.energy.toString(),
    customers: Number(row.customers),
    lightsMinor: row.lights.toString(),
    walletsMinor: row.wallets.toString(),
    sold: {
      sales: Number(row.sold_sales),
      amountMinor: (row.amount - row.lights - row.wallets).toString(),
      energyWh: row.sold_energy.toString(),
      customers: Number(row.sold_customers),
    },
  };
}
