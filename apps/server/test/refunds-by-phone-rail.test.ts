// Refunds of the rails that ask on the phone, and of Flutterwave, as their adapters send them: each
// once, whatever answer is lost, and what only they know stays under way.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { idFromUuid } from '@prewatt/quantities';
import {
  type AskedRefund,
  createProviders,
  type ProviderConfig,
} from '../src/money/payments/index.ts';
import { payBillConfig } from './pay-bill-seed.ts';
import { secret } from './provider-speaker.ts';
import { speakers } from './provider-worlds.ts';

type Asked = { readonly method: string; readonly url: URL; readonly body: Record<string, unknown> };
type Said = { readonly status: number; readonly body: unknown } | 'lost';

/** An adapter whose provider answers as it is told, by method and path. */
function railOf(config: ProviderConfig, answer: (asked: Asked) => Said) {
  const sent: Asked[] = [];
  const token = { access_token: 'a', expires_in: '3600' };
  const [provider] = createProviders([config], {
    nowMs: () => 0,
    fetch: async (input, init) => {
      const url = new URL(String(input));
      if (/token|oauth/.test(url.pathname)) return Response.json(token);
      const text = String(init?.body ?? '{}');
      const asked = { method: init?.method ?? 'GET', url, body: JSON.parse(text) };
      sent.push(asked);
      const said = answer(asked);
      if (said === 'lost') throw new TypeError('fetch failed');
      return new Response(JSON.stringify(said.body), { status: said.status });
    },
  });
  const refund = async (more: Partial<AskedRefund> = {}): Promise<string> => {
    const said = await provider?.refund?.({ ...refundAsked, ...more });
    return said?.ok === true ? said.value.status : (said?.error ?? 'no refund');
  };
  const posts = () => sent.filter(({ method }) => method === 'POST');
  return { provider, refund, sent, posts };
}

const refundId = '01936f00-1234-7abc-8def-000000000001';
const refundAsked: AskedRefund = {
  ...{
    reference: refundId,
    paymentReference: idFromUuid('payment', '01936f00-1234-7abc-8def-000000000002'),
  },
  ...{ providerReference: 'TKU7PW0001', amountMinor: 15_000n, paymentMinor: 15_000n },
  ...{ currencyCode: 'KES', providerRefund: null, mayBeSent: false },
  ...{ answerUrl: 'https://utility.test/api/payments/daraja/notifications', answerTo: 'u.r.s' },
};

test('MoMo: under our name, asked about by it, sent again under it when nothing is known', async () => {
  const refunds = new Map<string, string>();
  let next: 'lost' | null = 'lost';
  const { refund, posts } = railOf(speakers.momo.config, ({ method, url, body }) => {
    const id = url.pathname.split('/').at(-1) ?? '';
    if (method === 'GET') {
      const status = refunds.get(id);
      if (status === undefined) return { status: 404, body: { code: 'RESOURCE_NOT_FOUND' } };
      return { status: 200, body: { status, amount: '150', currency: 'KES' } };
    }
    assert.equal(body['amount'], '150.00');
    if (next === 'lost') {
      next = null;
      return 'lost';
    }
    refunds.set('sent', 'PENDING');
    return { status: 202, body: '' };
  });
  assert.equal(await refund(), 'unreachable');
  assert.equal(await refund({ mayBeSent: true }), 'accepted');
  const [first, second] = posts();
  assert.equal(first?.body['referenceIdToRefund'], second?.body['referenceIdToRefund']);
  const id = `${refundId.slice(0, 14)}4${refundId.slice(15)}`;
  refunds.set(id, 'PENDING');
  assert.equal(await refund({ mayBeSent: true }), 'accepted');
  refunds.set(id, 'SUCCESSFUL');
  assert.equal(await refund({ mayBeSent: true }), 'done');
  refunds.set(id, 'FAILED');
  assert.equal(await refund({ mayBeSent: true }), 'failed');
  assert.equal(posts().length, 2);
});

