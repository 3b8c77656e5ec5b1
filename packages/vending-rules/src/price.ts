// What an amount buys: the tariff, arrears and the floor, on what is known of the connection.

import { floorEnergyOf } from '@prewatt/protection';
import { err, ok, type Result } from '@prewatt/quantities';
import { quotePurchase } from '@prewatt/tariff';
import type { PriceBasis } from './connection.ts';
import { floorToTokensWh } from './energy-tokens.ts';
import { momentOf } from './moment.ts';
import { isOfCurrency, priceMoney } from './money-credit.ts';
import type { PurchaseQuote, SoldPurchase } from './purchase.ts';
import type { QuoteRefusal } from './refusals.ts';

/**
 * Prices `amountMinor` of new money together with what is prepaid already. `postedMinor` is the
 * part of the prepaid balance that is this purchase's own payment.
 */
export function priceOf(
  basis: PriceBasis,
  o: { readonly amountMinor: bigint; readonly postedMinor: bigint },
): Result<PurchaseQuote, QuoteRefusal> {
  const { utility, tariff, position, moneyMeter } = basis;
  if (moneyMeter !== null && !isOfCurrency(moneyMeter, utility.currency)) {
    return err('meterCountsMoney');
  }
  if (o.amountMinor < utility.minimumPurchaseMinor) return err('amountBelowMinimum');
  if (o.amountMinor > utility.maximumPurchaseMinor) return err('amountAboveMaximum');
  if (tariff === null || position === null) return err('tariffUnusable');
  const broughtForwardMinor = basis.freeMinor - o.postedMinor;
  if (moneyMeter !== null) {
    return priceMoney({ ...basis, tariff, position, moneyMeter }, { ...o, broughtForwardMinor });
  }
  const quote = quotePurchase(tariff.tariff, {
    amountMinor: o.amountMinor + broughtForwardMinor,
    at: momentOf(basis.at, position),
    parameters: tariff.parameters,
    position,
    debts: basis.debts,
    protection: {
      debtShareCapBasisPoints: utility.protectionRules.debt.maximumSharePercent * 100,
      floorEnergyWh: floorEnergyOf(utility.protectionRules),
    },
    floorToEncodableWh: floorToTokensWh,
  });
  if (!quote.ok) {
    return err(quote.error.code === 'amount-too-small' ? 'amountTooSmall' : 'tariffUnusable');
  }
  return ok({
    amountMinor: o.amountMinor,
    broughtForwardMinor,
    quote: quote.value,
    tariffVersionId: tariff.versionId,
    creditMinor: null,
  });
}

/** What the next purchase of the connection is priced on, after this one. */
export function basisAfter(basis: PriceBasis, purchase: SoldPurchase): PriceBasis {
  const { lines, positionAfter, remainderMinor } = purchase.quote;
  const repaid = (debtId: string) =>
    lines.reduce((sum, line) => (line.debtId === debtId ? sum + line.amountMinor : sum), 0n);
  return {
    ...basis,
    position: positionAfter,
    freeMinor: remainderMinor,
    debts: basis.debts
      .map((debt) => ({ ...debt, outstandingMinor: debt.outstandingMinor - repaid(debt.id) }))
      .filter((debt) => debt.outstandingMinor > 0n),
  };
}
