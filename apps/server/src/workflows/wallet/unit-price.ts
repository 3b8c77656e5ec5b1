// At what price energy became money, as people read it.

import { type Currency, divideHalfUp, formatAmount, formatKwh } from '@prewatt/quantities';

/** "ZAR 2.022": of a kWh, with two digits more than sums have, where they say anything. */
export function unitPriceText(
  { amountMinor, energyWh }: { readonly amountMinor: bigint; readonly energyWh: bigint },
  currency: Currency,
): string {
  const finer = { ...currency, scale: currency.scale + 2 };
  // Both are below zero where the meter had lent.
  const [minor, wh] = energyWh < 0n ? [-amountMinor, -energyWh] : [amountMinor, energyWh];
  const text = formatAmount(divideHalfUp(minor * 100_000n, wh), finer);
  const short = text.endsWith('00') ? text.slice(0, -2).replace(/\.$/, '') : text.replace(/0$/, '');
  return `${currency.code} ${short}`;
}

/** "10.397 kWh": beside a price so fine that the two multiply to the sum. Of lent energy, too. */
export function pricedEnergyText(energyWh: bigint): string {
  const text = formatKwh(energyWh < 0n ? -energyWh : energyWh, 3);
  return `${text.replace(/(\.\d)0+$|(\.\d\d)0$/, '$1$2')} kWh`;
}
