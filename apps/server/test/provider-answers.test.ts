// What adapters make of answers and notifications that the common suite does not bring: signed and
// incomplete, too early, and words that mean "not begun".

import assert from 'node:assert/strict';
import { createHmac } from 'node:crypto';
import { test } from 'node:test';
import { idFromUuid } from '@prewatt/quantities';
import { createProviders, type ProviderConfig } from '../src/money/payments/index.ts';
import { newTestUuid } from './harness.ts';
import { speakers } from './provider-worlds.ts';

const uuid = newTestUuid();
const reference = idFromUuid('payment', uuid);
const asked = {
  ...{ reference, amountMinor: 5_000n, currencyCode: 'KES', askedForMs: 3_600_000 },
  ...{ providerRequest: null, hintedReference: null },
};
const nowMs = Date.parse('2026-11-24T08:00:00Z');

/** An adapter whose provider answers so, and what it was asked for. */
function adapterOf(kind: ProviderConfig['kind'], answer: (path: string) => Response) {
  const calls: string[] = [];
  const [provider] = createProviders([speakers[kind].config], {
    nowMs: () => nowMs,
    fetch: async (input) => {
      const { pathname } = new URL(String(input));
      calls.push(pathname);
      return pathname.includes('oauth')
        ? Response.json({ access_token: 'token', expires_in: '3599' })
        : answer(pathname);
    },
  });
  assert.ok(provider !== undefined);
  return { provider, calls };
}
const nothing = () => new Response('', { status: 500 });

test('signed and without an amount: no word, and yet the provider is asked', () => {
  const paystack = { event: 'charge.success', data: { id: 1, status: 'success', reference: uuid } };
  const stripe = {
    ...{ type: 'checkout.session.completed', livemode: true },
    data: { object: { id: 'cs_1', payment_status: 'paid', client_reference_id: uuid } },
  };
  const razorpay = {
    ...{ entity: 'event', event: 'payment_link.paid' },
    payload: { payment_link: { entity: { reference_id: uuid } } },
  };
  const seconds = nowMs / 1_000;
  const signatures = {
    paystack: [paystack, 'x-paystack-signature', 'sha512', 'sk_live_of_tests', ''],
    stripe: [stripe, 'stripe-signature', 'sha256', 'whsec_of_tests', `${seconds}.`],
    razorpay: [razorpay, 'x-razorpay-signature', 'sha256', 'hook_secret_of_tests', ''],
  } as const;
  for (const kind of ['paystack', 'stripe', 'razorpay'] as const) {
    const [body, name, algorithm, key, prefix] = signatures[kind];
    const text = JSON.stringify(body);
    const mac = createHmac(algorithm, key).update(`${prefix}${text}`).digest('hex');
    const read = adapterOf(kind, nothing).provider.notification({
      ...{ rawBody: Buffer.from(text), path: [], address: '' },
      header: (header) =>
        header === name ? (kind === 'stripe' ? `t=${seconds},v1=${mac}` : mac) : undefined,
    });
    assert.ok(read.ok && read.value.kind === 'hint' && read.value.reference === reference, kind);
  }
});

test('Flutterwave: a payment that nobody has begun is open, by whatever status they say so', async () => {
  const message = 'No transaction was found for this id';
  for (const status of [400, 404]) {
    const { provider } = adapterOf('flutterwave', () =>
      Response.json({ status: 'error', message, data: null }, { status }),
    );
    assert.deepEqual(await provider.askAgain(asked), { ok: true, value: { status: 'pending' } });
  }
});

test('Flutterwave: of two payments under one reference, the one that a webhook named is meant', async () => {
  const data = { status: 'successful', amount: 50, currency: 'KES' };
  const said = (id: number, tx_ref: string) =>
    Response.json({ status: 'success', data: { ...data, id, tx_ref } });
  const { provider } = adapterOf('flutterwave', (path) => {
    if (path.endsWith('/778/verify')) return said(778, uuid);
    if (path.endsWith('/779/verify')) return said(779, newTestUuid());
    return path.endsWith('/780/verify') ? nothing() : said(777, uuid);
  });
  const heard = async (hintedReference: string | null) => {
    const answer = await provider.askAgain({ ...asked, hintedReference });
    return answer.ok
      ? answer.value?.status === 'succeeded' && answer.value.providerReference
      : answer;
  };
  assert.equal(await heard(null), '777');
  assert.equal(await heard('778'), '778');
  assert.deepEqual(await heard('779'), { ok: false, error: 'refused' }, "another one's money");
  assert.equal(await heard('780'), '777', 'no answer about it: asked by our reference');
});

