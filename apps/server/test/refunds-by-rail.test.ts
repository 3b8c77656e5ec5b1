// Refunds that the payment's own provider sends back: once, whatever answer is lost, recorded in
// the ledger when it is done, and a person's again when the provider refuses.

import assert from 'node:assert/strict';
import { createHmac } from 'node:crypto';
import { after, before, test } from 'node:test';
import { providersThatRefund } from '@prewatt/api';
import { dayMs, idFromUuid, ok } from '@prewatt/quantities';
import { sql } from 'kysely';
import {
  createProviders,
  type ProviderConfig,
  type RefundWord,
} from '../src/money/payments/index.ts';
import {
  askAndAllow,
  assertProof,
  createPeople,
  creditsOf,
  type People,
  refuseAsOld,
  reportCredited,
} from './correction-harness.ts';
import { attempt, createCutter } from './cuts.ts';
import { createHarness, type Harness, newTestUuid } from './harness.ts';
import { createHttpHarness, type HttpHarness } from './http-harness.ts';
import { payBillConfig } from './pay-bill-seed.ts';
import { speakers } from './provider-worlds.ts';

type Refund = {
  readonly id: number;
  status: string;
  readonly note: string;
  readonly amount: string;
};

/** Three providers' refunds as they keep them, by one hand. */
function createRail() {
  const rail = {
    refunds: [] as Refund[],
    /** Taken, and the answer is lost; or refused. */
    next: null as 'lost' | 'refused' | null,
  };
  const shown = ({ id, status, note }: Refund) => ({
    ...{ id, status, merchant_note: note, receipt: note, metadata: { ourRef: note } },
  });
  const answer: typeof fetch = async (input, init) => {
    const { pathname } = new URL(String(input));
    const said = (body: object, status = 200) => new Response(JSON.stringify(body), { status });
    if (pathname.endsWith('/initialize')) {
      return said({ status: true, data: { authorization_url: 'https://pay.test/x' } });
    }
    if (init?.method === 'GET') {
      const all = rail.refunds.map(shown);
      return said({ status: true, data: all, items: all });
    }
    const mode = rail.next;
    rail.next = null;
    if (mode === 'refused') return said({ status: false, message: 'no balance' }, 400);
    const text = String(init?.body);
    const sent = text.startsWith('{')
      ? JSON.parse(text)
      : Object.fromEntries(new URLSearchParams(text));
    const note = sent.merchant_note ?? sent.receipt ?? sent['metadata[ourRef]'];
    const refund = { id: rail.refunds.length + 1, status: 'pending', note, amount: sent.amount };
    rail.refunds.push(refund);
    if (mode === 'lost') throw new TypeError('fetch failed');
    const one = shown(refund);
    return said({ ...one, ...(pathname === '/refund' ? { status: true } : {}), data: one });
  };
  return { rail, answer };
}

const paystackKey = 'sk_live_of_tests';
const paystack: ProviderConfig = {
  kind: 'paystack',
  baseUrl: 'https://paystack.test',
  secretKey: paystackKey,
  email: 'payments@utility.example',
  production: true,
};
const configs: readonly ProviderConfig[] = [
  paystack,
  {
    kind: 'stripe',
    baseUrl: 'https://stripe.test',
    secretKey: 'sk_live_of_tests',
    webhookSecrets: ['whsec_of_tests'],
    production: true,
  },
  {
    kind: 'razorpay',
    baseUrl: 'https://razorpay.test',
    keyId: 'rzp_live',
    keySecret: 'key_secret_of_tests',
    webhookSecret: 'hook_secret_of_tests',
  },
];

test('a lost answer sends no money twice, at any of them', async () => {
  for (const config of configs) {
    const { rail, answer } = createRail();
    const [provider] = createProviders([config], { fetch: answer, nowMs: () => 0 });
    const asked = {
      ...{ reference: 'r-1', paymentReference: idFromUuid('payment', newTestUuid()) },
      ...{ providerReference: 'x-1', amountMinor: 5_000n, paymentMinor: 5_000n },
      ...{ currencyCode: 'KES', answerUrl: 'https://utility.test/n', answerTo: 'a.b.c' },
      ...{ providerRefund: null, mayBeSent: false },
    };
    rail.next = 'lost';
    const lost = await provider?.refund?.(asked);
    assert.deepEqual(lost, { ok: false, error: 'unreachable' }, config.kind);
    const again = await provider?.refund?.({ ...asked, mayBeSent: true });
    assert.equal(again?.ok && again.value.status, 'accepted', config.kind);
    for (const one of rail.refunds)
      one.status = config.kind === 'stripe' ? 'succeeded' : 'processed';
    const later = await provider?.refund?.({ ...asked, mayBeSent: true });
    assert.deepEqual(later, { ok: true, value: { status: 'done', providerRefund: '1' } });
    assert.deepEqual([rail.refunds.length, String(rail.refunds[0]?.amount)], [1, '5000']);
  }
});

