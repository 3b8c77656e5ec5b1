// Bank statements in words.

import type { BankPreview, BankSource, BankStatement } from '@prewatt/api';
import type { Label } from '../../text/labels.ts';

export const sourceLabels: Record<BankSource, string> = {
  bank: 'A bank account',
  daraja: 'M-Pesa’s pay-bill (list of the portal)',
};

/** Behind one payment, and behind a number of them. */
export const goesToTexts: Record<BankPreview['rows'][number]['goesTo'], string> = {
  meter: 'for a meter',
  payment: 'for a purchase',
  list: 'to unallocated money',
  before: 'came before',
  reversal: 'taken back by the bank',
};

export const stateLabels: Record<BankStatement['state'], Label> = {
  awaiting: { text: 'Awaits a second person', tone: 'busy' },
  working: { text: 'Being taken', tone: 'busy' },
  done: { text: 'Taken', tone: 'good' },
  withdrawn: { text: 'Not allowed', tone: 'quiet' },
};
