// CSV statements, by a mapping of columns that an operator states once: banks and M-Pesa's portal
// export such files where there is no interface. Quotes and either separator are read; a row whose
// amount is empty or not positive is no payment.

import { err, ok, type Result } from '@prewatt/quantities';
import { exponentOf, toMinor } from '../base/amounts.ts';
import { textOfBytes } from '../base/bytes.ts';
import { type BankFile, type BankPayment, type BankRefusal, printed, said } from './statement.ts';

/** Header names of the columns, as the file writes them. */
export type CsvMapping = {
  readonly id: string;
  readonly amount: string;
  readonly text: string;
  readonly date?: string;
  readonly payer?: string;
  /**
   * A column and the words that mean a finished payment ("Completed"); without it every row is
   * one.
   */
  readonly status?: { readonly column: string; readonly done: readonly string[] };
  readonly separator?: ',' | ';' | '\t';
  /** "1.234,50" instead of "1,234.50". */
  readonly decimalComma?: boolean;
  readonly currency: string;
};

/** M-Pesa's portal export of an organisation's pay-bill. */
export const mpesaPortalMapping: CsvMapping = {
  id: 'Receipt No.',
  amount: 'Paid In',
  text: 'A/C No.',
  date: 'Completion Time',
  payer: 'Details',
  status: { column: 'Transaction Status', done: ['Completed'] },
  currency: 'KES',
};

const longest = 16_000_000;

export function readBankCsv(raw: Uint8Array, mapping: CsvMapping): Result<BankFile, BankRefusal> {
  if (raw.length > longest) return err('too-large');
  const rows = rowsOf(textOfBytes(raw).replace(/^\uFEFF/, ''), mapping.separator ?? ',');
  const wanted = [mapping.id, mapping.amount, mapping.text];
  const headAt = rows.findIndex((row) => wanted.every((name) => row.includes(name)));
  const head = rows[headAt];
  if (head === undefined) return err('not-a-statement');
  const payments: BankPayment[] = [];
  let outgoing = 0;
  for (const row of rows.slice(headAt + 1)) {
    const cell = (name: string | undefined) =>
      name === undefined ? null : said(row[head.indexOf(name)]);
    const { status } = mapping;
    if (status !== undefined && !status.done.includes(cell(status.column) ?? '')) continue;
    const id = cell(mapping.id);
    const written = cell(mapping.amount);
    if (id === null || written === null) continue;
    const plain = plainAmount(written, mapping);
    if (plain === null) {
      outgoing += 1;
      continue;
    }
    const minor = toMinor(plain, exponentOf(mapping.currency));
    if (minor === null) return err('malformed-amount');
    if (minor > 0n) payments.push(payment({ id, minor, mapping, cell }));
  }
  return ok({
    format: 'csv',
    statements: 1,
    accounts: [],
    balanced: null,
    opening: null,
    closing: null,
    currency: mapping.currency,
    payments,
    reversals: [],
    held: false,
    ...{ pending: 0, outgoing },
  });
}

/**
 * "R 1 234.50" and "1'234.50" as digits; null for money that left: a minus before or behind, or
 * brackets.
 */
function plainAmount(written: string, { decimalComma, currency }: CsvMapping): string | null {
  const bare = written
    .slice(0, 60)
    .replace(/\u2212/g, '-')
    .replace(/^(?:[A-Z]{3}|[A-Z]{1,2}(?=[\s\d])|[\p{Sc}])\s?/u, (mark) =>
      mark.trim().length === 3 && mark.trim() !== currency ? mark : '',
    );
  if (/^-|-$|^\(.*\)$/.test(bare)) return null;
  const digits = bare.replace(/(?<=\d)[\s'\u2019](?=\d{3}(?!\d))/g, '');
  return decimalComma ? digits.replaceAll('.', '').replace(',', '.') : digits;
}

function payment(o: {
  readonly id: string;
  readonly minor: bigint;
  readonly mapping: CsvMapping;
  readonly cell: (name: string | undefined) => string | null;
}): BankPayment {
  const { id, minor, mapping, cell } = o;
  return {
    id,
    account: null,
    amountMinor: minor,
    amount: printed(minor, mapping.currency),
    currency: mapping.currency,
    payer: cell(mapping.payer),
    payerAccount: null,
    endToEndId: null,
    text: cell(mapping.text) ?? '',
    structuredRef: null,
    valueDate: cell(mapping.date)?.slice(0, 10) ?? null,
    entryDate: cell(mapping.date)?.slice(0, 10) ?? null,
  };
}

/** Rows of cells; a quote doubled inside quotes is one. One pass. */
function rowsOf(text: string, separator: string): string[][] {
  const rows: string[][] = [];
  let [row, cell, quoted]: [string[], string, boolean] = [[], '', false];
  for (let i = 0; i < text.length; i += 1) {
    const char = text[i] ?? '';
    if (quoted) {
      if (char !== '"') cell += char;
      else if (text[i + 1] === '"') {
        cell += '"';
        i += 1;
      } else quoted = false;
    } else if (char === '"') quoted = true;
    else if (char === separator) {
      row.push(cell.trim());
      cell = '';
    } else if (char === '\n') {
      rows.push([...row, cell.trim()]);
      [row, cell] = [[], ''];
    } else cell += char;
  }
  if (cell !== '' || row.length > 0) rows.push([...row, cell.trim()]);
  return rows;
}
