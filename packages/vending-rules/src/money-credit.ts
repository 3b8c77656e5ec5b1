// Credit in money, for a meter that has the tariff inside: what of a payment goes on the meter, on
// one currency token. What the till takes and what the meter charges is one rule of
// @prewatt/tariff.

import { floorEnergyOf } from '@prewatt/protection';
import { type Currency, err, ok, type Result } from '@prewatt/quantities';
import { meterPartOf, quoteMoneyCredit, type TariffPosition } from '@prewatt/tariff';
import type { MoneyMeter, PriceBasis, TariffInForce } from './connection.ts';
import { floorToCurrencyMinor } from './currency-floor.ts';
import { energyInMoney, moneyInEnergy, perKwhOnMeter } from './meter-price.ts';
import { momentOf } from './moment.ts';
import type { PurchaseQuote } from './purchase.ts';
import type { QuoteRefusal } from './refusals.ts';

/** A currency token counts in 10^-5 of the base unit, whatever the currency's smallest one is. */
export const e5PerMinorOf = ({ scale }: Currency): bigint => 10n ** BigInt(5 - scale);

/** Whether the meter's money is the utility's: a sum of another currency would mean another sum. */
export const isOfCurrency = (meter: MoneyMeter, { code, scale }: Currency): boolean =>
  meter.currency.code === code && meter.currency.scale === scale;

type MoneyBasis = PriceBasis & {
  readonly tariff: TariffInForce;
  readonly position: TariffPosition;
  readonly moneyMeter: MoneyMeter;
};

/** What the money puts on the meter, after what the till takes. */
export function priceMoney(
  basis: MoneyBasis,
  o: { readonly amountMinor: bigint; readonly broughtForwardMinor: bigint },
): Result<PurchaseQuote, QuoteRefusal> {
  const { utility, tariff, position } = basis;
  const { currency } = utility;
  if (meterPartOf(tariff.tariff) === null) return err('tariffNotForMeter');
  const perKwh = perKwhMicroOf(basis);
  // Without a price nothing could be kept for energy, nor counted against a vendor's limit.
  if (perKwh === null) return err('tariffUnusable');
  const quote = quoteMoneyCredit(tariff.tariff, {
    amountMinor: o.amountMinor + o.broughtForwardMinor,
    at: momentOf(basis.at, position),
    parameters: tariff.parameters,
    position,
    debts: basis.debts,
    protection: {
      debtShareCapBasisPoints: utility.protectionRules.debt.maximumSharePercent * 100,
      floorMinor: energyInMoney(floorEnergyOf(utility.protectionRules), perKwh),
    },
    floorToEncodableMinor: (minor) => floorToCurrencyMinor(minor, e5PerMinorOf(currency)),
  });
  if (!quote.ok) {
    const { code } = quote.error;
    if (code === 'no-money-parts') return err('tariffNotForMeter');
    return err(code === 'amount-too-small' ? 'amountTooSmall' : 'tariffUnusable');
  }
  return ok({
    amountMinor: o.amountMinor,
    broughtForwardMinor: o.broughtForwardMinor,
    quote: quote.value,
    tariffVersionId: tariff.versionId,
    creditMinor: quote.value.creditMinor,
  });
}

/** Null when the tariff has no part for a meter, or no price of energy in it. */
function perKwhMicroOf({ moneyMeter, tariff, at }: MoneyBasis): bigint | null {
  return perKwhOnMeter({ inForce: tariff, at }, moneyMeter.perKwhMicroMinor);
}

/** About how much energy a purchase is: that of the quote, or of its money at the price now. */
export function energyAhead(basis: PriceBasis, { quote, creditMinor }: PurchaseQuote): bigint {
  const { moneyMeter, tariff, position } = basis;
  if (creditMinor === null || moneyMeter === null) return quote.energyWh;
  if (tariff === null || position === null) return 0n;
  const perKwh = perKwhMicroOf({ ...basis, moneyMeter, tariff, position });
  // Never offered without a price.
  return perKwh === null ? 0n : moneyInEnergy(creditMinor, perKwh);
}
