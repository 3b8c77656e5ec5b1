// A sale tried without selling: what an amount would buy now. Locks nothing and writes nothing.

import { err, ok, type Result } from '@prewatt/quantities';
import { maximumUnitsPerToken } from '@prewatt/sts/codec';
import type { Tx } from '../../base/database.ts';
import type { ConnectionPlace } from '../../registry/connections/index.ts';
import type { QuoteRefusal } from './errors.ts';
import { type IssueDeps, statesOf } from './issue.ts';
import { type PurchaseQuote, priceOf, whPerUnit } from './quote.ts';

export type PricedSale = { readonly purchase: PurchaseQuote; readonly tokenCount: number };

export async function priceSale(
  tx: Tx,
  deps: IssueDeps,
  o: { readonly place: ConnectionPlace; readonly amountMinor: bigint },
): Promise<Result<PricedSale, QuoteRefusal>> {
  const { utilityId, connectionId } = o.place;
  const states = await statesOf(tx, deps, { utilityId, places: [o.place], lock: false });
  const state = states.get(connectionId);
  if (state === undefined) return err('unknownConnection');
  if (state.connection.blockedReason !== null) return err('meterBlocked');
  if (state.connection.turnsToWallet) return err('creditModeChanging');
  const isWallet = state.connection.creditMode === 'wallet';
  // Into a wallet the whole amount goes; the offer says what it would buy at today's price.
  const basis = isWallet ? { ...state.basis, freeMinor: 0n } : state.basis;
  const purchase = priceOf(basis, { amountMinor: o.amountMinor, postedMinor: 0n });
  if (!purchase.ok) return purchase;
  if (purchase.value.creditMinor !== null) return ok({ purchase: purchase.value, tokenCount: 1 });
  const perToken = maximumUnitsPerToken * whPerUnit;
  const tokenCount = Number((purchase.value.quote.energyWh + perToken - 1n) / perToken);
  return ok({ purchase: purchase.value, tokenCount });
}
