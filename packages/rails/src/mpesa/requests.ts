// Bodies that Daraja wants from us. The password of a push holds the very timestamp that stands in
// its body, in Nairobi's time; amounts are whole shillings.

import { decimalOf } from '../base/amounts.ts';
import { base64Of, utf8Bytes } from '../base/bytes.ts';
import { digitsOnly } from '../base/phones.ts';

/** base64(shortcode + passkey + timestamp). */
export const stkPassword = (shortcode: string, passkey: string, timestamp: string): string =>
  base64Of(utf8Bytes(shortcode + passkey + timestamp));

/** "20261130150000" in Nairobi (no summer time, three hours ahead of UTC). */
export function darajaTimestamp(nowMs: number): string {
  return new Date(nowMs + 3 * 3_600_000).toISOString().replace(/\D/g, '').slice(0, 14);
}

export type StkPush = {
  readonly shortcode: string;
  readonly passkey: string;
  readonly kind: 'pay-bill' | 'till';
  /** Of a till: its number; else the shortcode again. */
  readonly partyB: string;
  readonly nowMs: number;
  readonly amountMinor: bigint;
  readonly phone: string;
  readonly callbackUrl: string;
  readonly account: string;
  readonly description: string;
};

/**
 * The body of a push, or null when the amount is no whole number of shillings or the phone no
 * Kenyan.
 */
export function stkPushBody(push: StkPush): Readonly<Record<string, string>> | null {
  const phone = digitsOnly(push.phone);
  if (push.amountMinor <= 0n || push.amountMinor % 100n !== 0n) return null;
  if (!/^254[17]\d{8}$/.test(phone)) return null;
  const timestamp = darajaTimestamp(push.nowMs);
  return {
    BusinessShortCode: push.shortcode,
    Password: stkPassword(push.shortcode, push.passkey, timestamp),
    Timestamp: timestamp,
    TransactionType: push.kind === 'till' ? 'CustomerBuyGoodsOnline' : 'CustomerPayBillOnline',
    Amount: String(push.amountMinor / 100n),
    PartyA: phone,
    PartyB: push.partyB,
    PhoneNumber: phone,
    CallBackURL: push.callbackUrl,
    AccountReference: push.account.slice(0, 12),
    TransactionDesc: push.description.slice(0, 13) || 'Electricity',
  };
}

/** The body of the question what became of a push. */
export function stkQueryBody(o: {
  readonly shortcode: string;
  readonly passkey: string;
  readonly nowMs: number;
  readonly checkoutRequestId: string;
}): Readonly<Record<string, string>> {
  const timestamp = darajaTimestamp(o.nowMs);
  return {
    BusinessShortCode: o.shortcode,
    Password: stkPassword(o.shortcode, o.passkey, timestamp),
    Timestamp: timestamp,
    CheckoutRequestID: o.checkoutRequestId,
  };
}

/** The body of the question what became of a payment to the short code; it is answered later. */
export function transactionStatusBody(o: {
  readonly initiator: string;
  readonly securityCredential: string;
  readonly shortcode: string;
  readonly transactionId: string;
  readonly resultUrl: string;
  readonly timeoutUrl: string;
}): Readonly<Record<string, string>> {
  return {
    Initiator: o.initiator,
    SecurityCredential: o.securityCredential,
    CommandID: 'TransactionStatusQuery',
    TransactionID: o.transactionId,
    PartyA: o.shortcode,
    IdentifierType: '4',
    ResultURL: o.resultUrl,
    QueueTimeOutURL: o.timeoutUrl,
    Remarks: 'Electricity',
    Occasion: '',
  };
}

/** The body of a reversal of a payment to the short code; what became of it is told later. */
export function reversalBody(o: {
  readonly initiator: string;
  readonly securityCredential: string;
  readonly shortcode: string;
  readonly transactionId: string;
  /** Exactly what the payment brought. */
  readonly amountMinor: bigint;
  readonly resultUrl: string;
  readonly timeoutUrl: string;
}): Readonly<Record<string, string>> {
  return {
    Initiator: o.initiator,
    SecurityCredential: o.securityCredential,
    CommandID: 'TransactionReversal',
    TransactionID: o.transactionId,
    Amount: decimalOf(o.amountMinor, 2).replace(/\.00$/, ''),
    ReceiverParty: o.shortcode,
    RecieverIdentifierType: '11',
    ResultURL: o.resultUrl,
    QueueTimeOutURL: o.timeoutUrl,
    Remarks: 'Electricity',
    Occasion: '',
  };
}

/** The body of the question for payments to the short code; times are Nairobi's. */
export function pullBody(o: {
  readonly shortcode: string;
  readonly fromMs: number;
  readonly toMs: number;
  /** How many of them are known already. */
  readonly offset: number;
}): Readonly<Record<string, string>> {
  const time = (ms: number) =>
    new Date(ms + 3 * 3_600_000).toISOString().slice(0, 19).replace('T', ' ');
  return {
    ShortCode: o.shortcode,
    StartDate: time(o.fromMs),
    EndDate: time(o.toMs),
    OffSetValue: String(o.offset),
  };
}

/** Addresses that Safaricom's callbacks come from. */
export const darajaAddresses: readonly string[] = [
  ...['200', '206', '207', '208'].map((last) => `196.201.214.${last}`),
  ...['114', '44'].map((last) => `196.201.213.${last}`),
  ...['127', '138', '129', '136', '74', '69'].map((last) => `196.201.212.${last}`),
];

/** Why Daraja would refuse a callback address; null when it would take it. */
export function callbackUrlFault(url: string): 'not-https' | 'forbidden-word' | null {
  if (!url.startsWith('https://')) return 'not-https';
  return callbackWordIn(url) === null ? null : 'forbidden-word';
}

/** The word that Safaricom takes no address with, as it stands there; null without one. */
export const callbackWordIn = (url: string): string | null =>
  /mpesa|m-pesa|safaricom|cmd|sql|query|exe/i.exec(url)?.[0] ?? null;
