// MT940 statements as banks really write them: dates of two years in one line, missing last dashes,
// Latin-1 bytes, reversals before the mark and a currency's letter after it, and free text in three
// dialects.

import { err, ok, type Result } from '@prewatt/quantities';
import { exponentOf, toMinor } from '../base/amounts.ts';
import { textOfBytes } from '../base/bytes.ts';
import { hasCheckDigit } from '../base/meter-text.ts';
import {
  type BankFile,
  type BankPayment,
  type BankRefusal,
  printed,
  realDate,
  said,
} from './statement.ts';

const longest = 16_000_000;

export function readMt940(raw: Uint8Array): Result<BankFile, BankRefusal> {
  if (raw.length > longest) return err('too-large');
  const statements: Building[] = [];
  const ordinals = new Map<string, number>();
  for (const { tag, value } of fieldsOf(textOfBytes(raw))) {
    if (tag === '20') {
      statements.push(newStatement());
      continue;
    }
    const here = statements.at(-1);
    if (here === undefined) continue;
    const fault = take(here, { tag, value, ordinals });
    if (fault !== null) return err(fault);
  }
  const read = statements.filter((each) => each.opening !== null || each.lines.length > 0);
  return read.length === 0 ? err('not-a-statement') : ok(fileOf(read));
}

/**
 * Some programs indent the whole file by one and the same space, which is taken off. One line that
 * is indented among others is free text: whoever pays writes no line of a statement in it.
 */
function linesOf(text: string): string[] {
  const lines = text.replaceAll('\r\n', '\n').replaceAll('\r', '\n').split('\n');
  const first = lines.find((line) => /^\s*(?:\{[^}]*\}|\{4:)*:20:/.test(line.slice(0, 200)));
  const space = /^[ \t]{0,40}/.exec(first ?? '')?.[0] ?? '';
  return space === ''
    ? lines
    : lines.map((line) => (line.startsWith(space) ? line.slice(space.length) : line));
}

type Field = { readonly tag: string; readonly value: string };

function fieldsOf(text: string): Field[] {
  const fields: { tag: string; lines: string[] }[] = [];
  for (const line of linesOf(text)) {
    const head = /^(?:\{[^}]*\}|\{4:)*:(\d\d[A-Z]?|NS):/.exec(line.slice(0, 200));
    if (head !== null) fields.push({ tag: head[1] ?? '', lines: [line.slice(head[0].length)] });
    // A dash alone ends a statement; a line inside one may begin with a dash.
    else if (/^-\}?\s*$/.test(line)) fields.push({ tag: '-', lines: [] });
    else fields.at(-1)?.lines.push(line);
  }
  return fields.map(({ tag, lines }) => ({ tag, value: lines.join('\n').trimEnd() }));
}

type Line = {
  readonly minor: bigint;
  readonly credit: boolean;
  readonly reversal: boolean;
  readonly valueDate: string | null;
  readonly entryDate: string | null;
  customerRef: string | null;
  readonly bankRef: string | null;
  /** Its own second line, where no :86: says more. */
  readonly supplement: string;
  text: string;
  payer: string | null;
  payerAccount: string | null;
  id: string;
};
type Building = {
  account: string | null;
  opening: Balance | null;
  closing: Balance | null;
  lines: Line[];
};
type Balance = { readonly minor: bigint; readonly currency: string };

const newStatement = (): Building => ({ account: null, opening: null, closing: null, lines: [] });

