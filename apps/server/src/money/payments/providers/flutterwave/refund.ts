// Refunds of Flutterwave v3: without a key against doubles. Those of the transaction are looked
// through before one is asked for again; one that is there is ours, since we ask for one alone.

import { decimalOf, exponentOf } from '@prewatt/rails';
import { z } from 'zod';
import type { PaymentProvider } from '../../provider.ts';
import type { ProviderCall } from '../http.ts';
import { jsonOf } from '../read.ts';
import { noRefundIn, oneRefund, refundSaid, refundStatusOf } from '../refund-status.ts';

const number = z.union([z.string(), z.number()]).transform(String);
const word = oneRefund.extend({ status: z.string().toLowerCase() });
const list = z.object({
  data: z.array(word.extend({ transaction_id: number.nullish(), tx_id: number.nullish() })),
});
const made = z.object({ data: word });
/** Theirs begin alike and end differently by the way of the money: "completed-momo". */
const statusOf = (read: z.output<typeof word>) => {
  const status = read.status.split('-')[0] ?? '';
  return refundStatusOf({ ...read, status }, { done: ['completed'], failed: ['failed'] });
};

export function createFlutterwaveRefund(o: {
  readonly call: ProviderCall;
  readonly baseUrl: string;
  readonly headers: Readonly<Record<string, string>>;
}): NonNullable<PaymentProvider['refund']> {
  const { call, headers } = o;
  const url = (path: string): string => new URL(path, o.baseUrl).href;
  return async (asked) => {
    const { providerReference: id } = asked;
    if (asked.mayBeSent) {
      const query = new URLSearchParams({ id });
      const answer = await call({
        ...{ call: 'get-refunds', method: 'GET', url: url(`/v3/refunds?${query}`), headers },
      });
      const known = list.safeParse(jsonOf(answer.raw));
      if (!known.success) return noRefundIn(answer);
      const mine = known.data.data.find((each) => [each.transaction_id, each.tx_id].includes(id));
      if (mine !== undefined) return refundSaid(statusOf(mine));
    }
    const answer = await call({
      call: 'refund',
      method: 'POST',
      url: url(`/v3/transactions/${encodeURIComponent(id)}/refund`),
      headers,
      body: {
        amount: Number(decimalOf(asked.amountMinor, exponentOf(asked.currencyCode))),
        comments: asked.reference,
      },
    });
    const read = made.safeParse(jsonOf(answer.raw));
    return read.success ? refundSaid(statusOf(read.data.data)) : noRefundIn(answer);
  };
}
