// Airtel Money: the phone asks. The enquiry alone decides; callbacks carry no amount and are hints,
// with a hash where the portal has one switched on, else with a secret in their path.

import { err, ok, type Result } from '@prewatt/quantities';
import {
  decimalOf,
  exponentOf,
  nationalNumber,
  readAirtelAnswer,
  readAirtelCallback,
  verifyAirtelHash,
} from '@prewatt/rails';
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
import { createAirtelRefund } from './refund.ts';

export type AirtelConfig = {
  readonly baseUrl: string;
  readonly clientId: string;
  readonly clientSecret: string;
  /** "ZM", and the digits that its numbers begin with abroad. */
  readonly country: string;
  readonly countryCode: string;
  /** Null where callbacks carry no hash. */
  readonly callbackKey: string | null;
  readonly callbackSecret: string;
  /** Empty: any, as behind a proxy that hides them. */
  readonly addresses: readonly string[];
};

/** Of an enquiry after the prompt. */
const notBeforeMs = 180_000;

/** They want not to be asked sooner, unless they have spoken themselves. */
const isEarly = ({ hintedReference, askedForMs }: AskedPayment): boolean =>
  hintedReference === null && askedForMs < notBeforeMs;

export function createAirtel(o: {
  readonly config: AirtelConfig;
  readonly call: ProviderCall;
  readonly nowMs: () => number;
}): PaymentProvider {
  const { config, call } = o;
  const url = (path: string): string => new URL(path, config.baseUrl).href;
  const token = tokenOf(o, url);
  const headersWith = (bearer: string, currency: string) => ({
    authorization: `Bearer ${bearer}`,
    'x-country': config.country,
    'x-currency': currency,
  });

  return {
    name: 'airtel',
    label: 'Airtel Money',
    asksOnPhone: true,

    open: async (request) => {
      if (request.phone === null) return err('refused');
      const bearer = await token.get();
      if (bearer === null) return err('notAsked');
      const { country } = config;
      const currency = request.currency.code;
      const id = railReference(request.reference);
      const answer = await call({
        call: 'payments',
        method: 'POST',
        url: url('/merchant/v1/payments/'),
        headers: headersWith(bearer, currency),
        body: {
          reference: 'Electricity',
          subscriber: {
            country,
            currency,
            msisdn: nationalNumber(request.phone, config.countryCode),
          },
          transaction: {
            amount: Number(decimalOf(request.amountMinor, exponentOf(currency))),
            ...{ country, currency, id },
          },
        },
      });
      const said = readAirtelAnswer(answer);
      if (answer.httpStatus === 401) token.forget();
      if (isTurnedAway(answer) || answer.httpStatus === 401) return err('notAsked');
      if (said.retry === 'config') return err('refused');
      // Not clear, and yet the phone may ring: asked about by our id.
      if (said.outcome !== 'pending') return err('unreachable');
      return ok({ checkoutUrl: request.returnUrl, providerRequest: id });
    },

    askAgain: async (asked) => {
      if (isEarly(asked)) return ok({ status: 'pending', isGuess: true });
      const bearer = await token.get();
      if (bearer === null) return err('unreachable');
      const path = `/standard/v1/payments/${railReference(asked.reference)}`;
      const headers = headersWith(bearer, asked.currencyCode);
      const answer = await call({ call: 'enquiry', method: 'GET', url: url(path), headers });
      if (answer.httpStatus === 401) token.forget();
      return answerOf(readAirtelAnswer(answer), asked);
    },

    refund: createAirtelRefund({ call, url, token, headersWith }),

    passwords: [{ in: 'path', value: config.callbackSecret }],
    notification: (came) => readNotification(came, config),
  };
}

function readNotification(
  came: RawNotification,
  config: AirtelConfig,
): Result<Notification, NotificationRefusal> {
  const { rawBody } = came;
  const sender = checkSender(came, config);
  if (!sender.ok) return sender;
  const isHashed = config.callbackKey === null || verifyAirtelHash(rawBody, config.callbackKey).ok;
  if (!isHashed) return err('badSignature');
  const read = readAirtelCallback(rawBody, config.callbackKey !== null);
  if (!read.ok) return err('malformed');
  const reference = paymentReference(read.value.ourRef);
  if (reference === null) return ok({ kind: 'aside' });
  return ok({
    kind: 'hint',
    reference,
    providerRequest: null,
    hintedReference: read.value.providerRef,
    told: toldOf(read.value),
  });
}

type Deps = {
  readonly config: AirtelConfig;
  readonly call: ProviderCall;
  readonly nowMs: () => number;
};

function tokenOf({ config, call, nowMs }: Deps, url: (path: string) => string): AccessToken {
  return createAccessToken({
    nowMs: nowMs,
    ask: () =>
      call({
        call: 'token',
        method: 'POST',
        url: url('/auth/oauth2/token'),
        body: {
          client_id: config.clientId,
          client_secret: config.clientSecret,
          grant_type: 'client_credentials',
        },
      }),
  });
}
