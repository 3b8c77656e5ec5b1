// What is typed about a new meter, as the API wants it.

import { err, ok } from '@prewatt/quantities';
import type { Read } from '../../text/entries.ts';

/** As it stands on the meter's card, in groups or not; the server looks at the check digits. */
export function readMeterPan(text: string): Read<string> {
  const digits = text.replace(/[\s-]/g, '');
  return /^\d{18}$/.test(digits) ? ok(digits) : err('Write the 18 digits of the meter.');
}

export function readKeyRevision(text: string): Read<number> {
  return /^[1-9]$/.test(text.trim()) ? ok(Number(text.trim())) : err('Write a digit from 1 to 9.');
}

/** Nothing -> null, which is a meter without a link. */
export function readLinkHash(text: string): Read<string | null> {
  const words = text.trim().toLowerCase();
  if (words === '') return ok(null);
  return /^[0-9a-f]{64}$/.test(words) ? ok(words) : err('Write 64 hexadecimal digits, or nothing.');
}
