// How long somebody has to wait, as people say it.

import { countText } from '@prewatt/quantities';

/** `seconds` as the rest of a sentence: `40 seconds`, `3 minutes`. */
export function inWords(seconds: number): string {
  if (seconds <= 90) return countText(seconds, 'second');
  const minutes = Math.ceil(seconds / 60);
  return minutes <= 90 ? `${minutes} minutes` : `${Math.ceil(minutes / 60)} hours`;
}
