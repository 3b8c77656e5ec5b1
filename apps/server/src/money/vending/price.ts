// A sale tried without selling: what an amount would buy now. Locks nothing and writes nothing.

import type { TrialQuote } from '@prewatt/api';
import { err, ok, type Result } from '@prewatt/quantities';
import {
  energyTokenCountOf,
  priceIntoWallet,
  priceOf,
  type QuoteRefusal,
  refusalOfToken,
  refusalToBegin,
  type SoldPurchase,
} from '@prewatt/vending-rules';
import type { Tx } from '../../base/database.ts';
import type { ConnectionPlace } from '../../registry/connections/index.ts';
import { type IssueDeps, statesOf } from './issue.ts';
import { quoteJson } from './quote-json.ts';
import type { SaleState } from './sale.ts';

export type PricedSale = { readonly purchase: SoldPurchase; readonly tokenCount: number };

export async function priceSale(
  tx: Tx,
  deps: IssueDeps,
  o: { readonly place: ConnectionPlace; readonly amountMinor: bigint },
): Promise<Result<PricedSale, QuoteRefusal>> {
  const { utilityId, connectionId } = o.place;
  const states = await statesOf(tx, deps, { utilityId, places: [o.place], lock: false });
  return pricedBy(states.get(connectionId), o.amountMinor);
}

/** Of many connections of one utility, each amount; what they depend on is read once for all. */
export async function priceSales(
  tx: Tx,
  deps: IssueDeps,
  o: {
    readonly utilityId: string;
    readonly places: readonly ConnectionPlace[];
    readonly amountsMinor: readonly bigint[];
  },
): Promise<PriceTable> {
  const { utilityId, places } = o;
  const states = await statesOf(tx, deps, { utilityId, places, lock: false });
  return new Map(
    places.map(({ connectionId }) => [
      connectionId,
      o.amountsMinor.map((amountMinor) => pricedBy(states.get(connectionId), amountMinor)),
    ]),
  );
}

/** By connection: for each amount, in their order. */
export type PriceTable = ReadonlyMap<string, readonly Result<PricedSale, QuoteRefusal>[]>;

function pricedBy(
  state: SaleState | undefined,
  amountMinor: bigint,
): Result<PricedSale, QuoteRefusal> {
  if (state === undefined) return err('unknownConnection');
  const refused = refusalToBegin(state.connection) ?? refusalOfToken(state.connection);
  if (refused !== null) return err(refused);
  const isWallet = state.connection.creditMode === 'wallet';
  const purchase = isWallet
    ? priceIntoWallet(state.basis, amountMinor)
    : priceOf(state.basis, { amountMinor, postedMinor: 0n });
  if (!purchase.ok) return purchase;
  if (purchase.value.creditMinor !== null) return ok({ purchase: purchase.value, tokenCount: 1 });
  const tokenCount = energyTokenCountOf(purchase.value.quote.energyWh);
  return ok({ purchase: purchase.value, tokenCount });
}

export const trialQuoteOf = ({ purchase, tokenCount }: PricedSale): TrialQuote => ({
  amountMinor: purchase.amountMinor.toString(),
  ...quoteJson(purchase),
  tokens: tokenCount,
});
