// Answers that carry a sale, a trial, free units or a copy of them, and confirmations of customers:
// what stands around the transactions, and the transactions themselves.

import { decimalOf, toMinor } from '../base/amounts.ts';
import { type AnswerHead, element, headOf, money, words, type XmlOut } from './write.ts';

/** What an answer says of vendor, utility and customer beside what was asked. */
export type Standing = {
  /** What the vendor may still sell for, decimal. */
  readonly availCredit: string;
  readonly symbol: string;
  readonly open: { readonly shift: boolean; readonly sales: boolean; readonly bank: boolean };
  readonly utility: string;
  /** Empty where the utility has written none. */
  readonly utilityAddress: string;
  readonly utilityTaxRef: string;
  readonly vendor: string;
  readonly customer: WrittenCustomer | null;
};
export type WrittenCustomer = {
  readonly name: string | null;
  readonly address: string | null;
};

export type MeterDetail = {
  readonly msno: string;
  readonly sgc: string;
  readonly krn: string;
  readonly ti: string;
  /** Encryption algorithm and token technology: "07", "02". */
  readonly at: string;
  readonly tt: string;
};

export type WrittenIssue = {
  readonly kind: 'sale' | 'free' | 'fbe';
  readonly token: string;
  readonly units: string;
  readonly siUnit: string;
};

export type WrittenTax = {
  readonly amountMinor: bigint;
  /** Of what it is a share, "15"; null for one that is no share, such as a sum per kWh. */
  readonly percent: string | null;
};

export type WrittenTx =
  | {
      readonly kind: 'sale';
      /** Without taxes, minor units. */
      readonly netMinor: bigint;
      readonly taxes: readonly WrittenTax[];
      readonly issue: WrittenIssue | null;
      readonly keyChange: readonly string[];
      /** Lifts or sets a limit of power; entered after a key change, before the sale's token. */
      readonly powerLimit: readonly string[];
      readonly tariff: string | null;
    }
  | {
      readonly kind: 'debt' | 'service' | 'account';
      readonly amountMinor: bigint;
      readonly desc: string;
    };

export type WrittenReceipt = {
  readonly receiptNo: string;
  readonly meter: MeterDetail;
  readonly symbol: string;
  readonly scale: number;
  readonly transactions: readonly WrittenTx[];
  readonly tenderMinor: bigint;
  readonly changeMinor: bigint;
};

export const meterDetailOf = (meter: MeterDetail): XmlOut =>
  element(
    'b:meterDetail',
    { msno: meter.msno, sgc: meter.sgc, krn: meter.krn, ti: meter.ti },
    element('b:meterType', { at: meter.at, tt: meter.tt }),
  );

const openOr = (isOpen: boolean): string => (isOpen ? 'open' : 'closed');

/** What begins every answer about a meter or a vendor. */
export const standingOf = (standing: Standing): readonly XmlOut[] =>
  [
    element(
      'b:clientStatus',
      {},
      money('b:availCredit', standing.availCredit, standing.symbol),
      element('b:batchStatus', {
        banking: openOr(standing.open.bank),
        sales: openOr(standing.open.sales),
        shift: openOr(standing.open.shift),
      }),
    ),
    element('b:utility', {
      ...{ name: standing.utility, address: standing.utilityAddress },
      taxRef: standing.utilityTaxRef === '' ? null : standing.utilityTaxRef,
    }),
    element('b:vendor', { name: standing.vendor, address: '' }),
    standing.customer === null
      ? null
      : element('b:custVendDetail', {
          name: standing.customer.name,
          address: standing.customer.address,
        }),
  ].filter((each) => each !== null);

export type VendElement = 'creditVend' | 'trialCreditVend' | 'fbe' | 'freeIssue';

/** The elements inside a vend's answer: what an advice hands on, too. */
export const vendParts = (
  head: AnswerHead,
  standing: Standing,
  receipt: WrittenReceipt,
): readonly XmlOut[] => [...headOf(head), ...standingOf(standing), receiptOf(receipt)];

/** The same for money that paid an account. */
export const payAccParts = (
  head: AnswerHead,
  standing: Standing,
  receipt: WrittenReceipt,
): readonly XmlOut[] => [
  ...headOf(head),
  ...standingOf(standing),
  receiptOf(receipt, 'r:payAccReceipt'),
];

export function receiptOf(receipt: WrittenReceipt, name = 'r:creditVendReceipt'): XmlOut {
  const { receiptNo, symbol, scale, tenderMinor, changeMinor } = receipt;
  const amount = (name: string, minor: bigint) => money(name, decimalOf(minor, scale), symbol);
  return element(
    name,
    { receiptNo },
    element(
      'r:transactions',
      {},
      ...receipt.transactions.map((tx) => txOf(receipt, tx)),
      amount('r:tenderAmt', tenderMinor),
      amount('r:change', changeMinor),
    ),
  );
}

