// MTN MoMo Collections: the phone asks. Our reference is their X-Reference-Id, the key against
// doubles and the name to ask by. The callback comes once, unsigned: a hint with a secret in its
// path.

import { err, ok, type Result } from '@prewatt/quantities';
import { decimalOf, digitsOnly, exponentOf, readMomoAnswer, readMomoStatus } from '@prewatt/rails';
import type {
  AskedPayment,
  Notification,
  NotificationRefusal,
  PaymentProvider,
  RawNotification,
} from '../../provider.ts';
import { type AccessToken, createAccessToken } from '../access-token.ts';
import { checkSender } from '../from-them.ts';
import { isTurnedAway, type ProviderCall } from '../http.ts';
import { answerOf, paymentReference, railReference, toldOf } from '../notice-status.ts';
import { createMomoRefund } from './refund.ts';

export type MomoConfig = {
  readonly baseUrl: string;
  readonly apiUser: string;
  readonly apiKey: string;
  readonly subscriptionKey: string;
  /** "mtnuganda", "sandbox", … */
  readonly targetEnvironment: string;
  /** Of their product Disbursements, which sends money back; null: a person does. */
  readonly disbursement: {
    readonly apiUser: string;
    readonly apiKey: string;
    readonly subscriptionKey: string;
  } | null;
  readonly callbackSecret: string;
  readonly addresses: readonly string[];
};

export function createMomo(o: {
  readonly config: MomoConfig;
  readonly call: ProviderCall;
  readonly nowMs: () => number;
}): PaymentProvider {
  const { config, call } = o;
  const url = (path: string): string => new URL(path, config.baseUrl).href;
  const token = tokenOf(o, { ...config, url: url('/collection/token/') });
  const headersWith = (bearer: string, { subscriptionKey }: Keys = config) => ({
    'ocp-apim-subscription-key': subscriptionKey,
    authorization: `Bearer ${bearer}`,
    'x-target-environment': config.targetEnvironment,
  });

  return {
    name: 'momo',
    label: 'MTN MoMo',
    asksOnPhone: true,

    open: async (request) => {
      if (request.phone === null) return err('refused');
      const bearer = await token.get();
      if (bearer === null) return err('notAsked');
      const reference = momoId(request.reference);
      const callback = [config.callbackSecret, railReference(request.reference)].join('/');
      const answer = await call({
        call: 'requesttopay',
        method: 'POST',
        url: url('/collection/v1_0/requesttopay'),
        headers: {
          ...headersWith(bearer),
          'x-reference-id': reference,
          'x-callback-url': `${request.notifyUrl}/${callback}`,
        },
        body: {
          amount: decimalOf(request.amountMinor, exponentOf(request.currency.code)),
          currency: request.currency.code,
          externalId: railReference(request.reference),
          payer: { partyIdType: 'MSISDN', partyId: digitsOnly(request.phone) },
          payerMessage: 'Electricity',
          payeeNote: 'Electricity',
        },
      });
      const said = readMomoAnswer(answer);
      if (answer.httpStatus === 401) token.forget();
      if (isTurnedAway(answer)) return err('notAsked');
      if (said.retry === 'config') return err('refused');
      if (said.outcome !== 'pending') return err('unreachable');
      return ok({ checkoutUrl: request.returnUrl, providerRequest: reference });
    },

    askAgain: async (asked) => {
      const bearer = await token.get();
      if (bearer === null) return err('unreachable');
      const path = `/collection/v1_0/requesttopay/${momoId(asked.reference)}`;
      const headers = headersWith(bearer);
      const answer = await call({ call: 'status', method: 'GET', url: url(path), headers });
      if (answer.httpStatus === 401) token.forget();
      return answerOf(readMomoAnswer(answer), asked);
    },

    ...(config.disbursement === null
      ? {}
      : { refund: refundOf(o, config.disbursement, { url, headersWith }) }),

    passwords: [{ in: 'path', value: config.callbackSecret }],
    notification: (came) => readNotification(came, config),
  };
}

/** They take UUIDs of version 4 alone: ours are of version 7, and that one digit is changed. */
export function momoId(reference: AskedPayment['reference']): string {
  const uuid = railReference(reference);
  return `${uuid.slice(0, 14)}4${uuid.slice(15)}`;
}

function readNotification(
  came: RawNotification,
  config: MomoConfig,
): Result<Notification, NotificationRefusal> {
  const sender = checkSender(came, config);
  if (!sender.ok) return sender;
  const reference = paymentReference(came.path[1]);
  const read = readMomoStatus(came.rawBody);
  if (!read.ok || reference === null) return err('malformed');
  return ok({
    kind: 'hint',
    reference,
    providerRequest: null,
    hintedReference: read.value.providerRef,
    told: toldOf(read.value),
  });
}

type Deps = {
  readonly config: MomoConfig;
  readonly call: ProviderCall;
  readonly nowMs: () => number;
};

/** Each of their products has its own. */
type Keys = { readonly apiUser: string; readonly apiKey: string; readonly subscriptionKey: string };

function refundOf(
  o: Deps,
  keys: Keys,
  {
    url,
    headersWith,
  }: {
    readonly url: (path: string) => string;
    readonly headersWith: (bearer: string, keys: Keys) => Readonly<Record<string, string>>;
  },
): NonNullable<PaymentProvider['refund']> {
  return createMomoRefund({
    ...{ call: o.call, url, momoId },
    token: tokenOf(o, { ...keys, url: url('/disbursement/token/') }),
    headersWith: (bearer) => headersWith(bearer, keys),
  });
}

function tokenOf({ call, nowMs }: Deps, o: Keys & { readonly url: string }): AccessToken {
  const basic = Buffer.from(`${o.apiUser}:${o.apiKey}`).toString('base64');
  const subscription = { 'ocp-apim-subscription-key': o.subscriptionKey };
  return createAccessToken({
    nowMs: nowMs,
    ask: () =>
      call({
        call: 'token',
        method: 'POST',
        url: o.url,
        headers: { ...subscription, authorization: `Basic ${basic}` },
      }),
  });
}
