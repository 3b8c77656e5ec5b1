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

/** Null where the meter is owed nothing. */
export function takenOf(of: WithTaken): Credit | null {
  const { recoveredEnergyWh: energyWh, recoveredMinor, creditMinor } = of;
  if (BigInt(energyWh) + BigInt(recoveredMinor) === 0n) return null;
  return { energyWh, creditMinor: creditMinor === null ? null : recoveredMinor };
}
