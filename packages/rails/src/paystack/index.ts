// Paystack. Webhooks carry an HMAC-SHA512 over the raw bytes and no time, so a replay is known by
// the payment alone. Amounts are whole sub-units of a hundredth, whatever the currency. The
// top-level `status` of an answer is about the call, `data.status` about the money.

import { err, ok, type Result } from '@prewatt/quantities';
import { exponentOf, wholeMinor } from '../base/amounts.ts';
import { at, isObject, type Json, parseJson, wordAt } from '../base/json.ts';
import { e164 } from '../base/phones.ts';
import {
  type Headers,
  headerOf,
  hmacSha512,
  isHexOf,
  type SignatureFault,
} from '../base/signatures.ts';
import { type Answered, byHttpStatus } from '../contract/http.ts';
import {
  aside,
  declined,
  type Notice,
  notice,
  type Unreadable,
  underWay,
  unsure,
} from '../contract/notice.ts';

/** Addresses that Paystack's webhooks come from. */
export const paystackAddresses = ['52.31.139.75', '52.49.173.169', '52.214.14.220'] as const;

export function verifyPaystack(
  raw: Uint8Array,
  headers: Headers,
  secret: string,
): Result<null, SignatureFault> {
  if (secret === '') return err('no-secret');
  const given = headerOf(headers, 'x-paystack-signature');
  if (given === null) return err('no-signature');
  return isHexOf(given.trim(), hmacSha512(secret, raw)) ? ok(null) : err('wrong-signature');
}

/** Reads a webhook whose signature was checked. */
export function readPaystackEvent(raw: Uint8Array): Result<Notice, Unreadable> {
  const json = parseJson(raw);
  if (json === undefined) return err('malformed');
  const event = wordAt(json, 'event');
  const data = at(json, 'data');
  if (event === null || !isObject(data)) return err('unexpected-shape');
  if (event.startsWith('charge.dispute.')) return ok(dispute(event, data));
  if (event.startsWith('refund.')) return ok(refund(event, data));
  if (event === 'charge.success') {
    const status = wordAt(data, 'status') ?? 'success';
    return ok({ ...byStatus(status), ...refs(data), trust: 'proof' });
  }
  if (event === 'charge.failed') return ok({ ...byStatus('failed'), ...refs(data) });
  return ok(aside(refs(data)));
}

function refs(data: Json): Partial<Notice> {
  const currency = wordAt(data, 'currency')?.toUpperCase() ?? null;
  return {
    ourRef: wordAt(data, 'reference'),
    providerRef: wordAt(data, 'id'),
    currency,
    amountMinor: fromSubUnits(wordAt(data, 'amount'), currency),
    feeMinor: fromSubUnits(wordAt(data, 'fees'), currency),
    paidAt: wordAt(data, 'paid_at') ?? wordAt(data, 'paidAt'),
    payer: e164(wordAt(data, 'customer', 'phone')),
    testMode: wordAt(data, 'domain') === 'test',
  };
}

/** Hundredths of the currency's unit, also where the currency has none (XOF, RWF). */
function fromSubUnits(text: string | null, currency: string | null): bigint | null {
  const hundredths = wholeMinor(text);
  if (hundredths === null || currency === null) return hundredths;
  const exponent = exponentOf(currency);
  if (exponent === 2) return hundredths;
  if (exponent === 3) return hundredths * 10n;
  return hundredths % 100n === 0n ? hundredths / 100n : null;
}

function byStatus(status: string): Notice {
  switch (status.toLowerCase()) {
    case 'success':
      return notice({ outcome: 'paid', final: true });
    case 'failed':
      return declined(null);
    // The customer left; the same reference can still be paid.
    case 'abandoned':
      return declined('cancelled', { final: false, watchForLateSuccess: true });
    case 'reversed':
      return notice({ kind: 'refund', outcome: 'reversed', final: true, refundedAll: true });
    case 'ongoing':
    case 'pending':
    case 'processing':
    case 'queued':
    case 'pay_offline':
    case 'open_url':
    case 'send_pin':
    case 'send_phone':
    case 'send_birthday':
    case 'send_address':
      return underWay();
    case 'send_otp':
      return underWay({ action: 'submit-otp' });
    default:
      return unsure('poll');
  }
}

