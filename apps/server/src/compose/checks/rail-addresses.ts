// The public addresses that an operator registers at each payment provider and message gateway, as
// its adapter hears them. Secrets in them are shown only to whoever asks for that.

import { messageApi, pathOf, paymentApi } from '@prewatt/api';
import { callbackWordIn } from '@prewatt/rails';
import type { Config } from '../config.ts';

export type RailAddress = {
  /** Of the provider or gateway. */
  readonly rail: string;
  /** What it is for, and where it is entered. */
  readonly what: string;
  /** With its secret as it is. */
  readonly url: string;
  readonly secret: string | null;
};

type Rails = Config['secrets'];
type Provider = Rails['paymentProviders'][number];
type Gateway = Rails['messageGateways'][number];
/** What stands behind the address of the rail, and what it is for. */
type Door = readonly [behind: string, what: string];

const payment = 'PAYMENT';

function doorsOfProvider(provider: Provider): readonly Door[] {
  switch (provider.kind) {
    case 'daraja': {
      const c2b = 'register it with RegisterURL or in the portal';
      return [
        [`/${provider.callbackSecret}/confirmation`, `confirmation of the pay-bill: ${c2b}`],
        [`/${provider.callbackSecret}/validation`, `validation, where Safaricom allows it: ${c2b}`],
        [`/${provider.callbackSecret}/${payment}`, 'each push names it: nothing to register'],
      ];
    }
    case 'momo': {
      const what = 'each request names it: register its host as the API user’s callback host';
      return [[`/${provider.callbackSecret}/${payment}`, what]];
    }
    case 'airtel':
      return [[`/${provider.callbackSecret}`, 'callback: enter it in the portal']];
    case 'paystack':
      return [['', 'webhook: enter it in the dashboard']];
    case 'flutterwave':
      return [['', 'webhook: enter it in the dashboard, with the hash']];
    case 'razorpay':
      return [['', 'webhook: enter it in the dashboard, events payment_link.*']];
    case 'stripe':
      return [
        [
          '',
          'webhook: enter it in the dashboard, events checkout.session.*, payment_intent.succeeded',
        ],
      ];
  }
}

function doorsOfGateway(gateway: Gateway): readonly Door[] {
  const texts: Door = ['texts', 'texts of customers'];
  const ussd: Door = ['ussd', 'USSD'];
  switch (gateway.kind) {
    case 'smpp':
      return [];
    case 'africasTalking':
      return [['reports', 'delivery reports'], texts, ussd, ['ussd-end', 'events of USSD']];
    case 'twilio':
      return [texts];
    case 'whatsapp':
      return [['reports', 'callback address of the app; its verify token is CALLBACKSECRET']];
    case 'http':
      return [['reports', 'delivery reports, where your url does not name them'], texts, ussd];
  }
}

export function railAddresses(o: {
  readonly publicUrl: string;
  readonly secrets: Pick<Rails, 'paymentProviders' | 'messageGateways'>;
}): readonly RailAddress[] {
  const at = (path: string): string => new URL(path, o.publicUrl).href;
  const { paymentProviders, messageGateways = [] } = o.secrets;
  const ofProviders = paymentProviders.flatMap((provider) => {
    const base = at(pathOf(paymentApi.notify, { provider: provider.kind }));
    return doorsOfProvider(provider).map(([behind, what]) => ({
      ...{ rail: provider.kind, what, url: `${base}${behind}` },
      secret: 'callbackSecret' in provider ? provider.callbackSecret : null,
    }));
  });
  const ofGateways = messageGateways.flatMap((gateway) =>
    doorsOfGateway(gateway).map(([door, what]) => {
      const secret = 'callbackSecret' in gateway ? gateway.callbackSecret : '';
      const url = at(pathOf(messageApi.callback, { gateway: gateway.name, secret, door }));
      return { rail: gateway.name, what, url, secret };
    }),
  );
  return [...ofProviders, ...ofGateways];
}

/** For people; the secret only where it was asked for. */
export const shownAddress = ({ url, secret }: RailAddress, showsSecrets: boolean): string =>
  secret === null || showsSecrets ? url : url.replaceAll(secret, 'CALLBACKSECRET');

/** The word that Safaricom refuses an address for, null where there is none. */
export const refusedWordIn = ({ rail, url }: RailAddress): string | null =>
  rail === 'daraja' ? callbackWordIn(url) : null;