test('the console offers it for just those providers that do it', () => {
  const kinds = ['momo', 'airtel', 'flutterwave'] as const;
  const others = [payBillConfig, ...kinds.map((kind) => speakers[kind].config)];
  const all = createProviders([...configs, ...others], { fetch, nowMs: () => 0 });
  const able = all.flatMap(({ name, refund }) => (refund === undefined ? [] : [name]));
  assert.deepEqual(able.sort(), [...providersThatRefund].sort());
});

let h: Harness;
let http: HttpHarness;
let people: People;
const { rail, answer } = createRail();
before(async () => {
  h = await createHarness({
    currency: { code: 'KES', scale: 2 },
    realProvider: ({ nowMs }) => {
      const [provider] = createProviders([paystack], { fetch: answer, nowMs });
      if (provider === undefined) throw new Error('no provider');
      // As at a rail that says later what became of a refund, at an address of its own.
      const notification: typeof provider.notification = (came) => {
        const [door, answerTo = '', said = ''] = came.path;
        if (door !== 'refund') return provider.notification(came);
        return ok({ kind: 'refundAnswer', answerTo, said: said as RefundWord });
      };
      return { ...provider, notification };
    },
  });
  http = await createHttpHarness(h);
  people = await createPeople(http);
});
after(async () => {
  try {
    await assertProof(h);
  } finally {
    await http.close();
    await h.close();
  }
});

/** Bought, paid, reversed: its money is the payer's again. The refund that is due. */
async function refundDue(amountMinor: bigint): Promise<string> {
  const place = await h.addConnection();
  const quote = await h.services.vending.makeQuote(place, amountMinor);
  assert.ok(quote.ok);
  const { quoteId } = quote.value;
  const request = { quoteId, requestId: `quote:${quoteId}` };
  const started = await h.services.payments.startPurchase(place, request);
  assert.ok(started.ok, JSON.stringify(started));
  const { saleId } = started.value;
  const payment = await h.database.inUtility(h.utilityId, (tx) =>
    tx.selectFrom('payments').select('id').where('sale_id', '=', saleId).executeTakeFirstOrThrow(),
  );
  const body = JSON.stringify({
    event: 'charge.success',
    data: {
      ...{ id: `T-${payment.id}`, domain: 'live', status: 'success', reference: payment.id },
      ...{ amount: Number(amountMinor), currency: 'KES', fees: 10 },
    },
  });
  const signature = createHmac('sha512', paystackKey).update(body).digest('hex');
  const told = await h.services.payments.notification('paystack', Buffer.from(body), (name) =>
    name === 'x-paystack-signature' ? signature : undefined,
  );
  assert.ok(told.ok, JSON.stringify(told));
  await refuseAsOld(h, place, saleId);
  await reportCredited(h, place.meterPan, 0n);
  const reversal = await askAndAllow(
    people,
    `/api/operator/sales/${idFromUuid('sale', saleId)}/reversal`,
    { requestId: newTestUuid(), moneyGoes: 'payer', reason: 'paid twice by mistake' },
  );
  assert.equal(reversal.approval?.state, 'done', JSON.stringify(reversal));
  const { rows } = (await people.viewer.get('/api/operator/refunds')).json();
  return rows.find((row: { saleId: string }) => row.saleId.endsWith(saleId)).refundId;
}
const sweep = async (afterMs = 5_000_000) => {
  h.clock.nowMs += afterMs;
  await h.services.refundSending.sweep(h.utilityId);
};
const refundOf = async (refundId: string, state: 'due' | 'paid') =>
  (await people.viewer.get(`/api/operator/refunds?state=${state}`))
    .json()
    .rows.find((row: { refundId: string }) => row.refundId === refundId);

test('it is sent once, and paid in the ledger when the provider says that it is done', async () => {
  const owed = await creditsOf(h, 'refundsDue');
  const refundId = await refundDue(30_000n);
  const path = `/api/operator/refunds/${refundId}`;
  assert.equal((await people.viewer.postJson(`${path}/send`, {})).statusCode, 403);
  const asked = await people.asker.postJson(`${path}/send`, {});
  assert.deepEqual([asked.statusCode, asked.json().sent.state], [200, 'asked'], asked.body);
  rail.next = 'lost';
  await sweep();
  await sweep();
  assert.equal((await people.asker.postJson(`${path}/send`, {})).json().sent.state, 'accepted');
  const byHand = await people.asker.postJson(`${path}/paid`, { reference: 'EFT 1' });
  assert.deepEqual([byHand.statusCode, byHand.json().code], [409, 'refundBeingSent']);
  assert.equal((await creditsOf(h, 'refundsDue')) - owed, 30_000n);
  for (const one of rail.refunds) one.status = 'processed';
  await sweep();
  const paid = await refundOf(refundId, 'paid');
  assert.deepEqual([paid.sent.state, paid.paidBy], ['done', 'asker']);
  assert.equal(await creditsOf(h, 'refundsDue'), owed);
  await sweep();
  assert.equal(rail.refunds.length, 1);
});

