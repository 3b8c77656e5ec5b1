// What any bank file says, in one shape: statements with their balances, money that came, and money
// that went back. A file whose balances do not add up is held, not booked in part.

import { decimalOf, exponentOf } from '../base/amounts.ts';

export type BankPayment = {
  /** With the account, the identity of this payment in every file that repeats it. */
  readonly id: string;
  readonly account: string | null;
  readonly amountMinor: bigint;
  readonly amount: string;
  readonly currency: string;
  readonly payer: string | null;
  readonly payerAccount: string | null;
  readonly endToEndId: string | null;
  /** Free text of the payer: a meter number is looked for in it. */
  readonly text: string;
  readonly structuredRef: string | null;
  /** YYYY-MM-DD. */
  readonly valueDate: string | null;
  readonly entryDate: string | null;
};

export type BankFile = {
  readonly format: 'camt.052' | 'camt.053' | 'camt.054' | 'mt940' | 'csv';
  readonly statements: number;
  readonly accounts: readonly string[];
  /** Null where the file states no balances (notifications, CSV). */
  readonly balanced: boolean | null;
  /** Of the first statement, decimal. */
  readonly opening: string | null;
  /** Of the last statement, decimal. */
  readonly closing: string | null;
  readonly currency: string | null;
  readonly payments: readonly BankPayment[];
  /** Credits that were taken back. */
  readonly reversals: readonly BankPayment[];
  /** Balances do not add up, or the parts of an entry do not: an operator looks first. */
  readonly held: boolean;
  /** Entries that are announced and not booked. */
  readonly pending: number;
  /** Booked entries of money that left the account, and debits that were given back. */
  readonly outgoing: number;
};

export type BankRefusal =
  | 'doctype'
  | 'too-large'
  | 'not-well-formed'
  | 'not-a-statement'
  | 'malformed-amount'
  | 'no-entries';

/** "55.00" for 5500 of a currency with two decimals, whatever decimals the file wrote. */
export const printed = (minor: bigint, currency: string): string =>
  decimalOf(minor, exponentOf(currency));

// NOTPROVIDED and NONREF are the formats' words for nothing.
export const said = (text: string | null | undefined): string | null => {
  const plain = text?.trim() ?? '';
  return plain === '' || /^(NOTPROVIDED|NONREF|NOTAVAILABLE)$/i.test(plain) ? null : plain;
};

/**
 * A date that exists: 30 February of a 30/360 bank becomes the month's last day. Null for others.
 */
export function realDate(year: number, month: number, day: number): string | null {
  if (month < 1 || month > 12 || day < 1 || day > 31) return null;
  const last = new Date(Date.UTC(year, month, 0)).getUTCDate();
  const two = (value: number) => String(value).padStart(2, '0');
  return `${year}-${two(month)}-${two(Math.min(day, last))}`;
}
