// The receipt of any sale, printed again by an operator: recorded by name, counted and marked as a
// copy. Of a moved sale it names the other one; of a reversed sale it shows no token.

import type { OperatorReceipt } from '@prewatt/api';
import { err, idFromUuid, ok, type Result } from '@prewatt/quantities';
import type { Tx } from '../../base/database.ts';
import {
  paidMinorOf,
  recordCopy,
  storedQuoteJson,
  storedReceiptTokens,
  storedTakenJson,
} from '../../money/vending/index.ts';
import type { ConnectionPlace } from '../../registry/connections/index.ts';
import { moveOf } from './moved.ts';

export type ReprintRefusal = 'unknownSale' | 'noTokens';

export async function reprintSale(
  tx: Tx,
  o: {
    readonly place: ConnectionPlace;
    readonly saleId: string;
    readonly operatorId: string;
    readonly reason: string;
    readonly nowMs: number;
  },
): Promise<Result<OperatorReceipt, ReprintRefusal>> {
  const { place, saleId } = o;
  const sale = await tx
    .selectFrom('sales')
    .innerJoin('meters', (join) =>
      join.onRef('meters.bucket', '=', 'sales.bucket').onRef('meters.id', '=', 'sales.meter_id'),
    )
    .innerJoin('connections', (join) =>
      join
        .onRef('connections.bucket', '=', 'sales.bucket')
        .onRef('connections.id', '=', 'sales.connection_id'),
    )
    .selectAll('sales')
    .select(['meters.meter_pan', 'connections.name', paidMinorOf('sales').as('paid_minor')])
    .where('sales.bucket', '=', place.bucket)
    .where('sales.id', '=', saleId)
    // Not while it is being undone.
    .forUpdate('sales')
    .executeTakeFirst();
  if (sale === undefined) return err('unknownSale');
  const creditMinor = sale.credit_minor;
  const tokens = await storedReceiptTokens(tx, { bucket: place.bucket, saleId, creditMinor });
  const has = tokens.tokens.length + tokens.keyChangeTokens.length + tokens.liftTokens.length > 0;
  if (!has || sale.state === 'reversed') return err('noTokens');
  const { operatorId, reason } = o;
  const copy = await recordCopy(tx, { ...o, by: { operatorId, reason } });
  return ok({
    saleId: idFromUuid('sale', saleId),
    soldAt: new Date(sale.requested_at).toISOString(),
    meterPan: sale.meter_pan,
    connectionName: sale.name,
    amountMinor: sale.paid_minor.toString(),
    ...storedQuoteJson(sale),
    ...storedTakenJson(sale),
    ...tokens,
    copy,
    moved: await moveOf(tx, place, saleId),
  });
}
