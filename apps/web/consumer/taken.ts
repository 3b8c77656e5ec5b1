// What a meter takes of what is bought, for use from the time when supply was kept on without
// credit: pages, and receipts as files, show what is left.

import type { QuoteView } from '@prewatt/api';

export type WithTaken = Pick<
  QuoteView,
  'energyWh' | 'creditMinor' | 'recoveredEnergyWh' | 'recoveredMinor'
>;
type Credit = Pick<QuoteView, 'energyWh' | 'creditMinor'>;

/** What is on the meter once it has taken what it is owed. */
export const leftOf = (of: WithTaken): Credit => ({
  energyWh: (BigInt(of.energyWh) - BigInt(of.recoveredEnergyWh)).toString(),
  creditMinor:
    of.creditMinor === null
      ? null
      : (BigInt(of.creditMinor) - BigInt(of.recoveredMinor)).toString(),
});

/** Energy is shown in tenths of a kWh, of which no more is promised than there is. */
const tenthWh = 100n;

/**
 * Null where the meter is owed nothing. Energy as it is shown: what the meter takes and what is
 * left add up to what the token has, so of a tenth in between the meter takes the rest.
 */
export function takenOf(of: WithTaken): Credit | null {
  const { recoveredEnergyWh, recoveredMinor, creditMinor } = of;
  if (BigInt(recoveredEnergyWh) + BigInt(recoveredMinor) === 0n) return null;
  const tenths = (wh: string): bigint => BigInt(wh) / tenthWh;
  return {
    energyWh: ((tenths(of.energyWh) - tenths(leftOf(of).energyWh)) * tenthWh).toString(),
    creditMinor: creditMinor === null ? null : recoveredMinor,
  };
}
