// Razorpay: a payment link with UPI, cards and net banking on a page of theirs; signed webhooks.
// The link's reference is ours and they refuse a second link with it: that one is then looked up.

import { err, ok, type Result } from '@prewatt/quantities';
import { readRazorpayAnswer, readRazorpayEvent, verifyRazorpayWebhook } from '@prewatt/rails';
import { z } from 'zod';
import type {
  Notification,
  NotificationRefusal,
  PaymentProvider,
  RawNotification,
} from '../../provider.ts';
import type { ProviderCall } from '../http.ts';
import { answerOf, paymentReference, railReference, wordOf } from '../notice-status.ts';
import { headersOf, jsonOf } from '../read.ts';
import { createRazorpaySettled } from '../settled.ts';
import { createRazorpayRefund } from './refund.ts';

export type RazorpayConfig = {
  readonly baseUrl: string;
  readonly keyId: string;
  readonly keySecret: string;
  readonly webhookSecret: string;
};

const link = z.object({ id: z.string().min(1).max(200), short_url: z.url() });
const links = z.object({ payment_links: z.array(link).min(1) });

export function createRazorpay(o: {
  readonly config: RazorpayConfig;
  readonly call: ProviderCall;
}): PaymentProvider {
  const { config, call } = o;
  const basic = Buffer.from(`${config.keyId}:${config.keySecret}`).toString('base64');
  const headers = { authorization: `Basic ${basic}` };
  const url = (path: string): string => new URL(`/v1/payment_links${path}`, config.baseUrl).href;
  const openedOf = ({ id, short_url: checkoutUrl }: z.output<typeof link>) =>
    ok({ checkoutUrl, providerRequest: id });
  const known = async (reference: string) => {
    const query = new URLSearchParams({ reference_id: reference });
    const found = links.safeParse(
      jsonOf((await call({ call: 'links', method: 'GET', url: url(`?${query}`), headers })).raw),
    );
    return found.success ? (found.data.payment_links[0] ?? null) : null;
  };

  return {
    name: 'razorpay',
    label: 'UPI or card',

    open: async (request) => {
      const reference = railReference(request.reference);
      const answer = await call({
        ...{ call: 'create-payment_link', method: 'POST', url: url(''), headers },
        body: {
          amount: Number(request.amountMinor),
          currency: request.currency.code,
          reference_id: reference,
          description: request.description.slice(0, 200),
          callback_url: request.returnUrl,
          callback_method: 'get',
          ...(request.phone === null ? {} : { customer: { contact: request.phone } }),
        },
      });
      const parsed = link.safeParse(jsonOf(answer.raw));
      if (answer.httpStatus === 200 && parsed.success) return openedOf(parsed.data);
      if (answer.httpStatus === 401) return err('refused');
      // Perhaps made by an earlier call whose answer was lost.
      const before = answer.httpStatus === 400 ? await known(reference) : null;
      if (before !== null) return openedOf(before);
      return err(answer.httpStatus === 400 ? 'refused' : 'notAsked');
    },

    askAgain: async (asked) => {
      if (asked.providerRequest === null) return ok(null);
      const path = `/${encodeURIComponent(asked.providerRequest)}`;
      const answer = await call({ call: 'payment_link', method: 'GET', url: url(path), headers });
      return answerOf(readRazorpayAnswer(answer), asked);
    },

    refund: createRazorpayRefund({ call, baseUrl: config.baseUrl, headers }),
    settled: createRazorpaySettled({
      ...{ call, headers, url: (path) => new URL(path, config.baseUrl).href },
    }),

    notification: (came) => readNotification(came, config),
  };
}

function readNotification(
  { rawBody, header }: RawNotification,
  { webhookSecret }: RazorpayConfig,
): Result<Notification, NotificationRefusal> {
  const signed = headersOf(header, ['x-razorpay-signature']);
  if (!verifyRazorpayWebhook(rawBody, signed, webhookSecret).ok) return err('badSignature');
  const read = readRazorpayEvent(rawBody);
  if (!read.ok) return err('malformed');
  const said = read.value.notice;
  const reference = paymentReference(said.ourRef);
  if (reference === null || said.kind !== 'payment') return ok({ kind: 'aside' });
  return ok(wordOf(reference, said));
}
