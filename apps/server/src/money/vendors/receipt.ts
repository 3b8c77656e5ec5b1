// A till's receipt, from a sale that was made this moment or from what rests of it: the same each
// time, since it is made of what never changes after the sale. A sale that was undone or moved says
// so, and one that was undone shows no token.

import type { OperatorReceipt, Receipt } from '@prewatt/api';
import { idFromUuid } from '@prewatt/quantities';
import type { Tx } from '../../base/database.ts';
import type { Utility } from '../../registry/utilities/index.ts';
import {
  noReceiptTokens,
  quoteJson,
  receiptTokenOf,
  storedQuoteJson,
  storedReceiptTokens,
  storedTakenJson,
  takenJson,
  takesOfSale,
} from '../vending/index.ts';
import type { KnownRequest, Sold } from './till-decisions.ts';

/** The sale that another one was moved to or from, if it was: corrections know. */
export type MoveOf = (
  tx: Tx,
  place: { readonly bucket: number },
  saleId: string,
) => Promise<OperatorReceipt['moved']>;

/** Of a sale whose transaction has not ended yet. */
export function receiptOfSold(utility: Utility, sold: Sold, soldAtMs: number): Receipt {
  const { order, sale } = sold;
  const { creditMinor } = sale.purchase;
  return {
    saleId: idFromUuid('sale', sale.saleId),
    requestId: order.request.requestId,
    shiftId: idFromUuid('shift', sold.shiftId),
    soldAt: new Date(soldAtMs).toISOString(),
    meterPan: order.request.meterPan,
    connectionName: sale.connection.name,
    amountMinor: sale.amountMinor.toString(),
    ...quoteJson(sale.purchase),
    ...takenJson(takesOfSale(utility, sale)),
    commissionMinor: sold.commissionMinor.toString(),
    keyChangeTokens: [...(sale.keyChange?.digits ?? [])],
    liftTokens: sale.lift === null ? [] : [sale.lift.digits],
    tokens: sale.tokens.map((each) => receiptTokenOf(each, creditMinor)),
    reversedAt: null,
    moved: null,
  };
}

/** Of a sale that rests in its rows. */
export async function receiptFrom(
  tx: Tx,
  deps: { readonly moveOf: MoveOf },
  request: KnownRequest,
): Promise<Receipt> {
  const row = await tx
    .selectFrom('sales')
    .innerJoin('vendor_sales', (join) =>
      join
        .onRef('vendor_sales.bucket', '=', 'sales.bucket')
        .onRef('vendor_sales.sale_id', '=', 'sales.id'),
    )
    .selectAll('vendor_sales')
    .select([
      'sales.requested_at',
      'sales.brought_forward_minor',
      'sales.energy_wh',
      'sales.credit_minor',
      'sales.recovered_energy_wh',
      'sales.recovered_minor',
      'sales.lines',
      'sales.remainder_minor',
      'sales.reversed_at',
    ])
    .where('sales.bucket', '=', request.bucket)
    .where('sales.id', '=', request.saleId)
    .executeTakeFirstOrThrow();
  const moved = await deps.moveOf(tx, request, request.saleId);
  const isReversed = row.reversed_at !== null;
  const creditMinor = row.credit_minor;
  const tokens = isReversed
    ? noReceiptTokens
    : await storedReceiptTokens(tx, { ...request, creditMinor });
  return {
    saleId: idFromUuid('sale', request.saleId),
    requestId: request.requestId,
    shiftId: idFromUuid('shift', row.shift_id),
    soldAt: new Date(row.requested_at).toISOString(),
    meterPan: request.meterPan,
    connectionName: row.connection_name,
    amountMinor: row.amount_minor.toString(),
    ...storedQuoteJson(row),
    ...storedTakenJson(row),
    commissionMinor: row.commission_minor.toString(),
    ...tokens,
    reversedAt: row.reversed_at === null ? null : new Date(row.reversed_at).toISOString(),
    moved: moved === null ? null : { direction: moved.direction, meterPan: moved.meterPan },
  };
}
