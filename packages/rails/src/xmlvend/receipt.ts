// The transactions of a vend answer: tokens by kind, the money beside them, and whether it adds up.
// A free-units transaction may come first; a VAT line of zero is none.

import { decimalOf, exponentOf, toMinor } from '../base/amounts.ts';
import {
  childOf,
  childrenOf,
  descendants,
  nodeAt,
  type XmlNode,
  xmlAttribute,
  xmlText,
} from '../base/xml.ts';
import { tokenDigits } from '../vending-json/answer.ts';
import { typeOf } from './message.ts';

export type Charge = {
  readonly type: 'debt' | 'service' | 'account';
  readonly amount: string;
  readonly desc: string | null;
  readonly account: string | null;
  readonly balance: string | null;
};

export type VendReceipt = {
  readonly receiptNo: string | null;
  readonly keyChange: readonly string[];
  readonly freeTokens: readonly string[];
  readonly tokens: readonly string[];
  /** Something stood where a token must, and is none. */
  readonly badToken: boolean;
  readonly placeholder: boolean;
  readonly units: string | null;
  readonly unit: string | null;
  readonly freeUnits: string | null;
  /** Decimal text; null where the answer names none. */
  readonly net: string | null;
  readonly tax: string | null;
  readonly charges: readonly Charge[];
  readonly tender: string | null;
  readonly change: string | null;
  readonly symbol: string | null;
  readonly balanced: boolean;
  /** What the customer paid in the end, minor units; null when nothing says it. */
  readonly paidMinor: bigint | null;
  readonly meters: readonly string[];
  readonly algorithm: string | null;
  readonly tokenTech: string | null;
  readonly supplyGroupCode: string | null;
  readonly keyRevision: string | null;
  readonly tariffIndex: string | null;
  readonly tariff: string | null;
  readonly steps: readonly { readonly units: string; readonly rate: string }[];
};

/** Reads an answer that carries transactions; `currency` decides how amounts are added. */
export function readReceipt(answer: XmlNode, currency: string): VendReceipt {
  const receipt =
    answer.children.find((child) => /Receipt$/.test(child.name)) ??
    descendants(answer, 'creditVendReceipt')[0];
  const transactions = childOf(receipt, 'transactions') ?? receipt;
  const list = childrenOf(transactions, 'tx').slice(0, 100);
  const tokens = tokensOf(list);
  const money = moneyOf(list, transactions, currency);
  const sale = list.find(
    (tx) =>
      kindOf(childOf(tx, 'creditTokenIssue')) !== 'free' &&
      childOf(tx, 'creditTokenIssue') !== undefined,
  );
  const issue = childOf(sale, 'creditTokenIssue');
  const detail = childOf(issue, 'meterDetail') ?? descendants(receipt, 'meterDetail')[0];
  const type = childOf(detail, 'meterType');
  return {
    receiptNo: xmlAttribute(receipt, 'receiptNo') ?? xmlAttribute(list[0], 'receiptNo'),
    ...tokens,
    unit: unitName(xmlAttribute(childOf(issue, 'units'), 'siUnit')),
    ...money,
    meters: descendants(receipt, 'meterDetail').flatMap((each) => xmlAttribute(each, 'msno') ?? []),
    algorithm: xmlAttribute(type, 'at'),
    tokenTech: xmlAttribute(type, 'tt'),
    supplyGroupCode: xmlAttribute(detail, 'sgc'),
    keyRevision: xmlAttribute(detail, 'krn'),
    tariffIndex: xmlAttribute(detail, 'ti'),
    tariff: xmlText(sale, 'tariff', 'name'),
    steps: descendants(receipt, 'Step')
      .slice(0, 50)
      .flatMap((step) => {
        const units = xmlAttribute(childOf(step, 'units'), 'value');
        const rate = xmlAttribute(childOf(step, 'rate'), 'value');
        return units === null || rate === null ? [] : [{ units, rate }];
      }),
  };
}

const kindOf = (issue: XmlNode | undefined): 'free' | 'sale' =>
  /^(FBE|Free)/.test(typeOf(issue) ?? '') ? 'free' : 'sale';

const unitName = (text: string | null): string | null =>
  text !== null && /^kwh$/i.test(text) ? 'kWh' : text;

