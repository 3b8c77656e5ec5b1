// camt.053 statements and camt.054 notifications (ISO 20022), any version: local names are matched,
// the version's number and the XML prefix are not. Only booked credits are money; a reversal is the
// opposite of what its sign suggests.

import { err, ok, type Result } from '@prewatt/quantities';
import { exponentOf, toMinor } from '../base/amounts.ts';
import { textOfBytes } from '../base/bytes.ts';
import {
  childOf,
  childrenOf,
  nodeAt,
  parseXml,
  type XmlNode,
  xmlAttribute,
  xmlText,
} from '../base/xml.ts';
import { type BankFile, type BankPayment, type BankRefusal, printed, said } from './statement.ts';

/** Reads a whole file of one or several statements. */
export function readCamt(raw: Uint8Array): Result<BankFile, BankRefusal> {
  const xml = parseXml(textOfBytes(raw));
  if (!xml.ok) return err(xml.error === 'too-deep' ? 'not-well-formed' : xml.error);
  const document = xml.value.name === 'Document' ? xml.value : childOf(xml.value, 'Document');
  const [format, body] = bodyOf(document);
  if (format === null || body === undefined) return err('not-a-statement');
  const parts = childrenOf(
    body,
    { 'camt.054': 'Ntfctn', 'camt.053': 'Stmt', 'camt.052': 'Rpt' }[format],
  );
  // Of the whole file: its pages are statements of one account.
  const ordinals = new Map<string, number>();
  const statements = parts.map((part) => readStatement(part, ordinals));
  if (statements.length === 0) return err('not-a-statement');
  if (statements.some((each) => each === null)) return err('malformed-amount');
  return ok(
    joined(
      format,
      statements.filter((each) => each !== null),
    ),
  );
}

type Format = 'camt.052' | 'camt.053' | 'camt.054';

function bodyOf(document: XmlNode | undefined): [Format | null, XmlNode | undefined] {
  const names = {
    'camt.053': 'BkToCstmrStmt',
    'camt.054': 'BkToCstmrDbtCdtNtfctn',
    'camt.052': 'BkToCstmrAcctRpt',
  } as const;
  for (const format of ['camt.053', 'camt.054', 'camt.052'] as const) {
    const body = childOf(document, names[format]);
    if (body !== undefined) return [format, body];
  }
  return [null, undefined];
}

type Statement = {
  readonly account: string | null;
  readonly currency: string | null;
  readonly opening: Amount | null;
  readonly closing: Amount | null;
  readonly balanced: boolean | null;
  readonly whole: boolean;
  readonly pending: number;
  readonly outgoing: number;
  readonly payments: readonly BankPayment[];
  readonly reversals: readonly BankPayment[];
};
type Amount = { readonly minor: bigint; readonly currency: string };

function joined(format: Format, statements: readonly Statement[]): BankFile {
  const stated = statements.filter(({ balanced }) => balanced !== null);
  const balanced = stated.length === 0 ? null : stated.every((each) => each.balanced === true);
  const [first] = statements;
  const last = statements.at(-1);
  const show = (amount: Amount | null | undefined) =>
    amount === null || amount === undefined ? null : printed(amount.minor, amount.currency);
  return {
    format,
    statements: statements.length,
    accounts: statements.flatMap(({ account }) => (account === null ? [] : [account])),
    balanced,
    opening: show(first?.opening),
    closing: show(last?.closing),
    currency: first?.currency ?? first?.opening?.currency ?? null,
    payments: statements.flatMap((each) => each.payments),
    reversals: statements.flatMap((each) => each.reversals),
    held: balanced === false || statements.some(({ whole }) => !whole),
    pending: statements.reduce((sum, each) => sum + each.pending, 0),
    outgoing: statements.reduce((sum, each) => sum + each.outgoing, 0),
  };
}

