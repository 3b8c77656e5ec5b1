// Razorpay and UPI. Authorised money is not ours until it is captured; a failed payment leaves its
// order open for another try. A QR code that stands at a home names its meter.

import { err, ok, type Result } from '@prewatt/quantities';
import { wholeMinor } from '../base/amounts.ts';
import { at, isObject, type Json, listAt, parseJson, wordAt } from '../base/json.ts';
import { e164 } from '../base/phones.ts';
import {
  type Headers,
  headerOf,
  hmacSha256,
  isHexOf,
  type SignatureFault,
} from '../base/signatures.ts';
import { type Answered, byHttpStatus } from '../contract/http.ts';
import {
  aside,
  declined,
  type Notice,
  notice,
  type Reason,
  type Unreadable,
  underWay,
  unsure,
} from '../contract/notice.ts';

const checked = (given: string | null, text: string | Uint8Array, secret: string) => {
  if (secret === '') return err('no-secret' as const);
  if (given === null || given === '') return err('no-signature' as const);
  return isHexOf(given.trim(), hmacSha256(secret, text))
    ? ok(null)
    : err('wrong-signature' as const);
};

/** hex HMAC-SHA256 of the raw body under the webhook's own secret. */
export const verifyRazorpayWebhook = (
  raw: Uint8Array,
  headers: Headers,
  secret: string,
): Result<null, SignatureFault> => checked(headerOf(headers, 'x-razorpay-signature'), raw, secret);

/** What the browser brings back: "order_id|payment_id" under the API key's secret. */
export const verifyRazorpayReturn = (
  o: { readonly orderId: string; readonly paymentId: string; readonly signature: string },
  secret: string,
): Result<null, SignatureFault> => checked(o.signature, `${o.orderId}|${o.paymentId}`, secret);

export type LinkReturn = {
  readonly linkId: string;
  readonly referenceId: string;
  readonly status: string;
  readonly paymentId: string;
  readonly signature: string;
};

/** Of a payment link: "link_id|reference_id|status|payment_id". */
export const verifyRazorpayLink = (o: LinkReturn, secret: string): Result<null, SignatureFault> =>
  checked(o.signature, [o.linkId, o.referenceId, o.status, o.paymentId].join('|'), secret);

export type RazorpayEvent = {
  readonly notice: Notice;
  /** The QR code that was paid, for a code that belongs to a meter. */
  readonly qrId: string | null;
};

/** Reads a webhook whose signature was checked. */
export function readRazorpayEvent(raw: Uint8Array): Result<RazorpayEvent, Unreadable> {
  const json = parseJson(raw);
  if (json === undefined) return err('malformed');
  const event = wordAt(json, 'event');
  if (event === null || !isObject(at(json, 'payload'))) return err('unexpected-shape');
  const entity = (name: string) => at(json, 'payload', name, 'entity');
  const qrId = wordAt(entity('qr_code'), 'id');
  const notes =
    wordAt(entity('payment'), 'notes', 'meter') ?? wordAt(entity('qr_code'), 'notes', 'meter');
  const said: Notice = { ...byEvent(event, entity), trust: 'proof' };
  const walkIn = event === 'qr_code.credited';
  return ok({ notice: { ...said, walkIn, meterText: said.meterText ?? notes }, qrId });
}

type Entities = (name: string) => Json | undefined;

function byEvent(event: string, entity: Entities): Notice {
  const payment = entity('payment');
  if (event.startsWith('refund.')) return refund(event, entity);
  if (event.includes('dispute')) {
    const lost = /lost/.test(event);
    return notice({ ...refs(payment), kind: 'dispute', outcome: lost ? 'reversed' : 'paid' });
  }
  switch (event) {
    case 'payment.captured':
    case 'qr_code.credited':
    case 'order.paid':
    case 'payment_link.paid':
      return { ...byStatus(wordAt(payment, 'status') ?? 'captured'), ...refs(payment, entity) };
    case 'payment_link.cancelled':
    case 'payment_link.expired':
      return { ...byStatus(event.slice('payment_link.'.length)), ...refs(payment, entity) };
    case 'payment.authorized':
      return { ...byStatus('authorized'), ...refs(payment, entity) };
    case 'payment.failed':
      return { ...byStatus('failed'), ...refs(payment, entity), ...whyFailed(payment) };
    default:
      return aside(refs(payment, entity));
  }
}

function refs(payment: Json | undefined, entity?: Entities): Partial<Notice> {
  const order = entity?.('order');
  const link = entity?.('payment_link');
  return {
    providerRef: wordAt(payment, 'id'),
    requestRef: wordAt(payment, 'order_id') ?? wordAt(order, 'id'),
    ourRef: wordAt(order, 'receipt') ?? wordAt(link, 'reference_id'),
    currency: (wordAt(payment, 'currency') ?? wordAt(order, 'currency'))?.toUpperCase() ?? null,
    amountMinor: wholeMinor(wordAt(payment, 'amount') ?? wordAt(order, 'amount_paid')),
    feeMinor: wholeMinor(wordAt(payment, 'fee')),
    payer: e164(wordAt(payment, 'contact')),
  };
}

