// A file of a bank or of M-Pesa's portal, read into entries that are the same in whatever form they
// came: with a reference that every file that repeats an entry gives it, and the part of it that
// may name a meter.

import type { BankFileBody } from '@prewatt/api';
import { err, ok, type Result } from '@prewatt/quantities';
import {
  type BankFile,
  type BankPayment,
  type BankRefusal,
  mpesaPortalMapping,
  readBankCsv,
  readCamt,
  readMt940,
} from '@prewatt/rails';
import { sha256Hex } from '../../base/fingerprint.ts';
import type { Utility } from '../../registry/utilities/index.ts';

export type Entry = {
  readonly ordinal: number;
  readonly kind: 'payment' | 'reversal';
  readonly reference: string;
  readonly amountMinor: bigint;
  readonly currencyCode: string;
  /** What may name a meter or a payment, the likeliest first. */
  readonly accounts: readonly string[];
  readonly payer: string | null;
  readonly bookedOn: string | null;
};

export type ReadStatement = {
  readonly sha256: string;
  readonly format: Exclude<BankFile['format'], 'camt.052'>;
  readonly balanced: boolean | null;
  readonly pending: number;
  readonly outgoing: number;
  readonly entries: readonly Entry[];
};

export type FileRefusal = BankRefusal | 'mapping-needed' | 'not-final' | 'unbalanced' | 'too-many';

/** More entries are brought in several files. */
const mostEntries = 20_000;

export function readStatement(
  o: Pick<BankFileBody, 'source' | 'contentBase64' | 'mapping'>,
  utility: Utility,
): Result<ReadStatement, FileRefusal> {
  const raw = Buffer.from(o.contentBase64, 'base64');
  const read = readByForm(raw, o, utility);
  if (!read.ok) return read;
  const { format, balanced, held, pending, outgoing, payments, reversals } = read.value;
  // Of the day itself, and may change until evening.
  if (format === 'camt.052') return err('not-final');
  if (held) return err('unbalanced');
  const all = [
    ...payments.map((each) => ({ kind: 'payment' as const, each })),
    ...reversals.map((each) => ({ kind: 'reversal' as const, each })),
  ];
  if (all.length > mostEntries) return err('too-many');
  const entries = all.map(({ kind, each }, index) => entryOf(each, { kind, index, ...o }));
  // Made of both, so that the same file read another way is another one.
  const sha256 = sha256Hex(`${o.source} ${JSON.stringify(o.mapping ?? null)} ${o.contentBase64}`);
  return ok({ sha256, format, balanced, pending, outgoing, entries });
}

function readByForm(
  raw: Buffer,
  o: Pick<BankFileBody, 'source' | 'mapping'>,
  utility: Utility,
): Result<BankFile, FileRefusal> {
  if (o.source === 'daraja') return readBankCsv(raw, mpesaPortalMapping);
  const head = raw.subarray(0, 4_000).toString('latin1').trimStart();
  if (head.startsWith('<') || head.startsWith('ï»¿<')) return readCamt(raw);
  if (/(^|\n|\r):20:/.test(head)) return readMt940(raw);
  if (o.mapping === undefined) return err('mapping-needed');
  const { date, payer, separator, decimalComma, ...always } = o.mapping;
  return readBankCsv(raw, {
    ...always,
    currency: utility.currency.code,
    ...(date === undefined ? {} : { date }),
    ...(payer === undefined ? {} : { payer }),
    ...(separator === undefined ? {} : { separator }),
    ...(decimalComma === undefined ? {} : { decimalComma }),
  });
}

function entryOf(
  each: BankPayment,
  o: {
    readonly kind: Entry['kind'];
    readonly index: number;
    readonly source: BankFileBody['source'];
  },
): Entry {
  const accounts = [each.structuredRef, each.text, each.endToEndId]
    .map((text) => text?.trim().replaceAll('\0', '').slice(0, 200) ?? '')
    .filter((text) => text !== '');
  return {
    ordinal: o.index + 1,
    kind: o.kind,
    reference: referenceOf(each, o.source),
    amountMinor: each.amountMinor,
    currencyCode: each.currency.slice(0, 12),
    accounts,
    payer: each.payer?.trim().replaceAll('\0', '').slice(0, 200) || null,
    bookedOn: each.entryDate ?? each.valueDate,
  };
}

/** M-Pesa's receipt is known to all; a bank's name of an entry is so only with its account. */
function referenceOf({ id, account }: BankPayment, source: BankFileBody['source']): string {
  if (source === 'daraja') return id.slice(0, 200);
  const digest = sha256Hex(`${account ?? ''}\n${id}`).slice(0, 20);
  return `${id.replaceAll('\0', '').slice(0, 40)} ${digest}`;
}