function readStatement(node: XmlNode, ordinals: Map<string, number>): Statement | null {
  const account = accountOf(childOf(node, 'Acct'));
  const balances = childrenOf(node, 'Bal').map(readBalance);
  const opening = balanceOf(balances, ['OPBD', 'PRCD', 'ITBD'], 'first');
  const closing = balanceOf(balances, ['CLBD', 'ITBD'], 'last');
  const payments: BankPayment[] = [];
  const reversals: BankPayment[] = [];
  let [moved, pending, outgoing, whole] = [0n, 0, 0, true];
  for (const node_ of childrenOf(node, 'Ntry')) {
    const entry = readEntry(node_);
    if (entry === null) return null;
    if (!entry.booked) {
      pending += 1;
      continue;
    }
    moved += entry.credit ? entry.minor : -entry.minor;
    const parts = partsOf(node_, { entry, account, ordinals });
    if (parts === null) return null;
    whole &&= parts.whole;
    outgoing += parts.against;
    if (entry.credit && !entry.reversal) payments.push(...parts.payments);
    if (!entry.credit && entry.reversal) reversals.push(...parts.payments);
    if (entry.credit === entry.reversal) outgoing += 1;
  }
  const known = opening !== null && closing !== null;
  return {
    account,
    currency: xmlText(node, 'Acct', 'Ccy'),
    opening,
    closing,
    balanced: known ? opening.minor + moved === closing.minor : null,
    whole,
    ...{ pending, outgoing },
    payments,
    reversals,
  };
}

const accountOf = (node: XmlNode | undefined): string | null =>
  xmlText(node, 'Id', 'IBAN') ?? xmlText(node, 'Id', 'Othr', 'Id');

type Balance = { readonly code: string; readonly amount: Amount };

function readBalance(node: XmlNode): Balance | null {
  const amount = amountOf(childOf(node, 'Amt'));
  if (amount === null) return null;
  const negative = xmlText(node, 'CdtDbtInd') === 'DBIT';
  const code = xmlText(node, 'Tp', 'CdOrPrtry', 'Cd') ?? '';
  return { code, amount: negative ? { ...amount, minor: -amount.minor } : amount };
}

function balanceOf(
  balances: readonly (Balance | null)[],
  codes: readonly string[],
  which: 'first' | 'last',
): Amount | null {
  for (const code of codes) {
    const found = balances.filter((each) => each?.code === code);
    const one = which === 'first' ? found[0] : found.at(-1);
    if (one !== undefined && one !== null) return one.amount;
  }
  return null;
}

function amountOf(node: XmlNode | undefined): Amount | null {
  const currency = xmlAttribute(node, 'Ccy')?.toUpperCase() ?? '';
  if (node === undefined || !/^[A-Z]{3}$/.test(currency)) return null;
  const minor = toMinor(node.text, exponentOf(currency));
  return minor === null ? null : { minor, currency };
}

type Entry = Amount & {
  readonly credit: boolean;
  readonly reversal: boolean;
  readonly booked: boolean;
  readonly ref: string | null;
};

function readEntry(node: XmlNode): Entry | null {
  const amount = amountOf(childOf(node, 'Amt'));
  if (amount === null) return null;
  // Text up to version 7, an element from 8 on.
  const status =
    xmlText(node, 'Sts', 'Cd') ?? xmlText(node, 'Sts', 'Prtry') ?? xmlText(node, 'Sts') ?? 'BOOK';
  return {
    ...amount,
    credit: xmlText(node, 'CdtDbtInd') === 'CRDT',
    reversal: ['true', '1'].includes(xmlText(node, 'RvslInd') ?? ''),
    booked: status === 'BOOK',
    ref: said(xmlText(node, 'AcctSvcrRef')),
  };
}

type Within = {
  readonly entry: Entry;
  readonly account: string | null;
  readonly ordinals: Map<string, number>;
};

