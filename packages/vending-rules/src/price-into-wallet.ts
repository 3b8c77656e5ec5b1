// What a payment into a wallet would buy at the price now: what the wallet owes comes first, and
// only the rest buys energy. An offer, for the customer's eyes: into the wallet goes the payment.

import { ok, type Result } from '@prewatt/quantities';
import type { PriceBasis } from './connection.ts';
import { priceOf } from './price.ts';
import type { SoldPurchase } from './purchase.ts';
import type { QuoteRefusal } from './refusals.ts';

/** The code of the line by which an offer says what pays for energy that was used already. */
export const walletOwedCode = 'walletOwed';

export function priceIntoWallet(
  basis: PriceBasis,
  amountMinor: bigint,
): Result<SoldPurchase, QuoteRefusal> {
  // Limits and tariff as of any purchase. What is in the balance already is not used by an offer.
  const whole = priceOf({ ...basis, freeMinor: 0n }, { amountMinor, postedMinor: 0n });
  const { position, tariff } = basis;
  if (!whole.ok || basis.freeMinor >= 0n || tariff === null || position === null) return whole;
  const owedMinor = -basis.freeMinor;
  const paidBackMinor = owedMinor < amountMinor ? owedMinor : amountMinor;
  const more = amountMinor - paidBackMinor;
  const priced =
    more === 0n
      ? null
      : priceOf({ ...basis, freeMinor: -paidBackMinor }, { amountMinor, postedMinor: 0n });
  const rest = priced?.ok
    ? priced.value.quote
    : {
        energyWh: 0n,
        lines: [],
        remainderMinor: more,
        monthEnergyWhBefore: position.energyWhThisMonth,
        positionAfter: position,
      };
  const line = {
    kind: 'debt',
    code: walletOwedCode,
    label: 'Owed for electricity used',
    amountMinor: paidBackMinor,
    explanation: 'Used beyond the balance; paid first.',
  } as const;
  return ok({
    amountMinor,
    broughtForwardMinor: 0n,
    tariffVersionId: tariff.versionId,
    creditMinor: null,
    quote: { ...rest, lines: [line, ...rest.lines] },
  });
}
