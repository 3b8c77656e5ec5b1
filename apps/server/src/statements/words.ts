// What an entry of a statement says to people, and what its money was for. One sentence for each
// act; a new act does not compile until it has one.

import type { QuoteLineJson, StatementEntryKind } from '@prewatt/api';
import { formatKwh } from '@prewatt/quantities';
import type { EntryAct, EntryRow, Facts } from './store.ts';

export const kindOf: Record<EntryAct, StatementEntryKind> = {
  payment: 'payment',
  vendorSale: 'payment',
  sale: 'purchase',
  reversal: 'reversal',
  moveOut: 'moveOut',
  moveIn: 'moveIn',
  refund: 'refund',
  creditNote: 'creditNote',
  openingBalance: 'openingBalance',
  openingDebt: 'openingDebt',
  charge: 'charge',
  writeOff: 'writeOff',
  late: 'lateAcceptance',
};

const wentTo: Readonly<Record<string, string>> = {
  prepaid: 'The money is kept for the next purchase.',
  refund: 'The money is paid back.',
  vendor: 'The shop gives the money back.',
  connection: 'The money goes to the right connection.',
};

/** A sentence without the amount. */
export function sentenceOf(row: EntryRow, facts: Facts): string {
  const correction = facts.corrections.get(row.correction_id ?? '');
  const because = correction === undefined ? '' : ` Reason: ${correction.reason}`;
  const debt = facts.debts.get(row.debt_id ?? '') ?? 'debt';
  const other = correction?.otherName ?? 'another connection';
  switch (row.act) {
    case 'payment': {
      const payment = facts.payments.get(row.payment_id ?? '');
      if (payment === undefined) return 'Paid.';
      const named = payment.reference === '' ? '' : `, number ${payment.reference}`;
      return `Paid through ${payment.provider}${named}.`;
    }
    case 'vendorSale':
      return `Paid in cash at ${facts.vendors.get(row.sale_id ?? '') ?? 'a shop'}.`;
    case 'sale': {
      const energyWh = facts.sales.get(row.sale_id ?? '')?.energyWh ?? null;
      return energyWh === null ? 'Bought electricity.' : `Bought ${formatKwh(energyWh)} kWh.`;
    }
    case 'reversal':
      return `A purchase was undone. ${wentTo[correction?.moneyTo ?? ''] ?? ''}${because}`;
    case 'moveOut':
      return `Moved to ${other}, for which it was meant.${because}`;
    case 'moveIn':
      return `Moved here from ${other}, where it was paid by mistake.${because}`;
    case 'refund':
      return `To be paid back to the payer.${because}`;
    case 'creditNote':
      return `Credit note.${because}`;
    case 'openingBalance':
      return 'Brought over from the system of before.';
    case 'openingDebt':
      return `Owed from before: ${debt}.`;
    case 'charge':
      return `Charged: ${debt}.${because}`;
    case 'writeOff':
      return `No longer owed: ${debt}.${because}`;
    case 'late':
      return 'The token of an undone purchase was used all the same; it is owed now.';
  }
}

/** Of a purchase: its lines, as on its receipt. */
export function partsOf(
  row: EntryRow,
  facts: Facts,
): { readonly label: string; readonly amountMinor: string }[] {
  if (row.act !== 'sale') return [];
  const lines = (facts.sales.get(row.sale_id ?? '')?.lines ?? []) as readonly QuoteLineJson[];
  return lines.map(({ label, amountMinor }) => ({ label, amountMinor }));
}
