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

/**
 * Of many connections of one utility, each amount, and those between two where the price bends so
 * that a line would promise too much; what they depend on is read once for all.
 */
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
      pricedWithBends((amountMinor) => pricedBy(states.get(connectionId), amountMinor), o),
    ]),
  );
}

/** By connection: rising, in the order of the amounts. */
export type PriceTable = ReadonlyMap<string, readonly Priced[]>;
type Priced = Result<PricedSale, QuoteRefusal>;
type Price = (amountMinor: bigint) => Priced;

/** Half the way so often: a charge that is met between 20 and 100 is found to a step of 1.25. */
const mostHalvings = 6;
/** Two steps of a token. */
const boundWh = 200n;

function pricedWithBends(
  price: Price,
  { amountsMinor }: { readonly amountsMinor: readonly bigint[] },
): readonly Priced[] {
  const asked = amountsMinor.map(price);
  return asked.flatMap((priced, index) => {
    const next = asked[index + 1];
    return !priced.ok || next?.ok !== true
      ? [priced]
      : [priced, ...bendsBetween(price, [priced.value, next.value], mostHalvings)];
  });
}

function bendsBetween(
  price: Price,
  [from, to]: readonly [PricedSale, PricedSale],
  halvings: number,
): readonly Priced[] {
  const [least, most] = [from.purchase.amountMinor, to.purchase.amountMinor];
  const middle = (least + most) / 2n;
  const priced = middle > least ? price(middle) : null;
  if (priced?.ok !== true) return [];
  const lineWh =
    (energyOf(from) * (most - middle) + energyOf(to) * (middle - least)) / (most - least);
  if (lineWh - energyOf(priced.value) <= boundWh) return [];
  if (halvings === 1) return [priced];
  return [
    ...bendsBetween(price, [from, priced.value], halvings - 1),
    priced,
    ...bendsBetween(price, [priced.value, to], halvings - 1),
  ];
}

const energyOf = ({ purchase }: PricedSale): bigint => purchase.quote.energyWh;

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
