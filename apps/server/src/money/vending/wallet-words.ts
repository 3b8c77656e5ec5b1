// What a payment that leaves a wallet owing means for supply, in the English of texts, files and
// paper: the sum that turns it on says nothing of how long it lasts, so the cost of an hour stands
// beside it.

import { type Currency, formatKwh, formatMoney } from '@prewatt/quantities';

export type WalletOwing = {
  readonly owedMinor: bigint;
  readonly isOff: boolean;
  /** What keeps supply on, or turns it on; null where nothing has to be paid for that. */
  readonly leastMinor: bigint | null;
  readonly anHour: AnHourCost | null;
};

export type AnHourCost = { readonly powerW: bigint; readonly minor: bigint };

/** "Supply stays off. Pay in at least …"; null where nothing has to be paid for supply. */
export function supplyOfOwing(
  { isOff, leastMinor, anHour }: Omit<WalletOwing, 'owedMinor'>,
  currency: Currency,
): string | null {
  if (leastMinor === null) return null;
  const sum = formatMoney(leastMinor, currency);
  const costs = anHourText(anHour, currency);
  return isOff
    ? `Supply stays off. Pay in at least ${sum} to turn it on.${costs}`
    : `Supply may go off. Pay in at least ${sum} to keep it on.${costs}`;
}

/** " An hour at 5.0 kW costs ZAR 9.50."; nothing where nobody knows the power. */
export function anHourText(anHour: AnHourCost | null, currency: Currency): string {
  if (anHour === null) return '';
  const { minor, powerW } = anHour;
  const power = powerW < 1000n ? `${powerW} W` : `${formatKwh(powerW)} kW`;
  return ` An hour at ${power} costs ${formatMoney(minor, currency)}.`;
}