function take(
  here: Building,
  { tag, value, ordinals }: Field & { readonly ordinals: Map<string, number> },
): BankRefusal | null {
  if (tag === '25') here.account ??= said(value.split('\n')[0]);
  if (tag === '60F' || tag === '60M') {
    here.opening ??= balanceOf(value);
    if (here.opening === null) return 'malformed-amount';
  }
  if (tag === '62F' || tag === '62M') {
    here.closing = balanceOf(value);
    if (here.closing === null) return 'malformed-amount';
  }
  if (tag === '61') {
    const line = readLine(value, here.opening?.currency ?? '');
    if (line === null) return 'malformed-amount';
    here.lines.push(line);
    nameLine(line, ordinals);
  }
  if (tag === '86') {
    const line = here.lines.at(-1);
    // Before the first line it is about the whole statement.
    if (line !== undefined && line.text === '' && here.closing === null) addText(line, value);
  }
  return null;
}

function balanceOf(value: string): Balance | null {
  const match = /^([CD])(\d{6})([A-Z]{3})(\d{1,15}(?:[,.]\d{0,5})?)/.exec(value.trim());
  if (match === null) return null;
  const [, mark, , currency = '', amount = ''] = match;
  const minor = toMinor(amount.replace(',', '.'), exponentOf(currency));
  if (minor === null) return null;
  return { minor: mark === 'D' ? -minor : minor, currency };
}

const lineShape =
  /^(\d{2})(\d{2})(\d{2})(\d{4}|\s{4})?(R?[CD])([A-Z])?(\d{1,15}(?:[,.]\d{0,5})?)([A-Z][A-Z0-9]{3})?([^\n]*)/;

function readLine(value: string, currency: string): Line | null {
  const match = lineShape.exec(value);
  if (match === null) return null;
  const [, yy = '', mm = '', dd = '', entry, mark = '', , amount = '', , rest = ''] = match;
  const minor = toMinor(amount.replace(',', '.'), exponentOf(currency));
  if (minor === null) return null;
  const year = 2000 + Number(yy);
  const [customer = '', bank = ''] = rest.split('//');
  return {
    minor,
    credit: mark.endsWith('C'),
    reversal: mark.startsWith('R'),
    valueDate: realDate(year, Number(mm), Number(dd)),
    entryDate: entry === undefined ? null : entryDate(year, Number(mm), entry),
    // A word in place of a reference says that one stands in the text.
    customerRef: /^[EKMP]REF$/.test(customer.trim()) ? null : said(customer),
    bankRef: said(bank),
    supplement: value.split('\n')[1]?.trim() ?? '',
    text: '',
    payer: null,
    payerAccount: null,
    id: '',
  };
}

/** Month and day of booking, in the year that is nearest to the value date. */
function entryDate(valueYear: number, valueMonth: number, entry: string): string | null {
  if (!/^\d{4}$/.test(entry)) return null;
  const month = Number(entry.slice(0, 2));
  const year = valueYear + (month - valueMonth < -6 ? 1 : month - valueMonth > 6 ? -1 : 0);
  return realDate(year, month, Number(entry.slice(2)));
}

function nameLine(line: Line, ordinals: Map<string, number>): void {
  const key = [line.entryDate ?? line.valueDate, line.minor, line.customerRef, line.bankRef].join(
    '|',
  );
  const ordinal = (ordinals.get(key) ?? 0) + 1;
  ordinals.set(key, ordinal);
  line.id = isName(line.bankRef) && ordinal === 1 ? line.bankRef : `${key}|${ordinal}`;
}

/**
 * Some banks write words there, or what the payer wrote: "FNB APP PAYMENT" of today is another
 * payment than that of tomorrow, and so is a meter's number.
 */
const isName = (bankRef: string | null): bankRef is string =>
  bankRef !== null && /^\S*\d\S*$/.test(bankRef) && !hasCheckDigit(bankRef);

