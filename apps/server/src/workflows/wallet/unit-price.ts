// At what price energy became money, as people read it.

import { type Currency, divideHalfUp, formatAmount } from '@prewatt/quantities';

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