const chargeTypes = { debt: 'DebtRecoveryTx', service: 'ServiceChrgTx', account: 'PayAccTx' };

function txOf(receipt: WrittenReceipt, tx: WrittenTx): XmlOut {
  const { receiptNo, symbol, scale, meter } = receipt;
  const amount = (name: string, minor: bigint) => money(name, decimalOf(minor, scale), symbol);
  if (tx.kind !== 'sale') {
    return element(
      'r:tx',
      { 'xsi:type': `r:${chargeTypes[tx.kind]}`, receiptNo },
      amount('r:amt', tx.amountMinor),
      element('r:accDesc', {}, tx.desc),
    );
  }
  return element(
    'r:tx',
    { 'xsi:type': 'r:CreditVendTx', receiptNo },
    amount('r:amt', tx.netMinor),
    ...tx.taxes.map((tax) =>
      element(
        'r:tax',
        { 'xsi:type': 'b:VAT', rate: rateOf(tax, tx.netMinor) },
        amount('b:amt', tax.amountMinor),
      ),
    ),
    tx.issue === null ? null : issueOf(tx.issue, meter),
    tx.keyChange.length + tx.powerLimit.length === 0 ? null : keyChangeOf(tx, meter),
    tx.tariff === null ? null : element('r:tariff', {}, element('b:name', {}, tx.tariff)),
  );
}

/**
 * The tariff's rate to four decimals, or six where it has them: a tax may be of fees, too, which
 * are transactions of their own. Without one, what the receipt's own figures give.
 */
function rateOf({ amountMinor: tax, percent }: WrittenTax, net: bigint): string {
  const micro = toMinor(percent, 4);
  if (micro !== null) return decimalOf(micro, 6).replace(/00$/, '');
  return net <= 0n ? '0.0000' : decimalOf((tax * 20_000n + net) / (net * 2n), 4);
}

const issueTypes = {
  sale: 'SaleCredTokenIssue',
  free: 'FreeCredTokenIssue',
  fbe: 'FBECredTokenIssue',
};
const issueNames = { sale: 'Credit', free: 'Free credit', fbe: 'Free basic electricity' };

function issueOf({ kind, token, units, siUnit }: WrittenIssue, meter: MeterDetail): XmlOut {
  return element(
    'r:creditTokenIssue',
    { 'xsi:type': `b:${issueTypes[kind]}` },
    element('b:desc', {}, issueNames[kind]),
    meterDetailOf(meter),
    sts(token),
    element('b:units', { value: units, siUnit }),
    element('b:resource', { 'xsi:type': 'b:Electricity' }),
  );
}

const cipher = (digits: string): XmlOut => element('b:stsCipher', {}, digits);
const sts = (digits: string): XmlOut =>
  element('b:token', { 'xsi:type': 'b:STS1Token' }, cipher(digits));

const keyParts = ['set1stMeterKey', 'set2ndMeterKey', 'set3rdMeterKey', 'set4thMeterKey'];

/** A set of key-change tokens, in the order in which they are entered. */
export function keyChangeOf(
  tx: { readonly keyChange: readonly string[]; readonly powerLimit: readonly string[] },
  meter: MeterDetail,
): XmlOut {
  const parts = tx.keyChange.map((digits, index) =>
    element(`b:${keyParts[index] ?? 'setMeterKey'}`, {}, cipher(digits)),
  );
  return element(
    'r:kcTokenIssue',
    {},
    element('b:desc', {}, tx.keyChange.length > 0 ? 'Key change' : 'Power limit'),
    meterDetailOf(meter),
    parts.length === 0 ? null : element('b:token', { 'xsi:type': 'b:KCToken' }, ...parts),
    ...tx.powerLimit.map((digits) => element('b:pwrLmtToken', {}, cipher(digits))),
  );
}

export type WrittenConfirmation = {
  readonly customer: WrittenCustomer;
  readonly canVend: boolean;
  readonly minVendAmt: string;
  readonly maxVendAmt: string;
  readonly symbol: string;
  readonly meter: MeterDetail;
};

export const confirmationParts = (
  head: AnswerHead,
  standing: Standing,
  found: WrittenConfirmation,
): readonly XmlOut[] => [
  ...headOf(head),
  ...standingOf(standing),
  element(
    'r:confirmCustResult',
    {},
    element('b:custVendDetail', { name: found.customer.name, address: found.customer.address }),
    element(
      'b:custVendConfig',
      {},
      words('b:canVend', String(found.canVend)),
      money('b:maxVendAmt', found.maxVendAmt, found.symbol),
      money('b:minVendAmt', found.minVendAmt, found.symbol),
    ),
    meterDetailOf(found.meter),
  ),
];
