// A sale's state in plain words: total maps, so that a new state does not compile until it has
// words.

import type { SaleState } from '@prewatt/api';
import type { Words } from './text/texts.ts';

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

const tones: Readonly<Record<SaleState, Pick<SaleLabel, 'tone' | 'final'>>> = {
  awaitingPayment: { tone: 'busy', final: false },
  paymentRefused: { tone: 'bad', final: true },
  // A payment that comes late still counts, so this page keeps looking.
  paymentExpired: { tone: 'bad', final: false },
  issued: { tone: 'busy', final: false },
  delivered: { tone: 'good', final: true },
  stuck: { tone: 'bad', final: false },
  reversed: { tone: 'busy', final: true },
};

type Bought = {
  readonly energyWh: string | null;
  readonly creditMinor: string | null;
  readonly paidDebts?: true;
};

/** Money that was paid into a wallet: no energy is on its way, and no token. */
export const isIntoBalance = ({ energyWh, creditMinor }: Bought): boolean =>
  energyWh === '0' && creditMinor === null;

export function saleLabel(
  sale: Bought & { readonly state: SaleState },
  words: Words['sale'],
): SaleLabel {
  const { state } = sale;
  const label = { short: words[state], title: words[`${state}Title`], ...tones[state] };
  if (state !== 'delivered') return label;
  if (sale.paidDebts === true) {
    return { ...label, short: words.paidOwed, title: words.paidOwedTitle };
  }
  if (sale.creditMinor !== null) return { ...label, title: words.inMoneyTitle };
  if (!isIntoBalance(sale)) return label;
  return { ...label, short: words.inBalance, title: words.inBalanceTitle };
}
