// Flutterwave, v3 and v4. The v3 signature is a shared constant that says nothing about the body,
// so a notification is a hint whatever its version: the transaction is verified before anything is
// vended. Webhooks come in two shapes (a switch in the dashboard), and v4 has a third.

import { err, ok, type Result } from '@prewatt/quantities';
import { exponentOf, toMinor } from '../base/amounts.ts';
import { at, isObject, type Json, parseJson, wordAt } from '../base/json.ts';
import { e164 } from '../base/phones.ts';
import {
  type Headers,
  headerOf,
  hmacSha256,
  isBase64Of,
  type SignatureFault,
  sameText,
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

/**
 * v4's HMAC in `flutterwave-signature`, or the configured constant in `verif-hash`: whichever is
 * there must hold. With none configured at the provider no header is sent, and nothing passes.
 */
export function verifyFlutterwave(
  raw: Uint8Array,
  headers: Headers,
  secret: string,
): Result<null, SignatureFault> {
  if (secret === '') return err('no-secret');
  const mac = headerOf(headers, 'flutterwave-signature');
  const constant = headerOf(headers, 'verif-hash');
  if (mac === null && constant === null) return err('no-signature');
  const byMac = mac !== null && isBase64Of(mac.trim(), hmacSha256(secret, raw));
  const byConstant = constant !== null && sameText(constant, secret);
  return byMac || byConstant ? ok(null) : err('wrong-signature');
}

/** Reads a webhook of any shape. */
export function readFlutterwaveEvent(raw: Uint8Array): Result<Notice, Unreadable> {
  const json = parseJson(raw);
  if (json === undefined) return err('malformed');
  if (!isObject(json)) return err('unexpected-shape');
  const data = isObject(at(json, 'data')) ? at(json, 'data') : json;
  const event = (wordAt(json, 'event') ?? wordAt(json, 'type') ?? '').toLowerCase();
  const status = wordAt(data, 'status');
  if (/chargeback|dispute/.test(event)) {
    return ok(notice({ ...refs(data), kind: 'dispute', outcome: 'paid' }));
  }
  if (event.startsWith('refund')) return ok(refund(data, status));
  if (/^(transfer|subscription|payout)/.test(event)) return ok(aside(refs(data)));
  if (status === null) return err('unexpected-shape');
  return ok({ ...byStatus(status), ...refs(data) });
}

function refs(data: Json | undefined): Partial<Notice> {
  const currency = wordAt(data, 'currency')?.toUpperCase() ?? null;
  const exponent = exponentOf(currency ?? '');
  const fee = wordAt(data, 'app_fee') ?? wordAt(data, 'appfee');
  return {
    ourRef: wordAt(data, 'tx_ref') ?? wordAt(data, 'txRef') ?? wordAt(data, 'reference'),
    providerRef: wordAt(data, 'id'),
    requestRef: wordAt(data, 'flw_ref') ?? wordAt(data, 'flwRef'),
    currency,
    amountMinor: toMinor(wordAt(data, 'amount'), exponent),
    feeMinor: toMinor(fee, exponent),
    payer: e164(wordAt(data, 'customer', 'phone_number') ?? wordAt(data, 'customer', 'phone')),
    paidAt: wordAt(data, 'created_at') ?? wordAt(data, 'createdAt'),
  };
}

function byStatus(status: string): Notice {
  switch (status.toLowerCase()) {
    case 'successful':
    case 'succeeded':
      return notice({ outcome: 'paid', final: true });
    case 'failed':
      return declined(null);
    case 'cancelled':
    case 'voided':
      return declined('cancelled');
    case 'pending':
    case 'pending-validation':
    case 'new':
    case 'requires_action':
      return underWay();
    default:
      return unsure('poll');
  }
}

function refund(data: Json | undefined, status: string | null): Notice {
  const currency = wordAt(data, 'currency')?.toUpperCase() ?? null;
  const refunded = wordAt(data, 'amount_refunded') ?? wordAt(data, 'AmountRefunded');
  const said = {
    kind: 'refund',
    ourRef: wordAt(data, 'tx_ref') ?? wordAt(data, 'txRef'),
    providerRef:
      wordAt(data, 'transaction_id') ?? wordAt(data, 'charge_id') ?? wordAt(data, 'TransactionId'),
    currency,
    refundedMinor: toMinor(refunded ?? wordAt(data, 'amount'), exponentOf(currency ?? '')),
  } as const;
  const word = status?.toLowerCase() ?? '';
  if (/^(completed|successful|succeeded)/.test(word)) {
    return notice({ ...said, outcome: 'reversed', final: true });
  }
  return word === 'failed'
    ? notice({ ...said, outcome: 'failed', final: true })
    : notice({ ...said, outcome: 'pending', retry: 'poll' });
}

/** An answer of `charges`, `verify`, `refund` or another call. */
export function readFlutterwaveAnswer({ call, httpStatus, raw }: Answered): Notice {
  const asks = /verify|status|query|get|settlement/.test(call);
  const json = parseJson(raw);
  if (!isObject(json) || httpStatus === null) return byHttpStatus(httpStatus, asks);
  const message = (wordAt(json, 'message') ?? wordAt(json, 'error', 'message') ?? '').toLowerCase();
  if (httpStatus === 401) return unsure('config', { reason: 'configuration' });
  if (httpStatus === 409 || /duplicate|already exists/.test(message)) return unsure('poll');
  if (httpStatus === 404 || /no transaction was found/.test(message)) return unsure('poll');
  if (httpStatus >= 300 || wordAt(json, 'status') === 'error') {
    return byHttpStatus(httpStatus, asks);
  }
  const data = at(json, 'data');
  const status = wordAt(data, 'status');
  if (call.startsWith('refund')) return { ...refund(data, status), trust: 'proof' };
  if (status === null) return asks ? unsure('poll') : underWay(refs(data));
  // A charge's first answer never settles anything, whatever it says.
  const said: Notice = { ...byStatus(status), ...refs(data), trust: 'proof' };
  return asks || said.outcome !== 'paid' ? said : underWay(refs(data));
}
