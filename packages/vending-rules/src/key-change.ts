// The key-change set that goes before a sale's tokens, where the meter does not hold the key that
// it should hold.

import type { VendedKey } from '@prewatt/sts/issue';
import type { KeyedMeter, KeyIdentity } from './connection.ts';

/** The key that a meter holds and the one that it should hold; often the same. */
export type KeysToIssue = { readonly held: VendedKey; readonly wanted: VendedKey };

/** The set that leads a meter from the key it holds to the one it should hold. */
export type NewKeyChange = {
  /** In the order in which they are typed. */
  readonly digits: readonly string[];
  /** Of the key that the meter still holds. */
  readonly heldBaseDate: number;
  readonly to: KeyIdentity;
};

/**
 * How many tokens a set has: four for EA11; for EA07 a third one only where the supply group
 * changes, since not every meter takes it.
 */
export function keyChangeTokenCountOf(meter: KeyedMeter): 2 | 3 | 4 {
  if (meter.encryptionAlgorithm === 'ea11') return 4;
  const { wanted } = meter;
  return wanted === null || wanted.supplyGroupCode === meter.supplyGroupCode ? 2 : 3;
}

/** The set as it is recorded; null when there is none. */
export function newKeyChange(
  o: { readonly digits: readonly string[] } & KeysToIssue,
): NewKeyChange | null {
  if (o.digits.length === 0) return null;
  return { digits: o.digits, heldBaseDate: o.held.baseDate, to: o.wanted };
}
