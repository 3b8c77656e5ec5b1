// Refunds of Razorpay: those of the payment are looked through for our receipt before one is asked
// for again.

import { z } from 'zod';
import type { PaymentProvider } from '../../provider.ts';
import type { ProviderCall } from '../http.ts';
import { jsonOf } from '../read.ts';
import { noRefundIn, oneRefund, refundSaid, refundStatusOf } from '../refund-status.ts';

const words = { done: ['processed'], failed: ['failed'] };
const list = z.object({ items: z.array(oneRefund.extend({ receipt: z.string().nullish() })) });

export function createRazorpayRefund(o: {
  readonly call: ProviderCall;
  readonly baseUrl: string;
  readonly headers: Readonly<Record<string, string>>;
}): NonNullable<PaymentProvider['refund']> {
  const { call, headers } = o;
  return async (asked) => {
    const payment = `/v1/payments/${encodeURIComponent(asked.providerReference)}`;
    const url = (path: string): string => new URL(`${payment}${path}`, o.baseUrl).href;
    if (asked.mayBeSent) {
      const answer = await call({
        ...{ call: 'refunds', method: 'GET', url: url('/refunds?count=100'), headers },
      });
      const known = list.safeParse(jsonOf(answer.raw));
      if (!known.success) return noRefundIn(answer);
      const mine = known.data.items.find((each) => each.receipt === asked.reference);
      if (mine !== undefined) return refundSaid(refundStatusOf(mine, words));
    }
    const answer = await call({
      ...{ call: 'create-refund', method: 'POST', url: url('/refund'), headers },
      body: { amount: Number(asked.amountMinor), speed: 'normal', receipt: asked.reference },
    });
    const made = oneRefund.safeParse(jsonOf(answer.raw));
    return made.success ? refundSaid(refundStatusOf(made.data, words)) : noRefundIn(answer);
  };
}