function partsOf(
  node: XmlNode,
  { entry, account, ordinals }: Within,
): { readonly whole: boolean; readonly payments: BankPayment[]; readonly against: number } | null {
  const details = childrenOf(node, 'NtryDtls').flatMap((each) => childrenOf(each, 'TxDtls'));
  const transactions = details.length === 0 ? [undefined] : details;
  // Some banks write the reference of the entry at each of its payments: it names none of them.
  const refs = details.flatMap((each) => said(xmlText(each, 'Refs', 'AcctSvcrRef')) ?? []);
  const isNamed = new Set(refs).size === refs.length;
  const payments: BankPayment[] = [];
  let [sum, whole, against] = [0n, true, 0];
  for (const [index, transaction] of transactions.entries()) {
    const own = transactionAmount(transaction);
    const alone = transactions.length === 1;
    if (own === null && !alone) whole = false;
    const amount = own ?? (alone ? entry : { minor: 0n, currency: entry.currency });
    const isAgainst = isOpposite(transaction, entry) && !alone;
    if (amount.currency === entry.currency) sum += isAgainst ? -amount.minor : amount.minor;
    else whole = false;
    if (isAgainst) against += 1;
    else if (amount.minor > 0n || (own === null && !alone)) {
      const place = { node, transaction, entry, account, ordinals, index, alone, isNamed };
      payments.push(payment({ ...place, amount }));
    }
  }
  return { whole: whole && sum === entry.minor, payments, against };
}

/** A fee that the bank took off what it books in one sum. */
function isOpposite(transaction: XmlNode | undefined, { credit }: Entry): boolean {
  const mark = xmlText(transaction, 'CdtDbtInd');
  return mark === (credit ? 'DBIT' : 'CRDT');
}

function transactionAmount(node: XmlNode | undefined): Amount | null {
  return (
    amountOf(childOf(node, 'Amt')) ?? amountOf(nodeAt(node, 'AmtDtls', 'TxAmt', 'Amt')) ?? null
  );
}

type Part = Within & {
  readonly node: XmlNode;
  readonly transaction: XmlNode | undefined;
  readonly amount: Amount;
  readonly index: number;
  readonly alone: boolean;
  /** Each payment of the entry has a reference of its own. */
  readonly isNamed: boolean;
};

function payment(part: Part): BankPayment {
  const { node, transaction, amount, entry, account, index, alone, isNamed } = part;
  const debtor = nodeAt(transaction, 'RltdPties', 'Dbtr');
  const text = textOf(transaction);
  const date = (name: string) =>
    (xmlText(node, name, 'Dt') ?? xmlText(node, name, 'DtTm'))?.slice(0, 10) ?? null;
  const body = {
    account,
    amountMinor: amount.minor,
    amount: printed(amount.minor, amount.currency),
    currency: amount.currency,
    payer: xmlText(debtor, 'Nm') ?? xmlText(debtor, 'Pty', 'Nm'),
    payerAccount: accountOf(nodeAt(transaction, 'RltdPties', 'DbtrAcct')),
    endToEndId: said(xmlText(transaction, 'Refs', 'EndToEndId')),
    text: text === '' ? (alone ? (xmlText(node, 'AddtlNtryInf') ?? '') : '') : text,
    structuredRef: said(xmlText(transaction, 'RmtInf', 'Strd', 'CdtrRefInf', 'Ref')),
    valueDate: date('ValDt'),
    entryDate: date('BookgDt'),
  };
  const own = said(xmlText(transaction, 'Refs', 'AcctSvcrRef'));
  const shared = isNamed ? entry.ref : (own ?? entry.ref);
  const ofEntry = shared === null ? null : alone ? shared : `${shared}-${index + 1}`;
  return { id: (isNamed ? own : null) ?? ofEntry ?? fallbackId(body, part), ...body };
}

/** What the payer wrote, wherever his bank has put it. */
function textOf(transaction: XmlNode | undefined): string {
  const remittance = childOf(transaction, 'RmtInf');
  const structured = childrenOf(remittance, 'Strd');
  const written = [
    ...childrenOf(remittance, 'Ustrd'),
    ...structured.flatMap((each) => childrenOf(each, 'AddtlRmtInf')),
  ].flatMap((each) => each.text.trim() || []);
  return written.length > 0 ? written.join(' ') : (xmlText(transaction, 'AddtlTxInf') ?? '');
}

/** Where the bank names nothing: what the payment says, and how often the file said it before. */
function fallbackId(body: Omit<BankPayment, 'id'>, { ordinals, account }: Part): string {
  const key = [body.entryDate, body.amount, body.endToEndId, body.structuredRef, body.text].join(
    '|',
  );
  const counted = `${account ?? ''}|${key}`;
  const ordinal = (ordinals.get(counted) ?? 0) + 1;
  ordinals.set(counted, ordinal);
  return `${key}|${ordinal}`;
}
