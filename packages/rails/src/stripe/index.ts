// Stripe Checkout. Events come unordered, at least once, and the same payment in two shapes: its
// identity is the PaymentIntent. A completed session is money only when it says paid.

import { err, ok, type Result } from '@prewatt/quantities';
import { exponentOf, wholeMinor } from '../base/amounts.ts';
import { at, isObject, type Json, parseJson, wordAt } from '../base/json.ts';
import { e164 } from '../base/phones.ts';
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

export { type StripeSecrets, verifyStripe } from './signature.ts';

// Two decimals at Stripe for compatibility, none in ISO 4217; and the other way about.
const twoForNone = ['ISK', 'UGX'];
const noneForTwo = ['MGA'];

/** An amount in Stripe's smallest unit of a currency, in ISO minor units. */
export function fromStripe(text: string | null, currency: string | null): bigint | null {
  const units = wholeMinor(text);
  if (units === null || currency === null) return units;
  if (twoForNone.includes(currency)) return units % 100n === 0n ? units / 100n : null;
  return noneForTwo.includes(currency) ? units * 100n : units;
}

/**
 * The other way, for what we ask. Three-decimal currencies must end in 0; null when they do not.
 */
export function toStripe(amountMinor: bigint, currency: string): bigint | null {
  if (twoForNone.includes(currency)) return amountMinor * 100n;
  if (exponentOf(currency) === 3) return amountMinor % 10n === 0n ? amountMinor : null;
  if (!noneForTwo.includes(currency)) return amountMinor;
  return amountMinor % 100n === 0n ? amountMinor / 100n : null;
}

/** Reads an event whose signature was checked. */
export function readStripeEvent(raw: Uint8Array): Result<Notice, Unreadable> {
  const json = parseJson(raw);
  if (json === undefined) return err('malformed');
  const type = wordAt(json, 'type');
  const object = at(json, 'data', 'object');
  if (type === null || !isObject(object)) return err('unexpected-shape');
  const testMode = at(json, 'livemode') === false;
  return ok({ ...byType(type, object), trust: 'proof', testMode });
}

function byType(type: string, object: Json): Notice {
  if (type.startsWith('checkout.session.')) return sessionEvent(type, object);
  switch (type) {
    case 'payment_intent.succeeded':
      return { ...notice({ outcome: 'paid', final: true }), ...intentRefs(object) };
    case 'payment_intent.payment_failed':
      // The customer may try another card in the same session.
      return { ...declined('rejected', { final: false }), ...intentRefs(object) };
    case 'payment_intent.canceled':
      return { ...declined('cancelled'), ...intentRefs(object) };
    case 'payment_intent.processing':
    case 'payment_intent.requires_action':
    case 'payment_intent.created':
      return { ...underWay(), ...intentRefs(object) };
    case 'charge.refunded':
    case 'charge.refund.updated':
    case 'refund.updated':
    case 'refund.created':
    case 'refund.failed':
      return refund(type, object);
    default:
      return type.startsWith('charge.dispute.') ? dispute(type, object) : aside();
  }
}

function sessionEvent(type: string, object: Json): Notice {
  const refs = sessionRefs(object);
  switch (type) {
    case 'checkout.session.completed':
      return { ...byPaymentStatus(wordAt(object, 'payment_status') ?? ''), ...refs };
    case 'checkout.session.async_payment_succeeded':
      return { ...notice({ outcome: 'paid', final: true }), ...refs };
    case 'checkout.session.async_payment_failed':
      return { ...declined('rejected'), ...refs };
    case 'checkout.session.expired':
      return { ...declined('expired'), ...refs };
    default:
      return aside(refs);
  }
}

function byPaymentStatus(status: string): Notice {
  if (status === 'paid') return notice({ outcome: 'paid', final: true });
  // A method that takes days: async_payment_succeeded or _failed follows.
  return status === 'unpaid' ? underWay() : unsure('poll');
}

const currencyOf = (object: Json): string | null =>
  wordAt(object, 'currency')?.toUpperCase() ?? null;

const intentIdOf = (object: Json): string | null =>
  wordAt(object, 'payment_intent') ?? wordAt(object, 'payment_intent', 'id');

const ourRefOf = (object: Json): string | null =>
  wordAt(object, 'client_reference_id') ?? wordAt(object, 'metadata', 'ourRef');

function sessionRefs(object: Json): Partial<Notice> {
  const currency = currencyOf(object);
  return {
    ourRef: ourRefOf(object),
    requestRef: wordAt(object, 'id'),
    providerRef: intentIdOf(object),
    currency,
    amountMinor: fromStripe(wordAt(object, 'amount_total'), currency),
    payer: e164(wordAt(object, 'customer_details', 'phone')),
    payerName: wordAt(object, 'customer_details', 'name'),
  };
}

function intentRefs(object: Json): Partial<Notice> {
  const currency = currencyOf(object);
  const received = wordAt(object, 'amount_received');
  const taken = received === null || received === '0' ? wordAt(object, 'amount') : received;
  return {
    ourRef: ourRefOf(object),
    providerRef: wordAt(object, 'id'),
    currency,
    amountMinor: fromStripe(taken, currency),
  };
}

