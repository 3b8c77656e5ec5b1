// Cards kept at Flutterwave: the token of a verified card payment, and charges of it. The first
// answer to a charge settles nothing there, whatever it says.

import { err, ok } from '@prewatt/quantities';
import { decimalOf, exponentOf, readFlutterwaveAnswer } from '@prewatt/rails';
import { z } from 'zod';
import type { CardKeeping } from '../../provider.ts';
import { cardLabel, chargedOf } from '../charged.ts';
import type { ProviderCall } from '../http.ts';
import { railReference } from '../notice-status.ts';
import { jsonOf } from '../read.ts';

const verified = z.object({
  data: z.object({
    card: z.object({
      token: z.string().min(1).max(200),
      last_4digits: z.string().nullish(),
      type: z.string().nullish(),
    }),
  }),
});

export function createFlutterwaveCards(o: {
  readonly call: ProviderCall;
  readonly baseUrl: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly email: string;
}): CardKeeping {
  const { call, headers } = o;
  const url = (path: string): string => new URL(path, o.baseUrl).href;
  return {
    tokenOf: async ({ reference }) => {
      const query = new URLSearchParams({ tx_ref: railReference(reference) });
      const answer = await call({
        ...{ call: 'verify', method: 'GET', headers },
        url: url(`/v3/transactions/verify_by_reference?${query}`),
      });
      if (readFlutterwaveAnswer(answer).outcome !== 'paid') return err('unreachable');
      const read = verified.safeParse(jsonOf(answer.raw));
      if (!read.success) return ok(null);
      const { token, type, last_4digits: last4 } = read.data.data.card;
      return ok({ token, label: cardLabel(type, last4) });
    },
    charge: async (request, token) => {
      const answer = await call({
        ...{ call: 'charges', method: 'POST', url: url('/v3/tokenized-charges'), headers },
        body: {
          token,
          email: o.email,
          currency: request.currency.code,
          amount: decimalOf(request.amountMinor, exponentOf(request.currency.code)),
          tx_ref: railReference(request.reference),
        },
      });
      return chargedOf(readFlutterwaveAnswer(answer), request, null);
    },
  };
}