function refund(event: string, data: Json): Notice {
  const currency = wordAt(data, 'currency')?.toUpperCase() ?? null;
  const said = {
    kind: 'refund',
    ourRef:
      wordAt(data, 'transaction_reference') ?? wordAt(data, 'transaction', 'reference') ?? null,
    providerRef: wordAt(data, 'transaction', 'id') ?? wordAt(data, 'transaction'),
    currency,
    testMode: wordAt(data, 'domain') === 'test',
  } as const;
  const refundedMinor = fromSubUnits(wordAt(data, 'amount'), currency);
  if (event === 'refund.processed') {
    return notice({ ...said, outcome: 'reversed', final: true, trust: 'proof', refundedMinor });
  }
  if (event === 'refund.failed') return notice({ ...said, outcome: 'failed', final: true });
  return notice({ ...said, outcome: 'pending', retry: 'poll' });
}

function dispute(event: string, data: Json): Notice {
  const lost = event === 'charge.dispute.resolve' && wordAt(data, 'resolution') !== 'declined';
  const transaction = at(data, 'transaction');
  return notice({
    kind: 'dispute',
    outcome: lost ? 'reversed' : 'paid',
    trust: 'proof',
    ourRef: wordAt(transaction, 'reference'),
    providerRef: wordAt(transaction, 'id'),
    currency: wordAt(data, 'currency')?.toUpperCase() ?? null,
    testMode: (wordAt(transaction, 'domain') ?? wordAt(data, 'domain')) === 'test',
  });
}

/** An answer of `initialize`, `charge`, `verify`, `refund`, `refund-status` or another call. */
export function readPaystackAnswer({ call, httpStatus, raw }: Answered): Notice {
  const asks = /verify|status|settlement|check|list/.test(call);
  const json = parseJson(raw);
  if (!isObject(json) || httpStatus === null) return byHttpStatus(httpStatus, asks);
  const message = (wordAt(json, 'message') ?? '').toLowerCase();
  // Our own retry: the reference is taken, so it is asked about.
  if (wordAt(json, 'code') === 'duplicate_reference' || message.includes('duplicate transaction')) {
    return unsure('poll');
  }
  if (httpStatus === 401) return unsure('config', { reason: 'configuration' });
  if (wordAt(json, 'code') === 'transaction_not_found' || message.includes('not found')) {
    return unsure('same-id');
  }
  if (httpStatus >= 300 || at(json, 'status') !== true) return byHttpStatus(httpStatus, asks);
  const data = at(json, 'data');
  const status = wordAt(data, 'status');
  if (call.startsWith('refund')) return refundAnswer(data, status);
  if (call === 'initialize' || status === null) {
    return asks ? unsure('poll') : underWay({ ourRef: wordAt(data, 'reference') });
  }
  return { ...byStatus(status), ...refs(data ?? null), trust: 'proof' };
}

function refundAnswer(data: Json | undefined, status: string | null): Notice {
  if (data === undefined) return unsure('poll', { kind: 'refund' });
  const event =
    status === 'processed' || status === 'failed' ? `refund.${status}` : 'refund.pending';
  return refund(event, data);
}

/** A decimal order amount in the sub-units that Paystack wants. */
export function paystackSubUnits(amountMinor: bigint, currency: string): bigint | null {
  const exponent = exponentOf(currency);
  return exponent === 3 ? null : amountMinor * (exponent === 2 ? 1n : 100n);
}

/** A row of a settlement's transactions: fee and amount, for reconciliation. */
export function readPaystackSettlement(raw: Uint8Array): Result<readonly Notice[], Unreadable> {
  const json = parseJson(raw);
  const rows = at(json, 'data');
  if (json === undefined) return err('malformed');
  if (!Array.isArray(rows)) return err('unexpected-shape');
  return ok(rows.map((row: Json) => ({ ...byStatus(wordAt(row, 'status') ?? ''), ...refs(row) })));
}