function refund(type: string, object: Json): Notice {
  const currency = currencyOf(object);
  const said = {
    kind: 'refund',
    ourRef: ourRefOf(object),
    providerRef: intentIdOf(object),
    currency,
  } as const;
  if (type === 'charge.refunded') {
    return notice({
      ...said,
      outcome: 'reversed',
      final: true,
      amountMinor: fromStripe(wordAt(object, 'amount'), currency),
      refundedMinor: fromStripe(wordAt(object, 'amount_refunded'), currency),
      refundedAll: at(object, 'refunded') === true,
    });
  }
  const status = wordAt(object, 'status');
  const failed = type === 'refund.failed' || status === 'failed' || status === 'canceled';
  // How much went back in all stands in charge.refunded; this is one refund's own state.
  return failed ? notice({ ...said, outcome: 'failed', final: true }) : aside(said);
}

function dispute(type: string, object: Json): Notice {
  const lost =
    type === 'charge.dispute.funds_withdrawn' ||
    (type === 'charge.dispute.closed' && wordAt(object, 'status') === 'lost');
  const currency = currencyOf(object);
  return notice({
    kind: 'dispute',
    outcome: lost ? 'reversed' : 'paid',
    providerRef: intentIdOf(object),
    ourRef: ourRefOf(object),
    currency,
    amountMinor: fromStripe(wordAt(object, 'amount'), currency),
  });
}

/** An answer of `checkout-session`, `payment-intent`, `refund`, or a request that makes one. */
export function readStripeAnswer({ call, httpStatus, raw }: Answered): Notice {
  const asks = /get|retrieve|status|query|balance/.test(call);
  const json = parseJson(raw);
  if (!isObject(json) || httpStatus === null) return byHttpStatus(httpStatus, asks);
  const fault = wordAt(json, 'error', 'type');
  if (fault !== null || httpStatus >= 300) return readFault(json, { fault, httpStatus, asks });
  const kind = wordAt(json, 'object') ?? call;
  if (kind === 'checkout.session' || /session/.test(call)) return sessionAnswer(json);
  if (kind === 'refund' || /refund/.test(call)) return refundAnswer(json);
  if (kind === 'payment_intent' || /intent/.test(call)) return intentAnswer(json);
  return unsure('poll');
}

type Fault = { readonly fault: string | null; readonly httpStatus: number; readonly asks: boolean };

function readFault(json: Json, { fault, httpStatus, asks }: Fault): Notice {
  const code = wordAt(json, 'error', 'code');
  if (code === 'idempotency_key_in_use' || code === 'lock_timeout') return unsure('same-id');
  // The key was used for something else: nobody knows what became of that.
  if (fault === 'idempotency_error') return unsure('config', { reason: 'configuration' });
  if (fault === 'card_error') {
    const isPoor = wordAt(json, 'error', 'decline_code') === 'insufficient_funds';
    return declined(isPoor ? 'insufficient-funds' : 'rejected', { trust: 'proof' });
  }
  if (httpStatus === 401) return unsure('config', { reason: 'configuration' });
  return byHttpStatus(httpStatus, asks);
}

function sessionAnswer(json: Json): Notice {
  const refs: Partial<Notice> = { ...sessionRefs(json), trust: 'proof' };
  const status = wordAt(json, 'status');
  const paid = wordAt(json, 'payment_status');
  if (paid === 'paid') return { ...notice({ outcome: 'paid', final: true }), ...refs };
  if (status === 'expired') return { ...declined('expired'), ...refs };
  return { ...underWay(), ...refs };
}

function intentAnswer(json: Json): Notice {
  const refs: Partial<Notice> = { ...intentRefs(json), trust: 'proof' };
  switch (wordAt(json, 'status')) {
    case 'succeeded':
      return { ...notice({ outcome: 'paid', final: true }), ...refs };
    case 'canceled':
      return { ...declined('cancelled'), ...refs };
    case 'processing':
    case 'requires_action':
    case 'requires_confirmation':
    case 'requires_payment_method':
      return { ...underWay(), ...refs };
    case 'requires_capture':
      return { ...underWay({ action: 'capture' }), ...refs };
    default:
      return { ...unsure('poll'), ...refs };
  }
}

function refundAnswer(json: Json): Notice {
  const currency = currencyOf(json);
  const said = {
    kind: 'refund',
    trust: 'proof',
    providerRef: intentIdOf(json),
    currency,
    refundedMinor: fromStripe(wordAt(json, 'amount'), currency),
  } as const;
  const status = wordAt(json, 'status');
  if (status === 'succeeded') return notice({ ...said, outcome: 'reversed', final: true });
  if (status === 'failed' || status === 'canceled') {
    return notice({ ...said, outcome: 'failed', final: true });
  }
  return notice({ ...said, outcome: 'pending', retry: 'poll' });
}
