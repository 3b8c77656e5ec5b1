// What can be done about a sale afterwards, and why something cannot: said before anybody fills in
// a form. What only the server knows it answers when it is asked.

import type { SaleState } from '@prewatt/api';

export type PutRight = 'reprint' | 'reversal' | 'move' | 'creditNote';

/** Null: it may be asked for. */
export function whyNotPutRight(action: PutRight, state: SaleState): string | null {
  if (action === 'reprint') return null;
  if (state === 'reversed') return 'It was reversed';
  if (action === 'reversal' && state === 'delivered') return 'Its token is in the meter';
  return null;
}
