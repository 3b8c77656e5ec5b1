// Cards kept at Stripe: customer and payment method of a session that was opened for that, and
// payment intents while the customer is away. The same key never makes a second intent.

import { err, ok } from '@prewatt/quantities';
import { readStripeAnswer, toStripe } from '@prewatt/rails';
import { z } from 'zod';
import type { CardKeeping } from '../../provider.ts';
import { cardLabel, chargedOf } from '../charged.ts';
import type { ProviderCall } from '../http.ts';
import { railReference } from '../notice-status.ts';
import { jsonOf } from '../read.ts';

const id = z.string().min(1).max(200);
const paidSession = z.object({
  customer: id,
  payment_intent: z.object({
    payment_method: z.object({
      id,
      card: z.object({ brand: z.string().nullish(), last4: z.string().nullish() }),
    }),
  }),
});
const keptToken = z.strictObject({ customer: id, paymentMethod: id });
const intentOf = z.union([
  z.object({ id }).transform((intent) => intent.id),
  z
    .object({ error: z.object({ payment_intent: z.object({ id }) }) })
    .transform(({ error }) => error.payment_intent.id),
]);

export function createStripeCards(o: {
  readonly call: ProviderCall;
  readonly url: (path: string) => string;
  readonly authorization: string;
}): CardKeeping {
  const { call, url, authorization } = o;
  return {
    tokenOf: async ({ providerRequest }) => {
      if (providerRequest === null) return ok(null);
      const query = new URLSearchParams({ 'expand[]': 'payment_intent.payment_method' });
      const path = `/v1/checkout/sessions/${encodeURIComponent(providerRequest)}?${query}`;
      const headers = { authorization };
      const answer = await call({ call: 'get-session', method: 'GET', url: url(path), headers });
      if (readStripeAnswer(answer).outcome !== 'paid') return err('unreachable');
      const read = paidSession.safeParse(jsonOf(answer.raw));
      if (!read.success) return ok(null);
      const { customer, payment_intent: intent } = read.data;
      const { id: paymentMethod, card } = intent.payment_method;
      const token = JSON.stringify({ customer, paymentMethod });
      return ok({ token, label: cardLabel(card.brand, card.last4) });
    },
    charge: async (request, token) => {
      const amount = toStripe(request.amountMinor, request.currency.code);
      const kept = keptToken.safeParse(jsonOf(Buffer.from(token)));
      if (amount === null || !kept.success) return err('refused');
      const reference = railReference(request.reference);
      const answer = await call({
        ...{ call: 'create-intent', method: 'POST', url: url('/v1/payment_intents') },
        headers: {
          authorization,
          'content-type': 'application/x-www-form-urlencoded',
          'idempotency-key': `${reference}-charge`,
        },
        body: new URLSearchParams({
          amount: amount.toString(),
          currency: request.currency.code.toLowerCase(),
          customer: kept.data.customer,
          payment_method: kept.data.paymentMethod,
          'payment_method_types[0]': 'card',
          off_session: 'true',
          confirm: 'true',
          description: request.description.slice(0, 200),
          'metadata[ourRef]': reference,
        }).toString(),
      });
      const intent = intentOf.safeParse(jsonOf(answer.raw));
      return chargedOf(readStripeAnswer(answer), request, intent.success ? intent.data : null);
    },
  };
}
