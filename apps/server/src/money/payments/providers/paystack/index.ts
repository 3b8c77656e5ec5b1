// Paystack: a page of theirs for cards, mobile money and bank; signed webhooks. The reference is
// ours, and they refuse a second use of it: a page whose address was lost with their answer has
// been seen by nobody, so that another one is opened under the next name of the payment.

import { err, ok } from '@prewatt/quantities';
import {
  paystackSubUnits,
  readPaystackAnswer,
  readPaystackEvent,
  verifyPaystack,
} from '@prewatt/rails';
import { z } from 'zod';
import type { PaymentProvider } from '../../provider.ts';
import type { ProviderCall } from '../http.ts';
import { answerOf, paymentReference, railReference, wordOf } from '../notice-status.ts';
import { headersOf, jsonOf } from '../read.ts';
import { createPaystackSettled } from '../settled.ts';
import { createPaystackCards } from './cards.ts';
import { createPaystackRefund } from './refund.ts';

export type PaystackConfig = {
  readonly baseUrl: string;
  readonly secretKey: string;
  /** They want an address for each payment; receipts of theirs go there. */
  readonly email: string;
  /** Payments of their test mode count only where this is false. */
  readonly production: boolean;
};

const opened = z.object({ data: z.object({ authorization_url: z.url() }) });

/** Names of a payment there, in the order in which they are tried. */
const namesOf = (reference: string): readonly string[] => {
  const own = railReference(reference);
  return [own, ...[2, 3, 4].map((n) => `${own}-${n}`)];
};

/** Our payment's own name of any of them. */
const ownName = (name: string | null): string | null => name?.replace(/^(.{36})-\d$/, '$1') ?? null;

/** They have it from an earlier call, whose answer was lost. */
const isTaken = ({ outcome, retry, reason }: ReturnType<typeof readPaystackAnswer>): boolean =>
  outcome === 'unknown' && retry === 'poll' && reason === null;

export function createPaystack(o: {
  readonly config: PaystackConfig;
  readonly call: ProviderCall;
}): PaymentProvider {
  const { config, call } = o;
  const headers = { authorization: `Bearer ${config.secretKey}` };

  return {
    name: 'paystack',
    label: 'Paystack',

    open: async (request) => {
      const amount = paystackSubUnits(request.amountMinor, request.currency.code);
      if (amount === null) return err('refused');
      for (const reference of namesOf(request.reference)) {
        const answer = await call({
          call: 'initialize',
          method: 'POST',
          url: new URL('/transaction/initialize', config.baseUrl).href,
          headers,
          body: {
            email: config.email,
            amount: amount.toString(),
            currency: request.currency.code,
            reference,
            callback_url: request.returnUrl,
          },
        });
        const said = readPaystackAnswer(answer);
        const parsed = opened.safeParse(jsonOf(answer.raw));
        if (said.outcome === 'pending' && parsed.success) {
          const { authorization_url: checkoutUrl } = parsed.data.data;
          return ok({ checkoutUrl, providerRequest: reference });
        }
        if (!isTaken(said)) return err(said.retry === 'config' ? 'refused' : 'notAsked');
      }
      return err('notAsked');
    },

    askAgain: async (asked) => {
      const reference = asked.providerRequest ?? railReference(asked.reference);
      const path = `/transaction/verify/${encodeURIComponent(reference)}`;
      const url = new URL(path, config.baseUrl).href;
      const said = readPaystackAnswer(await call({ call: 'verify', method: 'GET', url, headers }));
      if (said.testMode && config.production) return err('refused');
      return answerOf({ ...said, ourRef: ownName(said.ourRef) }, asked);
    },

    cards: createPaystackCards({
      ...{ call, baseUrl: config.baseUrl, headers, email: config.email },
    }),
    refund: createPaystackRefund({ call, baseUrl: config.baseUrl, headers }),
    settled: createPaystackSettled({
      ...{ call, headers, url: (path) => new URL(path, config.baseUrl).href },
    }),

    notification: ({ rawBody, header }) => {
      const signed = headersOf(header, ['x-paystack-signature']);
      if (!verifyPaystack(rawBody, signed, config.secretKey).ok) return err('badSignature');
      const read = readPaystackEvent(rawBody);
      if (!read.ok) return err('malformed');
      const said = read.value;
      const reference = paymentReference(ownName(said.ourRef));
      const foreign = reference === null || (said.testMode && config.production);
      if (foreign || said.kind !== 'payment') return ok({ kind: 'aside' });
      return ok(wordOf(reference, said));
    },
  };
}
