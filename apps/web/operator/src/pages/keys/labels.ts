// Vending keys in words, and what a custodian types.

import type { KeyLoad, VendingKeyRow } from '@prewatt/api';
import { err, ok } from '@prewatt/quantities';
import type { Read } from '../../text/entries.ts';
import type { Label } from '../../text/labels.ts';

export const useLabels: Record<VendingKeyRow['use'], Label> = {
  usable: { text: 'In use', tone: 'good' },
  keyChangeOnly: { text: 'For key changes only', tone: 'quiet' },
  expired: { text: 'Expired', tone: 'bad' },
  notBegun: { text: 'Not begun', tone: 'busy' },
};

export const loadLabels: Record<KeyLoad['state'], Label> = {
  collecting: { text: 'Collecting components', tone: 'busy' },
  awaitingApproval: { text: 'Awaits approval', tone: 'busy' },
  loaded: { text: 'Loaded', tone: 'good' },
  closed: { text: 'Closed', tone: 'quiet' },
};

export const keyTypeNames: Record<string, string> = {
  '0': '0, initialisation',
  '1': '1, default',
  '2': '2, unique',
  '3': '3, common',
};

export const componentDigits: Record<KeyLoad['dkga'], number> = { dkga02: 16, dkga04: 40 };

/** Hex digits, blanks between groups left out; of the length that the derivation needs. */
export function readComponent(text: string, dkga: KeyLoad['dkga']): Read<string> {
  const digits = text.replace(/\s/g, '');
  const needed = componentDigits[dkga];
  if (!/^[0-9a-fA-F]*$/.test(digits)) return err('Hex digits alone: 0 to 9 and A to F.');
  if (digits.length !== needed)
    return err(`It has ${needed} hex digits; these are ${digits.length}.`);
  return ok(digits);
}

/** Six hex digits, or nothing. */
export function readCheckValue(text: string): Read<string | undefined> {
  const digits = text.replace(/\s/g, '');
  if (digits === '') return ok(undefined);
  return /^[0-9a-fA-F]{6}$/.test(digits)
    ? ok(digits.toUpperCase())
    : err('A check value has six hex digits; leave it empty if the letter has none.');
}
