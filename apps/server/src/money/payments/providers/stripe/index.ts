// Stripe Checkout: a page of theirs, signed events, and our reference as idempotency key, so that
// opening twice gives the same page.

import { err, ok, type Result } from '@prewatt/quantities';
import { readStripeAnswer, readStripeEvent, toStripe, verifyStripe } from '@prewatt/rails';
import { z } from 'zod';
import type {
  Notification,
  NotificationRefusal,
  PaymentProvider,
  PaymentRequest,
  RawNotification,
} from '../../provider.ts';
import type { ProviderCall } from '../http.ts';
import { answerOf, paymentReference, railReference, wordOf } from '../notice-status.ts';
import { headersOf, jsonOf } from '../read.ts';
import { createStripeSettled } from '../settled.ts';
import { createStripeCards } from './cards.ts';
import { createStripeRefund } from './refund.ts';

export type StripeConfig = {
  readonly baseUrl: string;
  readonly secretKey: string;
  /** Several while one is replaced. */
  readonly webhookSecrets: readonly string[];
  readonly production: boolean;
};

const session = z.object({ id: z.string().min(1).max(200), url: z.url() });
const toleranceSeconds = 300;

export function createStripe(o: {
  readonly config: StripeConfig;
  readonly call: ProviderCall;
  readonly nowMs: () => number;
}): PaymentProvider {
  const { config, call } = o;
  const authorization = `Bearer ${config.secretKey}`;
  const url = (path: string): string => new URL(path, config.baseUrl).href;
  const lost = createLookup({ call, url, authorization });

  return {
    name: 'stripe',
    label: 'Card',

    open: async (request) => {
      const amount = toStripe(request.amountMinor, request.currency.code);
      if (amount === null) return err('refused');
      const reference = railReference(request.reference);
      const answer = await call({
        call: 'create-session',
        method: 'POST',
        url: url('/v1/checkout/sessions'),
        headers: {
          authorization,
          'content-type': 'application/x-www-form-urlencoded',
          'idempotency-key': reference,
        },
        body: sessionForm(request, amount),
      });
      const said = readStripeAnswer(answer);
      const parsed = session.safeParse(jsonOf(answer.raw));
      if (said.outcome === 'pending' && parsed.success) {
        return ok({ checkoutUrl: parsed.data.url, providerRequest: parsed.data.id });
      }
      return err(said.retry === 'config' ? 'refused' : 'notAsked');
    },

    askAgain: async (asked) => {
      if (asked.providerRequest === null) return lost(asked);
      // One of a kept card is an intent from the start.
      const isIntent = asked.providerRequest.startsWith('pi_');
      const named = encodeURIComponent(asked.providerRequest);
      const path = isIntent ? `/v1/payment_intents/${named}` : `/v1/checkout/sessions/${named}`;
      const name = isIntent ? 'get-intent' : 'get-session';
      const headers = { authorization };
      const answer = await call({ call: name, method: 'GET', url: url(path), headers });
      return answerOf(readStripeAnswer(answer), asked);
    },

    cards: createStripeCards({ call, url, authorization }),
    refund: createStripeRefund({ call, url, authorization }),
    settled: createStripeSettled({ call, url, headers: { authorization } }),

    notification: (came) => readNotification(came, o),
  };
}

const found = z.object({ data: z.array(z.looseObject({ id: z.string() })) });

/**
 * Of a payment whose answer was lost: the charge of a kept card is found by our name in it. Where
 * there is none, nothing was paid, and the same key brings the same session again.
 */
const createLookup =
  (o: {
    readonly call: ProviderCall;
    readonly url: (path: string) => string;
    readonly authorization: string;
  }): PaymentProvider['askAgain'] =>
  async (asked) => {
    const query = new URLSearchParams({
      query: `metadata['ourRef']:'${railReference(asked.reference)}'`,
    });
    const answer = await o.call({
      ...{ call: 'search-intents', method: 'GET' },
      url: o.url(`/v1/payment_intents/search?${query}`),
      headers: { authorization: o.authorization },
    });
    const { httpStatus } = answer;
    if (httpStatus === null || httpStatus === 429 || httpStatus >= 500) return err('unreachable');
    const read = found.safeParse(jsonOf(answer.raw));
    const [intent] = read.success ? read.data.data : [];
    if (intent === undefined) return ok(null);
    const raw = Buffer.from(JSON.stringify(intent));
    return answerOf(readStripeAnswer({ call: 'get-intent', httpStatus, raw }), asked);
  };

function readNotification(
  { rawBody, header, heardAtMs }: RawNotification,
  { config, nowMs }: { readonly config: StripeConfig; readonly nowMs: () => number },
): Result<Notification, NotificationRefusal> {
  const signed = verifyStripe(rawBody, headersOf(header, ['stripe-signature']), {
    secrets: config.webhookSecrets,
    nowSeconds: (heardAtMs ?? nowMs()) / 1000,
    toleranceSeconds,
  });
  if (!signed.ok) {
    const stale = signed.error === 'too-old' || signed.error === 'from-the-future';
    return err(stale ? 'staleSignature' : 'badSignature');
  }
  const read = readStripeEvent(rawBody);
  if (!read.ok) return err('malformed');
  const said = read.value;
  const reference = paymentReference(said.ourRef);
  const foreign = reference === null || (said.testMode && config.production);
  if (foreign || said.kind !== 'payment') return ok({ kind: 'aside' });
  return ok(wordOf(reference, said));
}

function sessionForm(request: PaymentRequest, amount: bigint): string {
  const reference = railReference(request.reference);
  const item = 'line_items[0]';
  return new URLSearchParams({
    ...(request.keepsCard
      ? {
          customer_creation: 'always',
          'payment_intent_data[setup_future_usage]': 'off_session',
        }
      : {}),
    mode: 'payment',
    client_reference_id: reference,
    'payment_intent_data[metadata][ourRef]': reference,
    success_url: request.returnUrl,
    cancel_url: request.returnUrl,
    [`${item}[quantity]`]: '1',
    [`${item}[price_data][currency]`]: request.currency.code.toLowerCase(),
    [`${item}[price_data][unit_amount]`]: amount.toString(),
    [`${item}[price_data][product_data][name]`]: request.description.slice(0, 200),
  }).toString();
}
