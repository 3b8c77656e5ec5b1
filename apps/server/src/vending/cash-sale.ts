// A sale that is paid as it is made: somebody who sells for us has taken cash. Its tokens exist
// when it does; a refusal leaves nothing.

import { err, ok, type Result } from '@prewatt/quantities';
import { maximumUnitsPerToken } from '@prewatt/sts/codec';
import {
  type Connection,
  type ConnectionPlace,
  loadConnection,
  loadConnectionForUpdate,
} from '../connections/index.ts';
import type { Tx } from '../platform/database.ts';
import { notifyLive } from '../platform/live.ts';
import type { CashSaleRefusal, QuoteRefusal } from './errors.ts';
import { type IssueDeps, makeTokens, noticeOf, recordIssued } from './issue.ts';
import { type PurchaseQuote, whPerUnit } from './quote.ts';

/** A sale as whoever pays for it needs to know it. */
export type SaleToPay = {
  readonly connection: Connection;
  readonly energyWh: bigint;
  readonly tokenCount: number;
  readonly soldAtMs: number;
};

export type CashPurchase<E> = {
  /** Made by the caller, who knows the sale by it. */
  readonly saleId: string;
  readonly amountMinor: bigint;
  /** Posts the money to the customer's prepaid account, or refuses. */
  readonly pay: (sale: SaleToPay) => Promise<Result<void, E>>;
};

export type PricedSale = { readonly purchase: PurchaseQuote; readonly tokenCount: number };

export async function priceSale(
  tx: Tx,
  deps: IssueDeps,
  o: { readonly place: ConnectionPlace; readonly amountMinor: bigint },
): Promise<Result<PricedSale, QuoteRefusal>> {
  const connection = await loadConnection(tx, o.place);
  if (connection === null) return err('unknownConnection');
  if (connection.blockedReason !== null) return err('meterBlocked');
  const purchase = await deps.quoting.quotePurchase(tx, {
    utility: await deps.utilities.get(connection.utilityId),
    connection,
    amountMinor: o.amountMinor,
    postedMinor: 0n,
    nowMs: deps.clocks.business.nowMs(),
  });
  if (!purchase.ok) return purchase;
  const perToken = maximumUnitsPerToken * whPerUnit;
  const tokenCount = Number((purchase.value.quote.energyWh + perToken - 1n) / perToken);
  return ok({ purchase: purchase.value, tokenCount });
}

export async function sellForCash<E>(
  tx: Tx,
  deps: IssueDeps,
  o: CashPurchase<E> & { readonly place: ConnectionPlace },
): Promise<Result<void, CashSaleRefusal | E>> {
  const connection = await loadConnectionForUpdate(tx, o.place);
  if (connection === null) return err('unknownConnection');
  if (connection.blockedReason !== null) return err('meterBlocked');
  const { amountMinor, saleId } = o;
  const made = await makeTokens(tx, deps, { connection, amountMinor, postedMinor: 0n });
  if (!made.ok) return made;
  const soldAtMs = deps.clocks.business.nowMs();
  const at = new Date(soldAtMs);
  await tx
    .insertInto('sales')
    .values({
      bucket: connection.bucket,
      id: saleId,
      utility_id: connection.utilityId,
      connection_id: connection.connectionId,
      meter_id: connection.meter.meterId,
      request_id: `cash:${saleId}`,
      amount_minor: amountMinor,
      state: 'awaitingPayment',
      requested_at: at,
      paid_at: at,
    })
    .execute();
  await recordIssued(tx, deps, {
    connection,
    sale: { saleId, receivedMinor: amountMinor },
    made: made.value,
    at,
  });
  await notifyLive(tx, { kind: 'sale', ...noticeOf(connection), saleId });
  return o.pay({
    connection,
    energyWh: made.value.purchase.quote.energyWh,
    tokenCount: made.value.tokens.length,
    soldAtMs,
  });
}
