// Compares a secret with what a stranger sent, in a time that does not tell how much of it fits.

import { timingSafeEqual } from 'node:crypto';

/** Of any letters: the bytes are compared, of which one letter may have several. */
export function isSameText(given: string, secret: string): boolean {
  const [ours, theirs] = [Buffer.from(secret), Buffer.from(given)];
  return ours.length === theirs.length && timingSafeEqual(ours, theirs);
}
