// What an entry of a statement says to people, and what its money was for. One sentence for each
// kind of movement; a new kind does not compile until it has one.

import type { QuoteLineJson, StatementEntryKind } from '@prewatt/api';
import { formatKwh, zonedAt } from '@prewatt/quantities';
import type { Utility } from '../../registry/utilities/index.ts';
import { pricedEnergyText, unitPriceText } from '../../workflows/wallet/index.ts';
import type { CarriedFact, Facts } from './facts.ts';
import type { EntryKind, EntryRow } from './store.ts';

export const kindOf: Record<EntryKind, StatementEntryKind> = {
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
  fine: 'charge',
  writeOff: 'writeOff',
  upheldDebt: 'writeOff',
  upheldPaid: 'creditNote',
  late: 'lateAcceptance',
  use: 'use',
  carried: 'carried',
  lateToken: 'carried',
  freeCredit: 'creditNote',
  useOwed: 'carried',
  useRepaid: 'carried',
  allocation: 'payment',
};

const wentTo: Readonly<Record<string, string>> = {
  prepaid: 'The money is kept for the next purchase.',
  refund: 'The money is paid back.',
  vendor: 'The shop gives the money back.',
  connection: 'The money goes to the right connection.',
};

/** A sentence without the amount. */
export function sentenceOf(
  row: EntryRow,
  facts: Facts,
  { currency, zone }: Pick<Utility, 'currency' | 'zone'>,
): string {
  const correction = facts.corrections.get(row.correction_id ?? '');
  const because = correction === undefined ? '' : ` Reason: ${correction.reason}`;
  const debt = facts.debts.get(row.debt_id ?? '') ?? 'debt';
  const other = correction?.otherName ?? 'another connection';
  switch (row.act) {
    case 'payment':
      return paidSentence(facts.payments.get(row.payment_id ?? ''));
    case 'vendorSale':
      return `Paid in cash at ${facts.vendors.get(row.sale_id ?? '') ?? 'a shop'}.`;
    case 'sale': {
      const { energyWh = null, creditMinor = null } = facts.sales.get(row.sale_id ?? '') ?? {};
      if (creditMinor !== null) return 'Bought credit, in money on the meter.';
      if (energyWh === 0n) return 'Taken for what is owed.';
      return energyWh === null ? 'Bought electricity.' : `Bought ${formatKwh(energyWh)} kWh.`;
    }
    case 'use':
      return useSentence(facts.ratings.get(row.rating_id ?? ''), zone);
    case 'carried':
      return carriedSentence(facts.carried.get(row.posted_at), { currency, zone });
    case 'useOwed':
      return 'Use up to the change to token mode that the balance did not cover: owed from now on, and repaid bit by bit with what is bought.';
    case 'useRepaid':
      return 'What was given back for use pays what was still owed for it.';
    case 'lateToken': {
      const energyWh = facts.lateTokensWh.get(row.posted_at);
      const what = energyWh === undefined ? 'A token' : `A token of ${formatKwh(energyWh)} kWh`;
      return `${what} that the meter took after the change to the wallet, as money.`;
    }
    case 'reversal': {
      const rating = facts.ratings.get(row.rating_id ?? '');
      if (rating !== undefined) {
        return `Given back: use ${spanOf(rating, zone)}. ${rating.explanation ?? ''}`;
      }
      return `A purchase was undone. ${wentTo[correction?.moneyTo ?? ''] ?? ''}${because}`;
    }
    case 'moveOut':
      return `Moved to ${other}, for which it was meant.${because}`;
    case 'moveIn':
      return `Moved here from ${other}, where it was paid by mistake.${because}`;
    case 'refund':
      return `To be paid back to the payer.${because}`;
    case 'allocation':
      return `Paid to the provider without a purchase, and credited here.${because}`;
    case 'creditNote':
      return `Credit note.${because}`;
    case 'freeCredit':
      return freeCreditSentence(facts.freeCredit.get(row.posted_at));
    case 'openingBalance':
      return 'Brought over from the system of before.';
    case 'openingDebt':
      return `Owed from before: ${debt}.`;
    case 'charge':
    case 'fine':
      return `${row.act === 'fine' ? 'Fined' : 'Charged'}: ${debt}.${because}`;
    case 'upheldDebt':
    case 'upheldPaid':
    case 'writeOff':
      return givenUpSentence[row.act](debt, because);
    case 'late':
      return 'The token of an undone purchase was used all the same; it is owed now.';
  }
}