const reasons: Readonly<Record<string, Reason>> = {
  payment_cancelled: 'cancelled',
  insufficient_funds: 'insufficient-funds',
  incorrect_pin: 'wrong-pin',
  payment_timed_out: 'timeout',
  payment_declined: 'rejected',
};

function whyFailed(payment: Json | undefined): Partial<Notice> {
  const reason = reasons[wordAt(payment, 'error_reason') ?? ''];
  return reason === undefined ? {} : { reason };
}

function byStatus(status: string): Notice {
  switch (status) {
    case 'captured':
    case 'paid':
      return notice({ outcome: 'paid', final: true });
    case 'authorized':
      return underWay({ action: 'capture' });
    case 'created':
    case 'attempted':
    case 'issued':
    case 'partially_paid':
      return underWay();
    case 'failed':
      return declined('rejected');
    case 'expired':
      return declined('expired');
    case 'cancelled':
      return declined('cancelled');
    case 'refunded':
      return notice({ kind: 'refund', outcome: 'reversed', final: true });
    default:
      return unsure('poll');
  }
}

function refund(event: string, entity: Entities): Notice {
  const one = entity('refund');
  const payment = entity('payment');
  const said = {
    ...refs(payment),
    kind: 'refund',
    providerRef: wordAt(one, 'payment_id') ?? wordAt(payment, 'id'),
    currency: wordAt(one, 'currency')?.toUpperCase() ?? null,
    // In all, where the payment comes along; else of this refund.
    refundedMinor: wholeMinor(wordAt(payment, 'amount_refunded') ?? wordAt(one, 'amount')),
    amountMinor: wholeMinor(wordAt(payment, 'amount')),
  } as const;
  if (event === 'refund.processed') return notice({ ...said, outcome: 'reversed', final: true });
  if (event === 'refund.failed') return notice({ ...said, outcome: 'failed', final: true });
  return notice({ ...said, outcome: 'pending', retry: 'poll' });
}

/** An answer of `payment`, `order`, `payment_link`, `refund` or a request that makes one. */
export function readRazorpayAnswer({ call, httpStatus, raw }: Answered): Notice {
  const asks = !/create|capture/.test(call);
  const json = parseJson(raw);
  if (!isObject(json) || httpStatus === null) return byHttpStatus(httpStatus, asks);
  if (httpStatus === 401) return unsure('config', { reason: 'configuration' });
  if (httpStatus >= 300) return byHttpStatus(httpStatus, asks);
  const kind = wordAt(json, 'entity') ?? call;
  const status = wordAt(json, 'status') ?? '';
  if (kind === 'refund') {
    const event = ['processed', 'failed'].includes(status) ? status : 'pending';
    return {
      ...refund(`refund.${event}`, (name) => (name === 'refund' ? json : undefined)),
      trust: 'proof',
    };
  }
  // A link names the payments that were tried on it; one was captured.
  const tried = kind === 'payment_link' ? listAt(json, 'payments') : [];
  const captured = tried.find((one) => wordAt(one, 'status') === 'captured');
  if (captured !== undefined) {
    return notice({
      ...{ outcome: 'paid', final: true, trust: 'proof' },
      ...refs(undefined, (name) => (name === kind ? json : undefined)),
      providerRef: wordAt(captured, 'payment_id'),
      amountMinor: wholeMinor(wordAt(captured, 'amount')),
      currency: wordAt(json, 'currency')?.toUpperCase() ?? null,
    });
  }
  const entity: Entities = (name) => (name === kind ? json : undefined);
  const said: Notice = { ...byStatus(status), ...refs(entity('payment'), entity), trust: 'proof' };
  // A failed payment leaves its order open, and the order's own answer never says failed.
  if (said.outcome === 'reversed') {
    return { ...said, refundedMinor: wholeMinor(wordAt(json, 'amount_refunded')) };
  }
  return said;
}

export type RazorpayRow = {
  readonly entityId: string;
  readonly type: 'payment' | 'refund' | 'adjustment' | 'other';
  readonly creditMinor: bigint;
  readonly debitMinor: bigint;
  readonly feeMinor: bigint | null;
  readonly settled: boolean;
  readonly bankReference: string | null;
};

/** Rows of the combined settlement report. */
export function readRazorpaySettlement(
  raw: Uint8Array,
): Result<readonly RazorpayRow[], Unreadable> {
  const json = parseJson(raw);
  if (json === undefined) return err('malformed');
  if (!Array.isArray(at(json, 'items'))) return err('unexpected-shape');
  return ok(
    listAt(json, 'items').flatMap((row) => {
      const entityId = wordAt(row, 'entity_id');
      if (entityId === null) return [];
      const type = wordAt(row, 'type');
      const known = type === 'payment' || type === 'refund' || type === 'adjustment';
      return [
        {
          entityId,
          type: known ? type : ('other' as const),
          creditMinor: wholeMinor(wordAt(row, 'credit')) ?? 0n,
          debitMinor: wholeMinor(wordAt(row, 'debit')) ?? 0n,
          feeMinor: wholeMinor(wordAt(row, 'fee')),
          settled: at(row, 'settled') === true,
          bankReference: wordAt(row, 'settlement_utr'),
        },
      ];
    }),
  );
}