test('rails that sign nothing are heard from their own addresses alone, once these are listed', () => {
  const bodies = {
    airtel: JSON.stringify({ transaction: { id: uuid, message: 'x', status_code: 'TS' } }),
    momo: JSON.stringify({ externalId: uuid, status: 'SUCCESSFUL', amount: '50', currency: 'KES' }),
  };
  for (const kind of ['airtel', 'momo'] as const) {
    const { config } = speakers[kind];
    const listed = { ...config, addresses: ['192.0.2.7'], callbackKey: null } as ProviderConfig;
    const [provider] = createProviders(
      [kind === 'momo' ? ({ ...config, addresses: ['192.0.2.7'] } as ProviderConfig) : listed],
      { nowMs: () => nowMs, fetch: async () => nothing() },
    );
    const from = (address: string) =>
      provider?.notification({
        ...{ rawBody: Buffer.from(bodies[kind]), address, header: () => undefined },
        path: ['callbackSecret' in config ? config.callbackSecret : '', uuid],
      });
    assert.deepEqual(from('192.0.2.8'), { ok: false, error: 'unlistedSender' }, kind);
    const read = from('192.0.2.7');
    assert.ok(read?.ok && read.value.kind === 'hint', kind);
    const older = provider?.notification({
      ...{ rawBody: Buffer.from(bodies[kind]), address: '192.0.2.7', header: () => undefined },
      path: ['the-secret-before', uuid],
    });
    assert.deepEqual(older, { ok: false, error: 'wrongSecret' }, kind);
  }
});

test('Airtel is not asked within three minutes, unless it has spoken', async () => {
  const { provider, calls } = adapterOf('airtel', () =>
    Response.json({
      data: { transaction: { id: uuid, airtel_money_id: 'MP1', status: 'TS' } },
      status: { code: '200', success: true },
    }),
  );
  const early = { ...asked, askedForMs: 179_999 };
  const guessed = { ok: true, value: { status: 'pending', isGuess: true } };
  assert.deepEqual(await provider.askAgain(early), guessed);
  assert.deepEqual(calls, []);
  const told = await provider.askAgain({ ...early, hintedReference: 'MP1' });
  assert.equal(told.ok && told.value?.status, 'succeeded');
  const later = await provider.askAgain({ ...asked, askedForMs: 180_000 });
  assert.equal(later.ok && later.value?.status, 'succeeded');
});

test('M-Pesa: a paid push waits a moment for its receipt, which the answer does not name', async () => {
  const { provider } = adapterOf('daraja', () => Response.json({ ResultCode: '0' }));
  const pushed = { ...asked, providerRequest: 'ws_CO_1' };
  const statusOf = async (more: object) => {
    const said = await provider.askAgain({ ...pushed, ...more });
    return said.ok && said.value?.status === 'succeeded'
      ? said.value.providerReference
      : said.ok && said.value?.status;
  };
  assert.equal(await statusOf({ askedForMs: 20_000 }), 'pending');
  assert.equal(await statusOf({ askedForMs: 20_000, hintedReference: 'TKU7' }), 'TKU7');
  assert.equal(await statusOf({ askedForMs: 90_000 }), 'ws_CO_1');
});

test('M-Pesa: that it knows no such push is an answer, though its status is 500', async () => {
  const pushed = { ...asked, providerRequest: 'ws_CO_1' };
  const says = (errorMessage: string) =>
    adapterOf('daraja', () =>
      Response.json({ requestId: 'r', errorCode: '500.001.1001', errorMessage }, { status: 500 }),
    ).provider.askAgain(pushed);
  const unknown = await says('The transaction does not exist');
  assert.deepEqual(unknown, { ok: false, error: 'refused' });
  const away = await says('System error');
  assert.deepEqual(away, { ok: false, error: 'unreachable' });
  const open = await says('The transaction is being processed');
  assert.deepEqual(open, { ok: true, value: { status: 'pending' } });
});

test('Stripe: a charge whose answer was lost is found by our name of the payment', async () => {
  const intent = {
    ...{ id: 'pi_9', object: 'payment_intent', status: 'succeeded', currency: 'kes' },
    ...{ amount: 5_000, amount_received: 5_000, metadata: { ourRef: uuid } },
  };
  const found = adapterOf('stripe', () => Response.json({ data: [intent] }));
  const said = await found.provider.askAgain(asked);
  assert.equal(
    said.ok && said.value?.status === 'succeeded' && said.value.providerReference,
    'pi_9',
  );
  assert.deepEqual(found.calls, ['/v1/payment_intents/search']);
  const none = adapterOf('stripe', () => Response.json({ data: [] }));
  assert.deepEqual(await none.provider.askAgain(asked), { ok: true, value: null });
  const away = adapterOf('stripe', nothing);
  assert.deepEqual(await away.provider.askAgain(asked), { ok: false, error: 'unreachable' });
});