function paidSentence(payment: { provider: string; reference: string } | undefined): string {
  if (payment === undefined) return 'Paid.';
  const named = payment.reference === '' ? '' : `, number ${payment.reference}`;
  return `Paid through ${payment.provider}${named}.`;
}

type Sentence = (debt: string, because: string) => string;
const givenUpSentence: Readonly<Record<'writeOff' | 'upheldDebt' | 'upheldPaid', Sentence>> = {
  writeOff: (debt, because) => `No longer owed: ${debt}.${because}`,
  upheldDebt: (debt, because) => `Appeal upheld, no longer owed: ${debt}.${because}`,
  upheldPaid: (_, because) => `Given back, since the appeal was upheld.${because}`,
};

/** Energy that was left in the meter, or lent by it, and the price at which it became money. */
function carriedSentence(
  carried: CarriedFact | undefined,
  { currency, zone }: Pick<Utility, 'currency' | 'zone'>,
): string {
  if (carried === undefined) return 'What was left at the change between meter and wallet.';
  const at = zonedAt(carried.changedAtMs, zone);
  const change = `Change to the wallet on ${dayOf(at)}, ${clockOf(at)}`;
  if (carried.energyWh === 0n) return `${change}: the balance of the meter is in the wallet now.`;
  const isLent = carried.energyWh < 0n;
  const kwh = pricedEnergyText(carried.energyWh);
  const price = `${unitPriceText(carried, currency)} a kWh, with taxes`;
  return isLent
    ? `${change}: ${kwh} that the meter had lent are owed, at ${price}.`
    : `${change}: ${kwh} that were left in the meter became money, at ${price}.`;
}

function freeCreditSentence(
  given: { readonly energyWh: bigint; readonly reason: string } | undefined,
): string {
  if (given === undefined) return 'Free credit, as money.';
  const kwh = formatKwh(given.energyWh);
  return `Free credit of ${kwh} kWh, as money at the price of that day. ${given.reason}`;
}

type RatingFact = Facts['ratings'] extends ReadonlyMap<string, infer F> ? F : never;

function useSentence(rating: RatingFact | undefined, zone: string): string {
  if (rating === undefined) return 'Use.';
  const again = rating.explanation === null ? '' : ` Charged again: ${rating.explanation}`;
  const freeWh = ((rating.lines ?? []) as readonly { code?: string; energyWh?: string }[])
    .filter(({ code }) => code === 'free')
    .reduce((sum, { energyWh }) => sum + BigInt(energyWh ?? '0'), 0n);
  const free = freeWh === 0n ? '' : `, ${formatKwh(freeWh)} kWh of it free this month`;
  return `Used ${formatKwh(rating.energyWh)} kWh ${spanOf(rating, zone)}${free}.${again}`;
}

/** "on 24 Nov, 10:00 to 10:30" */
function spanOf(rating: RatingFact, zone: string): string {
  const at = (ms: number) => zonedAt(ms, zone);
  const start = at(rating.startsAtMs);
  return `on ${dayOf(start)}, ${clockOf(start)} to ${clockOf(at(rating.endsAtMs))}`;
}

const dayOf = (at: Temporal.ZonedDateTime): string =>
  at.toLocaleString('en-GB', { day: 'numeric', month: 'short' });
const clockOf = (at: Temporal.ZonedDateTime): string => at.toPlainTime().toString().slice(0, 5);

/** Of a purchase or of use: its lines, as on its receipt. */
export function partsOf(
  row: EntryRow,
  facts: Facts,
): { readonly label: string; readonly amountMinor: string }[] {
  if (row.act !== 'sale' && row.act !== 'use') return [];
  const found =
    row.act === 'sale'
      ? facts.sales.get(row.sale_id ?? '')?.lines
      : facts.ratings.get(row.rating_id ?? '')?.lines;
  const lines = (found ?? []) as readonly Pick<QuoteLineJson, 'label' | 'amountMinor'>[];
  return lines.map(({ label, amountMinor }) => ({ label, amountMinor }));
}