test('two processes that look at one order at once send it once', async () => {
  const refundId = await refundDue(10_000n);
  const before = rail.refunds.length;
  const asked = await people.asker.postJson(`/api/operator/refunds/${refundId}/send`, {});
  assert.equal(asked.statusCode, 200);
  h.clock.nowMs += 5_000_000;
  const other = h.secondServices();
  await Promise.all(
    [h.services, other].map(({ refundSending }) => refundSending.sweep(h.utilityId)),
  );
  assert.equal(rail.refunds.length, before + 1);
});

test('what the provider refuses is due for a person again', async () => {
  const refundId = await refundDue(20_000n);
  const path = `/api/operator/refunds/${refundId}`;
  assert.equal((await people.asker.postJson(`${path}/send`, {})).statusCode, 200);
  rail.next = 'refused';
  await sweep();
  assert.equal((await refundOf(refundId, 'due')).sent.state, 'failed');
  const again = await people.asker.postJson(`${path}/send`, {});
  assert.deepEqual([again.statusCode, again.json().code], [409, 'railCannotRefund']);
  const byHand = await people.asker.postJson(`${path}/paid`, { reference: 'EFT 2' });
  assert.deepEqual([byHand.statusCode, byHand.json().state], [200, 'paid']);
});

/** What a rail says later about a refund, at the address that it was given. */
async function sayLater(refundId: string, said: RefundWord, secret?: string) {
  const id = refundId.replace('refund_', '');
  const order = await h.database.inUtility(h.utilityId, (tx) =>
    tx
      .selectFrom('refund_orders')
      .select('answer_secret')
      .where('refund_id', '=', id)
      .executeTakeFirstOrThrow(),
  );
  const answerTo = `${h.utilityId}.${id}.${secret ?? order.answer_secret}`;
  const came = { path: ['refund', answerTo, said], address: '' };
  const took = await h.services.payments.notification(
    ...(['paystack', Buffer.from('{}'), () => undefined, came] as const),
  );
  return took.ok ? 'taken' : took.error;
}

test('a rail that says later what became of it is heard at an address that nobody can guess', async () => {
  const refundId = await refundDue(11_000n);
  const path = `/api/operator/refunds/${refundId}`;
  assert.equal((await people.asker.postJson(`${path}/send`, {})).statusCode, 200);
  assert.equal(await sayLater(refundId, 'done', newTestUuid()), 'unknownPayment');
  await sweep();
  // Still with us, and asked just now: it may be on its way.
  assert.equal(await sayLater(refundId, 'notDone'), 'taken');
  assert.equal((await refundOf(refundId, 'due')).sent.state, 'accepted');
  assert.equal(await sayLater(refundId, 'done'), 'taken');
  assert.equal(await sayLater(refundId, 'done'), 'taken');
  assert.equal(await sayLater(refundId, 'failed'), 'taken');
  assert.equal((await refundOf(refundId, 'paid')).sent.state, 'done');
});

test('money that is still with us after seven questions is a person’s again', async () => {
  const refundId = await refundDue(12_000n);
  const path = `/api/operator/refunds/${refundId}`;
  assert.equal((await people.asker.postJson(`${path}/send`, {})).statusCode, 200);
  for (let checks = 0; checks < 7; checks += 1) await sweep();
  assert.equal(await sayLater(refundId, 'notDone'), 'taken');
  assert.equal((await refundOf(refundId, 'due')).sent.state, 'failed');
});

test('one that no word came about for three days may be recorded by hand', async () => {
  const refundId = await refundDue(13_000n);
  const path = `/api/operator/refunds/${refundId}`;
  assert.equal((await people.asker.postJson(`${path}/send`, {})).statusCode, 200);
  await sweep();
  const early = await people.asker.postJson(`${path}/paid`, { reference: 'EFT 3' });
  assert.equal(early.json().code, 'refundBeingSent');
  h.clock.nowMs += 3 * dayMs;
  const byHand = await people.asker.postJson(`${path}/paid`, { reference: 'EFT 3' });
  assert.deepEqual([byHand.statusCode, byHand.json().state], [200, 'paid'], byHand.body);
  assert.equal(await sayLater(refundId, 'done'), 'taken');
});

const receipt = 'TKU7PW0001';

