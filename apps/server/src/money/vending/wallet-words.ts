// What a payment that leaves a wallet owing means for supply, in texts, files and on paper: the sum
// that turns it on says nothing of how long it lasts, so the cost of an hour stands beside it.

import { type Currency, formatKwh, formatMoney } from '@prewatt/quantities';
import { sayTo } from '../../messaging/texts/index.ts';

export type WalletOwing = {
  readonly owedMinor: bigint;
  readonly isOff: boolean;
  /** What keeps supply on, or turns it on; null where nothing has to be paid for that. */
  readonly leastMinor: bigint | null;
  readonly anHour: AnHourCost | null;
};

/** Money that an hour at the present power would use up: it is on, and not for long. */
export type WalletShort = { readonly isShort: true; readonly anHour: AnHourCost };

export type AnHourCost = { readonly powerW: bigint; readonly minor: bigint };

/** "Supply stays off. Pay in at least …"; null where nothing has to be paid for supply. */
export function supplyOfOwing(
  { isOff, leastMinor, anHour }: Omit<WalletOwing, 'owedMinor'>,
  o: { readonly currency: Currency; readonly language: string | null },
): string | null {
  if (leastMinor === null) return null;
  const key = isOff ? 'sale.staysOff' : 'sale.mayGoOff';
  const supply = sayTo(o.language, key, { least: formatMoney(leastMinor, o.currency) });
  return anHour === null ? supply : `${supply} ${anHourText(anHour, o)}`;
}

/** "An hour at 5.0 kW costs ZAR 9.50." */
export function anHourText(
  { minor, powerW }: AnHourCost,
  o: { readonly currency: Currency; readonly language: string | null },
): string {
  const power = powerW < 1000n ? `${powerW} W` : `${formatKwh(powerW)} kW`;
  return sayTo(o.language, 'sale.hourCosts', { power, sum: formatMoney(minor, o.currency) });
}
