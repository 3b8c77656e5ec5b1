// Refunds of Stripe: a key against doubles that they keep for a day, and our name in the metadata
// for later.

import { err } from '@prewatt/quantities';
import { toStripe } from '@prewatt/rails';
import { z } from 'zod';
import type { PaymentProvider } from '../../provider.ts';
import type { ProviderCall } from '../http.ts';
import { jsonOf } from '../read.ts';
import { noRefundIn, oneRefund, refundSaid, refundStatusOf } from '../refund-status.ts';

const words = { done: ['succeeded'], failed: ['failed', 'canceled'] };
const list = z.object({
  data: z.array(oneRefund.extend({ metadata: z.record(z.string(), z.string()).nullish() })),
});

export function createStripeRefund(o: {
  readonly call: ProviderCall;
  readonly url: (path: string) => string;
  readonly authorization: string;
}): NonNullable<PaymentProvider['refund']> {
  const { call, url, authorization } = o;
  return async (asked) => {
    const amount = toStripe(asked.amountMinor, asked.currencyCode);
    if (amount === null) return err('refused');
    if (asked.mayBeSent) {
      const query = new URLSearchParams({
        payment_intent: asked.providerReference,
        limit: '100',
      });
      const answer = await call({
        ...{ call: 'list-refunds', method: 'GET', url: url(`/v1/refunds?${query}`) },
        headers: { authorization },
      });
      const known = list.safeParse(jsonOf(answer.raw));
      if (!known.success) return noRefundIn(answer);
      const mine = known.data.data.find(({ metadata }) => metadata?.['ourRef'] === asked.reference);
      if (mine !== undefined) return refundSaid(refundStatusOf(mine, words));
    }
    const answer = await call({
      ...{ call: 'create-refund', method: 'POST', url: url('/v1/refunds') },
      headers: {
        authorization,
        'content-type': 'application/x-www-form-urlencoded',
        'idempotency-key': asked.reference,
      },
      body: new URLSearchParams({
        payment_intent: asked.providerReference,
        amount: amount.toString(),
        'metadata[ourRef]': asked.reference,
      }).toString(),
    });
    const made = oneRefund.safeParse(jsonOf(answer.raw));
    return made.success ? refundSaid(refundStatusOf(made.data, words)) : noRefundIn(answer);
  };
}
