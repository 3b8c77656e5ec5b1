// Cards kept at Paystack: the authorization of a payment that they call reusable, and charges of
// it. They refuse a second use of a reference.

import { err, ok } from '@prewatt/quantities';
import { paystackSubUnits, readPaystackAnswer } from '@prewatt/rails';
import { z } from 'zod';
import type { CardKeeping } from '../../provider.ts';
import { cardLabel, chargedOf } from '../charged.ts';
import type { ProviderCall } from '../http.ts';
import { railReference } from '../notice-status.ts';
import { jsonOf } from '../read.ts';

const verified = z.object({
  data: z.object({
    status: z.literal('success'),
    authorization: z.object({
      authorization_code: z.string().min(1).max(200),
      reusable: z.boolean(),
      last4: z.string().nullish(),
      brand: z.string().nullish(),
    }),
  }),
});

export function createPaystackCards(o: {
  readonly call: ProviderCall;
  readonly baseUrl: string;
  readonly headers: Readonly<Record<string, string>>;
  /** The one that cards were kept with: they belong to it. */
  readonly email: string;
}): CardKeeping {
  const { call, headers } = o;
  const url = (path: string): string => new URL(path, o.baseUrl).href;
  return {
    tokenOf: async ({ reference, providerRequest }) => {
      const name = providerRequest ?? railReference(reference);
      const path = `/transaction/verify/${encodeURIComponent(name)}`;
      const answer = await call({ call: 'verify', method: 'GET', url: url(path), headers });
      const said = readPaystackAnswer(answer);
      if (said.outcome !== 'paid') return err('unreachable');
      const read = verified.safeParse(jsonOf(answer.raw));
      if (!read.success || !read.data.data.authorization.reusable) return ok(null);
      const { authorization_code: token, brand, last4 } = read.data.data.authorization;
      return ok({ token, label: cardLabel(brand, last4) });
    },
    charge: async (request, token) => {
      const amount = paystackSubUnits(request.amountMinor, request.currency.code);
      if (amount === null) return err('refused');
      const answer = await call({
        ...{ call: 'charge', method: 'POST', headers },
        url: url('/transaction/charge_authorization'),
        body: {
          authorization_code: token,
          email: o.email,
          amount: amount.toString(),
          currency: request.currency.code,
          reference: railReference(request.reference),
        },
      });
      return chargedOf(readPaystackAnswer(answer), request, null);
    },
  };
}