test('Airtel: the whole payment, once; an unclear answer waits for a person', async () => {
  const body = (status: string) => ({
    data: { transaction: { airtel_money_id: 'MP-1', status } },
    status: { code: '200', success: status === 'SUCCESS' },
  });
  const done = railOf(speakers.airtel.config, () => ({ status: 200, body: body('SUCCESS') }));
  assert.equal(await done.refund({ amountMinor: 14_999n }), 'refused');
  assert.equal(await done.refund(), 'done');
  assert.deepEqual(done.posts()[0]?.body, { transaction: { airtel_money_id: 'TKU7PW0001' } });
  const lost = railOf(speakers.airtel.config, () => 'lost');
  assert.equal(await lost.refund(), 'accepted');
  assert.equal(await lost.refund({ mayBeSent: true }), 'accepted');
  assert.equal(lost.sent.length, 1);
});

test('Flutterwave: those of the transaction are looked through before one is asked for again', async () => {
  const made: object[] = [];
  let next: 'lost' | null = 'lost';
  const { refund, posts } = railOf(speakers.flutterwave.config, ({ method, url }) => {
    if (method === 'GET') return { status: 200, body: { status: 'success', data: made } };
    assert.equal(url.pathname, '/v3/transactions/908790/refund');
    const one = { id: 75_923, tx_id: 908_790, status: 'completed-momo' };
    made.push(one);
    if (next === 'lost') {
      next = null;
      return 'lost';
    }
    return { status: 200, body: { status: 'success', data: one } };
  });
  const providerReference = '908790';
  assert.equal(await refund({ providerReference }), 'unreachable');
  assert.equal(await refund({ providerReference, mayBeSent: true }), 'done');
  assert.equal(posts().length, 1);
});

const result = (fields: object, parameters: Record<string, string>) =>
  Buffer.from(
    JSON.stringify({
      Result: {
        ...{ ResultType: 0, ResultDesc: 'x', TransactionID: 'TKU7PW0009', ...fields },
        ResultParameters: {
          ResultParameter: Object.entries(parameters).map(([Key, Value]) => ({ Key, Value })),
        },
      },
    }),
  );

test('Daraja: a reversal of the whole payment, once; what became of it comes later', async () => {
  const { provider, refund, sent } = railOf(payBillConfig, () => ({
    status: 200,
    body: { ResponseCode: '0', OriginatorConversationID: 'c-1', ConversationID: 'c-2' },
  }));
  assert.equal(await refund({ amountMinor: 100n }), 'refused');
  assert.equal(await refund({ providerReference: 'ws_CO_3011' }), 'refused');
  assert.equal(await refund(), 'accepted');
  assert.equal(await refund({ mayBeSent: true }), 'accepted');
  assert.deepEqual(
    sent.map(({ url, body }) => [url.pathname, body['CommandID'], body['TransactionID']]),
    [
      ['/mpesa/reversal/v1/request', 'TransactionReversal', 'TKU7PW0001'],
      ['/mpesa/transactionstatus/v1/query', 'TransactionStatusQuery', 'TKU7PW0001'],
    ],
  );
  assert.deepEqual(
    [sent[0]?.body['Amount'], sent[0]?.body['RecieverIdentifierType']],
    ['150', '11'],
  );
  const said = (door: string, rawBody: Buffer) => {
    const path = [secret, door, 'u.r.s'];
    const came = { rawBody, path, header: () => undefined, address: '196.201.214.200' };
    const read = provider?.notification(came);
    return read?.ok && read.value.kind === 'refundAnswer' ? read.value.said : read;
  };
  const reversal = { Amount: '150', OriginalTransactionID: 'TKU7PW0001' };
  assert.equal(said('refund', result({ ResultCode: 0 }, reversal)), 'done');
  assert.equal(said('refund', result({ ResultCode: '21' }, reversal)), 'failed');
  const status = (TransactionStatus: string) =>
    result({ ResultCode: 0 }, { TransactionStatus, ReceiptNo: 'TKU7PW0001', Amount: '150' });
  assert.equal(said('refund-status', status('Reversed')), 'done');
  assert.equal(said('refund-status', status('Completed')), 'notDone');
  assert.deepEqual(said('refund-status', result({ ResultCode: 1 }, {})), {
    ok: true,
    value: { kind: 'aside' },
  });
  const forged = provider?.notification({
    ...{ rawBody: result({ ResultCode: 0 }, reversal), header: () => undefined, address: '' },
    path: ['no-secret', 'refund', 'u.r.s'],
  });
  assert.deepEqual(forged, { ok: false, error: 'wrongSecret' });
});
