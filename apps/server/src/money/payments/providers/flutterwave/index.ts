// Flutterwave v3: a page of theirs. Their signature is a constant that says nothing of the body, so
// a webhook is a hint and the transaction is verified before anything is sold.

import { err, ok } from '@prewatt/quantities';
import {
  type Answered,
  decimalOf,
  exponentOf,
  readFlutterwaveAnswer,
  readFlutterwaveEvent,
  verifyFlutterwave,
} from '@prewatt/rails';
import { z } from 'zod';
import type { PaymentProvider } from '../../provider.ts';
import type { ProviderCall } from '../http.ts';
import { answerOf, paymentReference, railReference, toldOf } from '../notice-status.ts';
import { headersOf, jsonOf } from '../read.ts';
import { createFlutterwaveSettled } from '../settled.ts';
import { createFlutterwaveCards } from './cards.ts';
import { createFlutterwaveRefund } from './refund.ts';

export type FlutterwaveConfig = {
  readonly baseUrl: string;
  readonly secretKey: string;
  readonly webhookHash: string;
  readonly email: string;
};

const opened = z.object({ data: z.object({ link: z.url() }) });

/** Some of their answers say so with another status. */
const isUnheardOf = ({ httpStatus, raw }: Answered): boolean =>
  httpStatus === 400 && /no transaction was found/i.test(Buffer.from(raw).toString());

export function createFlutterwave(o: {
  readonly config: FlutterwaveConfig;
  readonly call: ProviderCall;
}): PaymentProvider {
  const { config, call } = o;
  const headers = { authorization: `Bearer ${config.secretKey}` };

  return {
    name: 'flutterwave',
    label: 'Flutterwave',

    open: async (request) => {
      const answer = await call({
        call: 'charges',
        method: 'POST',
        url: new URL('/v3/payments', config.baseUrl).href,
        headers,
        body: {
          tx_ref: railReference(request.reference),
          amount: decimalOf(request.amountMinor, exponentOf(request.currency.code)),
          currency: request.currency.code,
          redirect_url: request.returnUrl,
          customer: { email: config.email, phonenumber: request.phone ?? undefined },
        },
      });
      const said = readFlutterwaveAnswer(answer);
      const parsed = opened.safeParse(jsonOf(answer.raw));
      if (said.outcome === 'pending' && parsed.success) {
        return ok({ checkoutUrl: parsed.data.data.link, providerRequest: null });
      }
      return err(said.retry === 'config' ? 'refused' : 'notAsked');
    },

    askAgain: createAsking({ config, call, headers }),

    refund: createFlutterwaveRefund({ call, baseUrl: config.baseUrl, headers }),
    settled: createFlutterwaveSettled({
      ...{ call, headers },
      url: (path) => new URL(path, config.baseUrl).href,
    }),
    cards: createFlutterwaveCards({
      ...{ call, baseUrl: config.baseUrl, headers, email: config.email },
    }),

    passwords: [{ in: { header: 'verif-hash' }, value: config.webhookHash }],
    notification: ({ rawBody, header }) => {
      const signed = headersOf(header, ['verif-hash', 'flutterwave-signature']);
      if (!verifyFlutterwave(rawBody, signed, config.webhookHash).ok) return err('badSignature');
      const read = readFlutterwaveEvent(rawBody);
      if (!read.ok) return err('malformed');
      const said = read.value;
      const reference = paymentReference(said.ourRef);
      if (reference === null || said.kind !== 'payment') return ok({ kind: 'aside' });
      return ok({
        kind: 'hint',
        reference,
        providerRequest: null,
        hintedReference: said.providerRef,
        told: toldOf(said),
      });
    },
  };
}

/** What became of a payment, asked by what a webhook named, else by our reference. */
function createAsking(o: {
  readonly config: FlutterwaveConfig;
  readonly call: ProviderCall;
  readonly headers: Readonly<Record<string, string>>;
}): PaymentProvider['askAgain'] {
  const verify = (path: string) =>
    o.call({
      ...{ call: 'verify', method: 'GET', headers: o.headers },
      url: new URL(`/v3/transactions/${path}`, o.config.baseUrl).href,
    });
  return async (asked) => {
    // One reference may have been paid twice there: what a webhook named is asked about itself.
    if (/^\d{1,20}$/.test(asked.hintedReference ?? '')) {
      const named = readFlutterwaveAnswer(await verify(`${asked.hintedReference}/verify`));
      if (named.outcome === 'paid' && named.ourRef !== null) return answerOf(named, asked);
    }
    const query = new URLSearchParams({ tx_ref: railReference(asked.reference) });
    const answer = await verify(`verify_by_reference?${query}`);
    // They know a payment only once the customer has begun it.
    const isNotBegun = answer.httpStatus === 404 || isUnheardOf(answer);
    if (isNotBegun) return ok({ status: 'pending' });
    return answerOf(readFlutterwaveAnswer(answer), asked);
  };
}