/** How often each rail was told to send money; those with a key take the same once. */
function createSendingRail() {
  const rail = { sent: 0, keys: new Set<string>(), notes: [] as string[], isMomoAsked: false };
  const send = (key: string | null, note: string): void => {
    if (key !== null && rail.keys.has(key)) return;
    if (key !== null) rail.keys.add(key);
    rail.sent += 1;
    rail.notes.push(note);
  };
  const shown = (note: string) => ({
    ...{ id: 1, status: 'pending', merchant_note: note, receipt: note, tx_id: receipt },
    metadata: { ourRef: note },
  });
  const answer: typeof fetch = async (input, init) => {
    const { pathname } = new URL(String(input));
    const headers = new Headers(init?.headers);
    const text = String(init?.body ?? '');
    if (/token|oauth/.test(pathname)) {
      return Response.json({ access_token: 'token', expires_in: 3_600 });
    }
    if (pathname.includes('transactionstatus')) return Response.json({ ResponseCode: '0' });
    if (init?.method === 'GET') {
      const all = rail.notes.map(shown);
      if (!pathname.includes('disbursement')) return Response.json({ data: all, items: all });
      return rail.sent === 0
        ? Response.json({ code: 'RESOURCE_NOT_FOUND' }, { status: 404 })
        : Response.json({ status: 'PENDING' });
    }
    const [, note = ''] = /([0-9a-f-]{36})[^0-9a-f-]*$/.exec(text) ?? [];
    send(headers.get('idempotency-key') ?? headers.get('x-reference-id'), note);
    if (pathname.includes('disbursement')) return new Response('', { status: 202 });
    if (pathname.includes('reversal')) return Response.json({ ResponseCode: '0' });
    const one = shown(note);
    return Response.json({ ...one, data: { ...one, transaction: { status: 'TIP' } } });
  };
  return { rail, answer };
}

test('killed at any boundary, a refund is sent once, or waits for a person; at every rail', async () => {
  const cutter = createCutter();
  const refundId = (await refundDue(14_000n)).replace('refund_', '');
  const path = `/api/operator/refunds/refund_${refundId}`;
  assert.equal((await people.asker.postJson(`${path}/send`, {})).statusCode, 200);
  const owned = h.owner.directories;
  const order = await owned
    .selectFrom('refund_orders')
    .select(['payment_id', 'provider'])
    .where('refund_id', '=', refundId)
    .executeTakeFirstOrThrow();
  const named = (name: string, request: string, hinted: string | null) =>
    sql`UPDATE prewatt.payments SET provider_reference = ${name}, provider_request = ${request},
      hinted_reference = ${hinted} WHERE id = ${order.payment_id}::uuid`.execute(owned);
  const reset = (provider: string) =>
    sql`UPDATE prewatt.refund_orders SET provider = ${provider}, state = 'asked', checks = 0,
      provider_refund = NULL, decided_at = NULL, next_check_at = ${new Date(h.clock.nowMs)}
      WHERE refund_id = ${refundId}::uuid`.execute(owned);

  const sendOnce = async (config: ProviderConfig, n: number): Promise<boolean> => {
    const { rail: sending, answer: said } = createSendingRail();
    const start = () => {
      const [provider] = createProviders([config], {
        ...{ fetch: cutter.wire(said), nowMs: () => h.clock.nowMs },
      });
      return h.secondServices({
        database: cutter.database(h.database),
        ...(provider === undefined ? {} : { provider }),
      });
    };
    await reset(config.kind);
    let server = start();
    let cuts = 0;
    cutter.arm(n);
    for (let i = 0; i < 3; i += 1) {
      h.clock.nowMs += 5_000_000;
      await attempt(
        cutter,
        () => server.refundSending.sweep(h.utilityId),
        () => {
          cuts += 1;
          server = start();
        },
      );
    }
    cutter.arm(null);
    const where = `${config.kind}, killed at ${n}`;
    const { state } = await owned
      .selectFrom('refund_orders')
      .select('state')
      .where('refund_id', '=', refundId)
      .executeTakeFirstOrThrow();
    assert.equal(state, 'accepted', where);
    // Without a key against doubles, one that may have been sent waits for a person.
    const isKeyless = ['daraja', 'airtel'].includes(config.kind);
    assert.ok(isKeyless ? sending.sent <= 1 : sending.sent === 1, `${where}: ${sending.sent}`);
    return cuts > 0;
  };

  await named(receipt, order.payment_id, null);
  for (const kind of ['momo', 'airtel', 'flutterwave', 'paystack', 'stripe', 'razorpay'] as const) {
    for (let n = 0; await sendOnce(speakers[kind].config, n); n += 1);
  }
  // Of a push that was found by asking, the receipt came later.
  await named('ws_CO_1', 'ws_CO_1', receipt);
  for (let n = 0; await sendOnce(payBillConfig, n); n += 1);
  await named(`T-${order.payment_id}`, order.payment_id, null);
  await reset(order.provider);
});