function addText(line: Line, value: string): void {
  const lines = value
    .split('\n')
    .slice(0, 40)
    .map((each) => each.trimEnd());
  const structured = /^(\d{3})?([?>])\d\d/.exec(lines[0] ?? '');
  if (structured !== null) {
    addStructured(line, lines.join(''), structured[2] ?? '?');
    return;
  }
  const whole = lines.reduce(
    (text, each, index) =>
      // A full line of 65 characters was cut mid-word by the format, not by the payer.
      index === 0 ? each : text + ((lines[index - 1]?.length ?? 0) >= 65 ? '' : ' ') + each.trim(),
    '',
  );
  const slashed = /\/(?:REMI|RI)\/(?:USTD\/\/)?(.*?)(?:\/(?:[A-Z]{4}|[A-Z]{2})\/|$)/s.exec(whole);
  const text = (slashed?.[1] ?? whole).replace(/^STRD\/[A-Z]{3}\//, '').replace(/\/$/, '');
  line.text = text.replace(/\s+/g, ' ').trim();
  const [, account, , party] = /\/CNTP\/([^/]*)\/([^/]*)\/([^/]*)/.exec(whole) ?? [];
  line.payer = said(/\/(?:NAME|BN)\/([^/]*)/.exec(whole)?.[1] ?? party);
  line.payerAccount = said(account);
  line.customerRef ??= said(/\/EREF\/([^/]*)/.exec(whole)?.[1]);
}

/** German style: three digits, then numbered pieces; 20 to 29 and 60 to 63 are one text. */
function addStructured(line: Line, value: string, mark: string): void {
  const pieces = value.slice(0, 4000).split(mark);
  let text = '';
  let name = '';
  for (const piece of pieces) {
    const number = Number(piece.slice(0, 2));
    const content = piece.slice(2);
    if (!/^\d\d/.test(piece)) continue;
    if ((number >= 20 && number <= 29) || (number >= 60 && number <= 63)) text += content;
    if (number === 31) line.payerAccount = said(content);
    if (number === 32 || number === 33) name += content;
  }
  line.text = text.trim();
  line.payer = said(name);
  line.customerRef ??= said(/EREF\+(.*?)(?=[A-Z]{4}\+|$)/.exec(text)?.[1]);
}

function fileOf(statements: readonly Building[]): BankFile {
  const currency = statements.find((each) => each.opening !== null)?.opening?.currency ?? '';
  const stated = statements.filter((each) => each.opening !== null && each.closing !== null);
  const balanced = stated.length === 0 ? null : stated.every(isBalanced);
  const [first] = statements;
  const last = statements.at(-1);
  const show = (balance: Balance | null | undefined) =>
    balance === null || balance === undefined ? null : printed(balance.minor, balance.currency);
  const of = (credit: boolean, reversal: boolean) =>
    statements.flatMap((each) =>
      each.lines
        .filter((line) => line.credit === credit && line.reversal === reversal && line.minor > 0n)
        .map((line) => paymentOf(line, each, each.opening?.currency ?? currency)),
    );
  return {
    format: 'mt940',
    statements: statements.length,
    accounts: statements.flatMap(({ account }) => (account === null ? [] : [account])),
    balanced,
    opening: show(first?.opening),
    closing: show(last?.closing),
    currency: currency === '' ? null : currency,
    payments: of(true, false),
    // RC: a credit that is taken back; RD gives a debit back and is no sale.
    reversals: of(true, true),
    held: balanced === false,
    ...{ pending: 0, outgoing: of(false, false).length + of(false, true).length },
  };
}

function isBalanced({ opening, closing, lines }: Building): boolean {
  const moved = lines.reduce(
    (sum, { minor, credit, reversal }) => sum + (credit !== reversal ? minor : -minor),
    0n,
  );
  return (opening?.minor ?? 0n) + moved === (closing?.minor ?? 0n);
}

function paymentOf(line: Line, { account }: Building, currency: string): BankPayment {
  return {
    id: line.id,
    account,
    amountMinor: line.minor,
    amount: printed(line.minor, currency),
    currency,
    payer: line.payer,
    payerAccount: line.payerAccount,
    endToEndId: line.customerRef,
    text: line.text === '' ? line.supplement : line.text,
    structuredRef: null,
    valueDate: line.valueDate,
    entryDate: line.entryDate,
  };
}
