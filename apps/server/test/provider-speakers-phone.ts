// Fakes of providers that ask on the customer's phone.

import { createHmac } from 'node:crypto';
import {
  kenyan,
  kes,
  type Money,
  notFound,
  notifies,
  type Speaker,
  secret,
  token,
} from './provider-speaker.ts';

export const daraja: Speaker = {
  currency: kes,
  phone: kenyan,
  namesAmount: true,
  namesCurrency: false,
  config: {
    kind: 'daraja',
    baseUrl: 'https://daraja.test',
    consumerKey: 'consumer-key',
    consumerSecret: 'consumer-secret',
    shortcode: '600987',
    passkey: 'passkey-of-tests',
    till: null,
    callbackSecret: secret,
    addresses: ['192.0.2.1'],
    initiator: null,
    pull: false,
  },
  spoken: {
    api: ({ url, body }, { money, add }) => {
      if (url.pathname.startsWith('/oauth')) return token;
      const sent = JSON.parse(body);
      if (url.pathname.includes('stkpushquery')) {
        const one = [...money.values()].find(({ id }) => id === sent.CheckoutRequestID);
        if (one === undefined)
          return {
            status: 500,
            body: { errorCode: '500.001.1001', errorMessage: 'The transaction does not exist' },
          };
        const code = { pending: '4999', paid: '0', failed: '1032' }[one.state];
        return {
          status: 200,
          body: { ResponseCode: '0', CheckoutRequestID: one.id, ResultCode: code, ResultDesc: 'x' },
        };
      }
      const asked = String(sent.CallBackURL).split('/').at(-1) ?? '';
      const one = add(asked, `ws_CO_${asked}`, String(sent.Amount), 'KES');
      return {
        status: 200,
        body: { MerchantRequestID: 'm', CheckoutRequestID: one.id, ResponseCode: '0' },
      };
    },
    tell: (one, { forged }) => {
      const path = [forged ? 'a-guess' : secret, one.asked];
      const head = { MerchantRequestID: 'm', CheckoutRequestID: one.id };
      if (one.state !== 'paid') {
        return notifies(
          { Body: { stkCallback: { ...head, ResultCode: 1032, ResultDesc: 'cancelled' } } },
          { path },
        );
      }
      const Item = [
        { Name: 'Amount', Value: Number(one.amount) },
        { Name: 'MpesaReceiptNumber', Value: one.providerRef },
        { Name: 'Balance' },
      ];
      return notifies(
        {
          Body: {
            stkCallback: { ...head, ResultCode: 0, ResultDesc: 'ok', CallbackMetadata: { Item } },
          },
        },
        { path },
      );
    },
  },
};

export const momo: Speaker = {
  currency: kes,
  phone: kenyan,
  namesAmount: true,
  namesCurrency: true,
  config: {
    kind: 'momo',
    baseUrl: 'https://momo.test',
    apiUser: 'user',
    apiKey: 'api-key-of-tests',
    subscriptionKey: 'subscription-key',
    targetEnvironment: 'sandbox',
    disbursement: {
      apiUser: 'payer',
      apiKey: 'disbursement-key-of-tests',
      subscriptionKey: 'disbursement-subscription',
    },
    callbackSecret: secret,
    addresses: [],
  },
  spoken: {
    api: ({ method, url, headers, body }, { money, add }) => {
      if (url.pathname.includes('/token')) return token;
      if (method === 'POST') {
        const sent = JSON.parse(body);
        const id = headers.get('x-reference-id') ?? '';
        if (money.has(sent.externalId))
          return { status: 409, body: { code: 'RESOURCE_ALREADY_EXIST' } };
        add(sent.externalId, id, sent.amount, sent.currency);
        return { status: 202, body: '' };
      }
      const id = url.pathname.split('/').at(-1);
      const one = [...money.values()].find((each) => each.id === id);
      return one === undefined ? notFound : { status: 200, body: momoBody(one) };
    },
    tell: (one, { forged }) => notifies(momoBody(one), { path: [forged ? '' : secret, one.asked] }),
  },
};

function momoBody(one: Money): object {
  const status = { pending: 'PENDING', paid: 'SUCCESSFUL', failed: 'FAILED' }[one.state];
  return {
    ...{ amount: one.amount, currency: one.currency, externalId: one.asked, status },
    ...(one.state === 'paid' ? { financialTransactionId: one.providerRef } : {}),
    ...(one.state === 'failed' ? { reason: 'APPROVAL_REJECTED' } : {}),
  };
}

export const airtel: Speaker = {
  currency: kes,
  phone: kenyan,
  namesAmount: false,
  namesCurrency: false,
  config: {
    kind: 'airtel',
    baseUrl: 'https://airtel.test',
    clientId: 'client',
    clientSecret: 'client-secret',
    country: 'KE',
    countryCode: '254',
    callbackKey: 'airtel-callback-key',
    callbackSecret: secret,
    addresses: [],
  },
  spoken: {
    api: ({ method, url, body }, { money, add }) => {
      if (url.pathname.includes('/oauth2')) return token;
      const code = { code: '200', result_code: 'ESB000010', success: true };
      if (method === 'POST') {
        const { transaction } = JSON.parse(body);
        if (money.has(transaction.id))
          return {
            status: 200,
            body: { status: { ...code, result_code: 'ESB000041', success: false } },
          };
        add(transaction.id, transaction.id, String(transaction.amount), transaction.currency);
        return {
          status: 200,
          body: { data: { transaction: { id: transaction.id, status: 'SUCCESS' } }, status: code },
        };
      }
      const one = money.get(url.pathname.split('/').at(-1) ?? '');
      if (one === undefined) return { status: 200, body: { status: { ...code, success: false } } };
      const status = { pending: 'TIP', paid: 'TS', failed: 'TF' }[one.state];
      return {
        status: 200,
        body: {
          data: { transaction: { id: one.id, airtel_money_id: one.providerRef, status } },
          status: code,
        },
      };
    },
    tell: (one, { forged }) => {
      const status = { pending: 'TIP', paid: 'TS', failed: 'TF' }[one.state];
      const transaction = JSON.stringify({
        id: one.id,
        message: 'x',
        status_code: status,
        airtel_money_id: one.providerRef,
      });
      const key = forged ? 'another key' : 'airtel-callback-key';
      const hash = createHmac('sha256', key).update(transaction).digest('base64');
      return notifies(`{"transaction":${transaction},"hash":"${hash}"}`, { path: [secret] });
    },
  },
};
