// How much energy the tokens of one sale can carry.

import { floorToEncodableUnits, maximumUnitsPerToken } from '@prewatt/sts/codec';

/** A credit token counts in steps of 100 Wh (IEC 62055-41, 6.2.2). */
export const whPerUnit = 100n;

/** Most tokens of one sale; money beyond them stays prepaid. */
export const maximumTokens = 20;

/** The largest energy of at most `energyWh` that tokens of one sale can carry. */
export function floorToTokensWh(energyWh: bigint): bigint {
  const units = energyWh / whPerUnit;
  const full = units / maximumUnitsPerToken;
  if (full >= BigInt(maximumTokens)) {
    return BigInt(maximumTokens) * maximumUnitsPerToken * whPerUnit;
  }
  const rest = floorToEncodableUnits(units % maximumUnitsPerToken);
  return (full * maximumUnitsPerToken + rest) * whPerUnit;
}

/** How many credit tokens carry so much energy. */
export function energyTokenCountOf(energyWh: bigint): number {
  const perToken = maximumUnitsPerToken * whPerUnit;
  return Number((energyWh + perToken - 1n) / perToken);
}
