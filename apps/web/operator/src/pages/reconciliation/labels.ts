// Reconciliation in words.

import type { DifferenceRow, ReconciliationKind } from '@prewatt/api';
import { countText } from '@prewatt/quantities';
import type { Label, Tone } from '../../text/labels.ts';

export const kindLabels: Record<
  ReconciliationKind,
  { readonly name: string; readonly what: string }
> = {
  settlement: {
    name: 'Settlement of a payment provider',
    what: 'Payments one by one, as the provider counts them. Compared with our payments.',
  },
  bank: {
    name: 'Statement of a bank',
    what: 'What has arrived. Compared with the batches of the settlements.',
  },
};

export const whatLabels: Record<DifferenceRow['what'], string> = {
  missingHere: 'They have it, we do not',
  missingThere: 'We have it, they do not',
  amountDiffers: 'The amounts differ',
  duplicate: 'They have it more than once',
};

export const stateLabels: Record<DifferenceRow['state'], Label> = {
  open: { text: 'Open', tone: 'bad' },
  explained: { text: 'Explained', tone: 'warn' },
  closed: { text: 'Closed', tone: 'good' },
};

/** A week is usual until a provider pays out; a month is not. */
export function ageLabel(days: number): Label {
  const tone: Tone = days > 30 ? 'bad' : days > 7 ? 'warn' : 'quiet';
  return { text: days === 0 ? 'today' : countText(days, 'day'), tone };
}
