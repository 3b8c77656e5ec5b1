// The list of money that no sale got, with what the provider named with it and what two people made
// of it.

import { formatMoney } from '@prewatt/quantities';
import { exponentOf } from '@prewatt/rails';
import type { Tx } from '../../base/database.ts';

const rowsShown = 200;

const baseQuery = (tx: Tx, utilityId: string) =>
  tx
    .selectFrom('unallocated_money as u')
    .leftJoin('payments as p', (join) =>
      join.onRef('p.bucket', '=', 'u.payment_bucket').onRef('p.id', '=', 'u.payment_id'),
    )
    .leftJoin('connections as c', (join) =>
      join.onRef('c.bucket', '=', 'p.bucket').onRef('c.id', '=', 'p.connection_id'),
    )
    .leftJoin('vendors as v', 'v.id', 'p.vendor_id')
    .leftJoin('corrections as to', (join) =>
      join.onRef('to.bucket', '=', 'u.correction_bucket').onRef('to.id', '=', 'u.correction_id'),
    )
    .leftJoin('operators as asker', 'asker.id', 'u.requested_by')
    .leftJoin('operators as allower', 'allower.id', 'u.approved_by')
    .selectAll('u')
    .select(['p.sale_id', 'p.connection_id', 'c.name as connection_name', 'v.name as vendor_name'])
    .select(['to.sale_id as new_sale_id', 'to.amount_minor as credited_minor'])
    .select(['asker.name as requested_by_name', 'allower.name as approved_by_name'])
    .where('u.utility_id', '=', utilityId);
export type UnallocatedRow = Awaited<ReturnType<ReturnType<typeof baseQuery>['execute']>>[number];

/** Those that wait, oldest first; or those that were decided, the latest first. */
export function unallocatedOf(
  tx: Tx,
  o: { readonly utilityId: string; readonly decided: boolean },
): Promise<UnallocatedRow[]> {
  return baseQuery(tx, o.utilityId)
    .where('u.state', o.decided ? '<>' : '=', 'waiting')
    .orderBy(o.decided ? 'u.settled' : 'u.entered', o.decided ? 'desc' : 'asc')
    .limit(rowsShown)
    .execute();
}

/** One; null when there is none. */
export async function unallocatedById(
  tx: Tx,
  o: { readonly utilityId: string; readonly moneyId: string },
): Promise<UnallocatedRow | null> {
  const row = await baseQuery(tx, o.utilityId).where('u.id', '=', o.moneyId).executeTakeFirst();
  return row ?? null;
}

/** The sum for people, in its own currency, with the decimals that it has by ISO 4217. */
export function amountText(
  row: Pick<UnallocatedRow, 'amount_minor' | 'currency_code' | 'currency_scale'>,
  currency: { readonly code: string; readonly scale: number },
): string {
  const { amount_minor: minor, currency_code: code, currency_scale: said } = row;
  const scale = said ?? (code === currency.code ? currency.scale : exponentOf(code));
  return formatMoney(minor, { code, scale });
}
