// What an entry of a new install job means, and what helps to write it.

import type { VendingKeyRow } from '@prewatt/api';
import { err } from '@prewatt/quantities';
import { readText } from '../../text/entries.ts';

/** The customer's name; empty where nobody lives there, but then no phone is given either. */
export const readCustomer = (phone: string) => (text: string) =>
  text.trim() === '' && phone.trim() !== ''
    ? err('Whose phone is it? Write the name, or leave the phone empty.')
    : readText(text, 0, 200);

/** Groups and revisions that a meter may have: those whose key sells. */
export function keysNote(
  keys: readonly Pick<VendingKeyRow, 'supplyGroupCode' | 'keyRevision' | 'use'>[] | undefined,
): string | undefined {
  if (keys === undefined) return undefined;
  const usable = keys.filter(({ use }) => use === 'usable');
  if (usable.length === 0) return 'No vending key is loaded yet; load one first.';
  const known = usable.map((key) => `${key.supplyGroupCode} revision ${key.keyRevision}`);
  const [shown, more] = [known.slice(0, 4), known.length - 4];
  return `There are keys for ${shown.join(', ')}${more > 0 ? ` and ${more} more` : ''}`;
}