function tokensOf(list: readonly XmlNode[]) {
  const found = { keyChange: [] as string[], freeTokens: [] as string[], tokens: [] as string[] };
  let [badToken, placeholder] = [false, false];
  let [units, freeUnits]: [string | null, string | null] = [null, null];
  const take = (text: string | null, into: string[]): void => {
    const digits = tokenDigits(text);
    if (digits !== null) into.push(digits);
    // Sixteen or twenty zeros stand for the token of a trial.
    else if (/^(0{16}|0{20})$/.test((text ?? '').replace(/[\s-]/g, ''))) placeholder = true;
    else badToken = true;
  };
  for (const tx of list) {
    const issue = childOf(tx, 'creditTokenIssue');
    if (issue !== undefined) {
      const free = kindOf(issue) === 'free';
      const ciphers = descendants(issue, 'stsCipher');
      for (const cipher of ciphers)
        take(cipher.text.trim(), free ? found.freeTokens : found.tokens);
      if (ciphers.length === 0 && nodeAt(issue, 'token') !== undefined) badToken = true;
      const value = xmlAttribute(childOf(issue, 'units'), 'value');
      if (free) freeUnits = added(freeUnits, value);
      else units = added(units, value);
    }
    for (const change of childrenOf(tx, 'kcTokenIssue')) {
      const token = childOf(change, 'token');
      const parts = [
        'set1stMeterKey',
        'set2ndMeterKey',
        'set3rdMeterKey',
        'set4thMeterKey',
      ].flatMap((name) => xmlText(token, name, 'stsCipher') ?? xmlText(token, name) ?? []);
      const ciphers =
        parts.length > 0 ? parts : descendants(change, 'stsCipher').map((each) => each.text);
      for (const cipher of ciphers) take(cipher, found.keyChange);
    }
  }
  return { ...found, badToken, placeholder, units, freeUnits };
}

/** The sum of two decimal texts; one alone stays as it was written. */
function added(sum: string | null, value: string | null): string | null {
  if (sum === null || value === null) return sum ?? value;
  const decimals = Math.max(...[sum, value].map((each) => each.split('.')[1]?.length ?? 0));
  const [a, b] = [toMinor(sum, decimals), toMinor(value, decimals)];
  return a === null || b === null ? sum : decimalOf(a + b, decimals);
}

/** A charge may be less than nothing: prepaid money that is used. */
function signedMinor(text: string | null, exponent: number): bigint | null {
  if (text?.startsWith('-') !== true) return toMinor(text, exponent);
  const amount = toMinor(text.slice(1), exponent);
  return amount === null ? null : -amount;
}

const chargeTypes: Readonly<Record<string, Charge['type']>> = {
  DebtRecoveryTx: 'debt',
  ServiceChrgTx: 'service',
  PayAccTx: 'account',
};

function moneyOf(list: readonly XmlNode[], transactions: XmlNode | undefined, currency: string) {
  const exponent = exponentOf(currency);
  const minor = (node: XmlNode | undefined) => signedMinor(xmlAttribute(node, 'value'), exponent);
  const show = (amount: bigint) => decimalOf(amount, exponent);
  let [net, tax, charged, unreadable] = [0n, 0n, 0n, false];
  const charges: Charge[] = [];
  for (const tx of list) {
    const amount = minor(childOf(tx, 'amt'));
    if (amount === null) unreadable ||= childOf(tx, 'amt') !== undefined;
    for (const each of childrenOf(tx, 'tax')) tax += minor(childOf(each, 'amt')) ?? 0n;
    const type = chargeTypes[typeOf(tx) ?? ''];
    if (type === undefined) {
      net += amount ?? 0n;
    } else if (amount !== null && amount !== 0n) {
      charged += amount;
      const account = xmlText(tx, 'accNo');
      const balance = xmlAttribute(childOf(tx, 'balance'), 'value');
      charges.push({ type, amount: show(amount), desc: xmlText(tx, 'accDesc'), account, balance });
    }
  }
  const tendered = minor(childOf(transactions, 'tenderAmt'));
  const change = minor(childOf(transactions, 'change'));
  const rounded = minor(childOf(transactions, 'lessRound'));
  const total = net + tax + charged;
  const paidMinor = tendered === null ? rounded : tendered - (change ?? 0n);
  return {
    net: list.length === 0 ? null : show(net),
    tax: list.length === 0 ? null : show(tax),
    charges,
    tender: tendered === null ? null : show(tendered),
    change: change === null ? null : show(change),
    symbol: symbolOf(list, transactions),
    balanced:
      !unreadable && list.length > 0 && (paidMinor === null || isNear(total, paidMinor, rounded)),
    paidMinor: paidMinor ?? (list.length === 0 ? null : total),
  };
}

// What rounding took away is stated as the total after it; without that nothing may be missing.
const isNear = (total: bigint, paid: bigint, rounded: bigint | null): boolean =>
  total === paid || (rounded === paid && total > paid && total - paid < 100n);

/** "ZAR", or a sign such as "R" that names no currency. */
function symbolOf(list: readonly XmlNode[], transactions: XmlNode | undefined): string | null {
  const nodes = [...list.map((tx) => childOf(tx, 'amt')), childOf(transactions, 'tenderAmt')];
  return nodes.map((node) => xmlAttribute(node, 'symbol')).find((each) => each !== null) ?? null;
}
