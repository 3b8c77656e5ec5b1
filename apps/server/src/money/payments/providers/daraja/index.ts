// M-Pesa through Safaricom's Daraja: the phone asks (STK push). Callbacks are not signed: their
// path carries a secret and the payment, their address may be listed, and the push is asked about
// before anything is sold. Its name has no word that Daraja refuses in a callback's address.

import { err, ok, type Result } from '@prewatt/quantities';
import {
  type Answered,
  callbackUrlFault,
  isPushUnknown,
  type Notice,
  readDarajaAnswer,
  readStkCallback,
  stkPushBody,
  stkQueryBody,
} from '@prewatt/rails';
import { accountOfPayment } from '../../accounts.ts';
import type {
  Notification,
  NotificationRefusal,
  PaymentProvider,
  RawNotification,
} from '../../provider.ts';
import { type AccessToken, createAccessToken } from '../access-token.ts';
import { checkSender } from '../from-them.ts';
import { isTurnedAway, type ProviderCall } from '../http.ts';
import { answerOf, paymentReference, railReference, toldOf } from '../notice-status.ts';
import type { Ask, DarajaConfig } from './config.ts';
import { createAsking, type PayBillDoor, payBillDoors } from './pay-bill.ts';
import { createPull } from './pull.ts';
import { createDarajaRefund, refundDoors } from './refund.ts';

/** A callback that has not come by then is lost. */
const receiptWithinMs = 90_000;

export function createDaraja(o: {
  readonly config: DarajaConfig;
  readonly call: ProviderCall;
  readonly nowMs: () => number;
}): PaymentProvider {
  const { config, call, nowMs } = o;
  const url = (path: string): string => new URL(path, config.baseUrl).href;
  const token = tokenOf(o, url);

  const send: Send = async (name, path, body) => {
    const bearer = await token.get();
    if (bearer === null) return null;
    const headers = { authorization: `Bearer ${bearer}` };
    const answer = await call({ call: name, method: 'POST', url: url(path), headers, body });
    const said = readDarajaAnswer(answer);
    if (said.action === 'renew-token') token.forget();
    return { answer, said };
  };
  const ask: Ask = async (name, path, body) => {
    const sent = await send(name, path, body);
    if (sent === null) return null;
    const { answer, said } = sent;
    // Theirs is 500, as of a server that is down: they are there, and a person looks.
    const isUnknown = name === 'stk-query' && isPushUnknown(answer);
    return isUnknown ? { ...said, retry: 'config' } : said;
  };

  return {
    ...({ name: 'daraja', label: 'M-Pesa', asksOnPhone: true } as const),
    ...({ asksOnce: true, hintsAreMoney: true } as const),

    open: createPush(o, send),

    askAgain: async (asked) => {
      // Until a callback names the push there is nothing to ask about.
      if (asked.providerRequest === null) return ok({ status: 'pending', isGuess: true });
      const body = stkQueryBody({
        ...{ shortcode: config.shortcode, passkey: config.passkey },
        nowMs: nowMs(),
        checkoutRequestId: asked.providerRequest,
      });
      const said = await ask('stk-query', '/mpesa/stkpushquery/v1/query', body);
      if (said === null) return err('unreachable');
      // Its answer names no receipt: the callback is given time to, for refunds and statements.
      const isEarly = asked.hintedReference === null && asked.askedForMs < receiptWithinMs;
      return said.outcome === 'paid' && isEarly ? ok({ status: 'pending' }) : answerOf(said, asked);
    },

    ...moreOf(config, { ask, call, url, token }),

    passwords: [{ in: 'path', value: config.callbackSecret }],
    notification: (came) => readNotification(came, config),
  };
}

/** Asks a phone for the money. */
function createPush({ config, nowMs }: Deps, send: Send): PaymentProvider['open'] {
  return async (request) => {
    const parts = [config.callbackSecret, railReference(request.reference)];
    const callbackUrl = `${request.notifyUrl}/${parts.join('/')}`;
    if (request.phone === null || request.currency.code !== 'KES') return err('refused');
    if (callbackUrlFault(callbackUrl) === 'forbidden-word') return err('refused');
    const body = stkPushBody({
      ...{ shortcode: config.shortcode, passkey: config.passkey, kind: config.kind },
      partyB: config.till ?? config.shortcode,
      nowMs: nowMs(),
      amountMinor: request.amountMinor,
      phone: request.phone,
      callbackUrl,
      account: accountOfPayment(request.reference),
      description: 'Electricity',
    });
    if (body === null) return err('refused');
    const sent = await send('stk-push', '/mpesa/stkpush/v1/processrequest', body);
    if (sent === null || isTurnedAway(sent.answer)) return err('notAsked');
    const { said } = sent;
    if (said.outcome === 'failed' || said.retry === 'config') return err('refused');
    if (said.action !== null) return err('notAsked');
    // No clear answer, and yet the phone may ring: it is not asked a second time.
    if (said.outcome !== 'pending') return err('unreachable');
    return ok({ checkoutUrl: request.returnUrl, providerRequest: said.requestRef });
  };
}

/** What the settings allow beside pushes. */
function moreOf(
  config: DarajaConfig,
  o: {
    readonly ask: Ask;
    readonly call: ProviderCall;
    readonly url: (path: string) => string;
    readonly token: AccessToken;
  },
): Pick<PaymentProvider, 'askAboutArrival' | 'refund' | 'listArrivals'> {
  const { initiator } = config;
  return {
    ...(initiator === null
      ? {}
      : {
          askAboutArrival: createAsking(initiator, config, o.ask),
          refund: createDarajaRefund(initiator, config, o.ask),
        }),
    ...(config.pull ? { listArrivals: createPull({ config, ...o }) } : {}),
  };
}

function readNotification(
  came: RawNotification,
  config: DarajaConfig,
): Result<Notification, NotificationRefusal> {
  const sender = checkSender(came, config);
  if (!sender.ok) return sender;
  const door = came.path[1] ?? '';
  if (door in payBillDoors) return payBillDoors[door as PayBillDoor](came, config);
  if (door in refundDoors) return refundDoors[door as keyof typeof refundDoors](came);
  const reference = paymentReference(door);
  const read = readStkCallback(came.rawBody);
  if (!read.ok || reference === null) return err('malformed');
  const {
    requestRef: providerRequest,
    providerRef: hintedReference,
    amountMinor: hintedMinor,
  } = read.value;
  const told = toldOf(read.value);
  return ok({ kind: 'hint', reference, providerRequest, hintedReference, hintedMinor, told });
}

/** Null without a token. */
type Send = (
  name: string,
  path: string,
  body: object,
) => Promise<{ readonly answer: Answered; readonly said: Notice } | null>;

type Deps = {
  readonly config: DarajaConfig;
  readonly call: ProviderCall;
  readonly nowMs: () => number;
};

function tokenOf({ config, call, nowMs }: Deps, url: (path: string) => string): AccessToken {
  const basic = Buffer.from(`${config.consumerKey}:${config.consumerSecret}`).toString('base64');
  return createAccessToken({
    nowMs,
    ask: () =>
      call({
        call: 'token',
        method: 'GET',
        url: url('/oauth/v1/generate?grant_type=client_credentials'),
        headers: { authorization: `Basic ${basic}` },
      }),
  });
}
