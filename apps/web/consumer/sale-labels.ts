// A sale's state in plain words: one total map, so that a new state does not compile until it has
// words.

import type { SaleState } from '@prewatt/api';

export type SaleTone = 'good' | 'busy' | 'bad';

export type SaleLabel = {
  /** For lists. */
  readonly short: string;
  /** Heading of the purchase's page. */
  readonly title: string;
  readonly tone: SaleTone;
  /** Nothing more will happen by itself: the page can stop asking. */
  readonly final: boolean;
};

export const saleLabels: Readonly<Record<SaleState, SaleLabel>> = {
  awaitingPayment: {
    short: 'Waiting for payment',
    title: 'Waiting for word of your payment',
    tone: 'busy',
    final: false,
  },
  paymentRefused: {
    short: 'Payment did not go through',
    title: 'Your payment did not go through',
    tone: 'bad',
    final: true,
  },
  // A payment that comes late still counts, so this page keeps looking.
  paymentExpired: {
    short: 'Not paid in time',
    title: 'No payment came in time',
    tone: 'bad',
    final: false,
  },
  issued: {
    short: 'Paid, token ready',
    title: 'Paid. Your token is ready',
    tone: 'busy',
    final: false,
  },
  delivered: {
    short: 'On your meter',
    title: 'Done. The electricity is on your meter',
    tone: 'good',
    final: true,
  },
  stuck: {
    short: 'Paid, we are fixing a problem',
    title: 'You have paid. We are fixing a problem',
    tone: 'bad',
    final: false,
  },
  reversed: {
    short: 'Undone',
    title: 'This purchase was undone',
    tone: 'busy',
    final: true,
  },
};

const inBalance = { short: 'In your balance', title: 'Done. The money is in your balance' };

const inMoney = { title: 'Done. The money is on your meter' };

const toDebts = { short: 'Paid what was owed', title: 'Done. It went to what was owed' };

type Bought = {
  readonly energyWh: string | null;
  readonly creditMinor: string | null;
  readonly paidDebts?: true;
};

/** Money that was paid into a wallet: no energy is on its way, and no token. */
export const isIntoBalance = ({ energyWh, creditMinor }: Bought): boolean =>
  energyWh === '0' && creditMinor === null;

export function wordsOf(sale: Bought & { readonly state: SaleState }): SaleLabel {
  const words = saleLabels[sale.state];
  if (sale.state !== 'delivered') return words;
  if (sale.paidDebts === true) return { ...words, ...toDebts };
  if (sale.creditMinor !== null) return { ...words, ...inMoney };
  return isIntoBalance(sale) ? { ...words, ...inBalance } : words;
}
