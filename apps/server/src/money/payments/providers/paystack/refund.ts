// Refunds of Paystack: without a key against doubles, so that those of the payment are looked
// through for our note before one is asked for again.

import { err } from '@prewatt/quantities';
import { paystackSubUnits } from '@prewatt/rails';
import { z } from 'zod';
import type { PaymentProvider } from '../../provider.ts';
import type { ProviderCall } from '../http.ts';
import { jsonOf } from '../read.ts';
import { noRefundIn, oneRefund, refundSaid, refundStatusOf } from '../refund-status.ts';

const words = { done: ['processed'], failed: ['failed', 'reversed'] };
const list = z.object({
  data: z.array(oneRefund.extend({ merchant_note: z.string().nullish() })),
});
const made = z.object({ data: oneRefund });

export function createPaystackRefund(o: {
  readonly call: ProviderCall;
  readonly baseUrl: string;
  readonly headers: Readonly<Record<string, string>>;
}): NonNullable<PaymentProvider['refund']> {
  const { call, headers } = o;
  const url = (path: string): string => new URL(path, o.baseUrl).href;
  return async (asked) => {
    const amount = paystackSubUnits(asked.amountMinor, asked.currencyCode);
    if (amount === null) return err('refused');
    // Their number of it: a payment may have had several names.
    const { providerReference: transaction } = asked;
    if (asked.mayBeSent) {
      const query = new URLSearchParams({ transaction, perPage: '100' });
      const answer = await call({
        ...{ call: 'list-refunds', method: 'GET', url: url(`/refund?${query}`), headers },
      });
      const known = list.safeParse(jsonOf(answer.raw));
      if (!known.success) return noRefundIn(answer);
      const mine = known.data.data.find((each) => each.merchant_note === asked.reference);
      if (mine !== undefined) return refundSaid(refundStatusOf(mine, words));
    }
    const answer = await call({
      ...{ call: 'create-refund', method: 'POST', url: url('/refund'), headers },
      body: {
        ...{ transaction, amount: amount.toString(), currency: asked.currencyCode },
        merchant_note: asked.reference,
      },
    });
    const read = made.safeParse(jsonOf(answer.raw));
    return read.success ? refundSaid(refundStatusOf(read.data.data, words)) : noRefundIn(answer);
  };
}
