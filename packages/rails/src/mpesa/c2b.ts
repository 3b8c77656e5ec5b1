// Daraja C2B: money paid to a pay-bill with the meter number as the account, the way most people
// pay. Validation may refuse before the money moves; confirmations are hints, come once and are
// never repeated, so the Pull API fills what was lost.

import { err, ok, type Result } from '@prewatt/quantities';
import { toMinor } from '../base/amounts.ts';
import { isObject, type Json, listAt, parseJson, wordAt } from '../base/json.ts';
import { e164, isMasked, lastDigits } from '../base/phones.ts';
import { type Flag, type Notice, notice, type Unreadable } from '../contract/notice.ts';
import { nairobiTime } from './codes.ts';

/** What must be answered: accept, or refuse with the code that the payer's phone will name. */
export type ValidationReply = {
  readonly ResultCode: '0' | 'C2B00011' | 'C2B00012' | 'C2B00013' | 'C2B00015' | 'C2B00016';
  readonly ResultDesc: 'Accepted' | 'Rejected';
  readonly ThirdPartyTransID?: string;
};

/** The acknowledgement of a confirmation. */
export const confirmationReply = { ResultCode: 0, ResultDesc: 'Success' } as const;

/** Reads a confirmation, or a validation request: both have one body. */
export function readC2b(raw: Uint8Array): Result<Notice, Unreadable> {
  const json = parseJson(raw);
  if (json === undefined) return err('malformed');
  const providerRef = wordAt(json, 'TransID');
  if (!isObject(json) || providerRef === null) return err('unexpected-shape');
  const phone = wordAt(json, 'MSISDN');
  const names = ['FirstName', 'MiddleName', 'LastName'].map((part) => wordAt(json, part));
  return ok(
    notice({
      outcome: 'paid',
      final: true,
      walkIn: true,
      providerRef,
      amountMinor: toMinor(wordAt(json, 'TransAmount'), 2),
      currency: 'KES',
      meterText: wordAt(json, 'BillRefNumber'),
      payer: e164(phone),
      payerEnd: lastDigits(phone),
      payerName: names.filter((name) => name !== null).join(' ') || null,
      paidAt: nairobiTime(wordAt(json, 'TransTime')),
      flags: maskedFlag(phone),
    }),
  );
}

const maskedFlag = (phone: string | null): Flag[] =>
  phone !== null && isMasked(phone) ? ['masked-payer'] : [];

export type ValidationRules = {
  readonly isAccount: (text: string) => boolean;
  readonly minMinor: bigint | null;
  readonly maxMinor: bigint | null;
  /** Our own; null accepts every one. */
  readonly shortcode: string | null;
  readonly ourId?: string;
};

/** The answer to a validation request: must be given within 8 seconds. */
export function validateC2b(raw: Uint8Array, rules: ValidationRules): ValidationReply {
  const refuse = (ResultCode: ValidationReply['ResultCode']): ValidationReply => ({
    ResultCode,
    ResultDesc: 'Rejected',
  });
  const said = readC2b(raw);
  if (!said.ok) return refuse('C2B00016');
  const { meterText, amountMinor } = said.value;
  const shortcode = wordAt(parseJson(raw), 'BusinessShortCode');
  if (rules.shortcode !== null && shortcode !== rules.shortcode) return refuse('C2B00015');
  if (meterText === null || !rules.isAccount(meterText)) return refuse('C2B00012');
  if (amountMinor === null || amountMinor <= 0n) return refuse('C2B00013');
  if (rules.minMinor !== null && amountMinor < rules.minMinor) return refuse('C2B00013');
  if (rules.maxMinor !== null && amountMinor > rules.maxMinor) return refuse('C2B00013');
  return {
    ResultCode: '0',
    ResultDesc: 'Accepted',
    ...(rules.ourId === undefined ? {} : { ThirdPartyTransID: rules.ourId }),
  };
}

/** The payments of a Pull answer: `Response` is a nested array. Proof, since we asked. */
export function readPullAnswer(raw: Uint8Array): Result<readonly Notice[], Unreadable> {
  const json = parseJson(raw);
  if (!isObject(json)) return err('malformed');
  const rows = listAt(json, 'Response').flatMap((row) => (Array.isArray(row) ? row : [row]));
  return ok(rows.flatMap((row) => pulled(row as Json)));
}

function pulled(row: Json): Notice[] {
  const word = (...names: string[]) =>
    names.map((name) => wordAt(row, name)).find((value) => value !== null) ?? null;
  const providerRef = word('transactionId', 'TransactionId', 'TransID');
  if (providerRef === null) return [];
  // Money that went the other way is no payment.
  if (/revers|b2c|withdraw|refund/i.test(word('transactiontype') ?? '')) return [];
  const phone = word('msisdn', 'MSISDN');
  return [
    notice({
      outcome: 'paid',
      final: true,
      trust: 'proof',
      walkIn: true,
      providerRef,
      amountMinor: toMinor(word('amount', 'Amount'), 2),
      currency: 'KES',
      meterText: word('billreference', 'billReference', 'BillRefNumber'),
      payer: e164(phone),
      payerEnd: lastDigits(phone),
      payerName: word('sender', 'Sender'),
      paidAt: nairobiTime(word('trxDate', 'TransTime')),
      flags: maskedFlag(phone),
    }),
  ];
}
