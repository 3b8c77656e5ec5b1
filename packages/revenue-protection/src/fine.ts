// A fine for tampering by the utility's rule: an amount that is fixed, and a share of what is asked
// for the energy in the same case, each step shown.

import { divideHalfUp, err, ok, type Result } from '@prewatt/quantities';

export type FineRule = {
  readonly fixedMinor: bigint;
  /** Of what is asked for energy that was not counted. */
  readonly sharePercent: number;
};

export type Fine = {
  readonly fixedMinor: bigint;
  readonly shareMinor: bigint;
  readonly amountMinor: bigint;
};

/** `energyMinor` is what the same case asks for energy; 0 where it asks for none. */
export function fineOf(rule: FineRule, energyMinor: bigint): Result<Fine, 'noFine'> {
  const shareMinor = divideHalfUp(energyMinor * BigInt(rule.sharePercent), 100n);
  const amountMinor = rule.fixedMinor + shareMinor;
  if (amountMinor <= 0n) return err('noFine');
  return ok({ fixedMinor: rule.fixedMinor, shareMinor, amountMinor });
}
