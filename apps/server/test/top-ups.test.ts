// Automatic top-ups on a real database: asked for once whoever looks, with the reason, by the phone
// or by a kept card that is charged at most once; stopped by operators, ended with the phone.

import assert from 'node:assert/strict';
import { after, before, beforeEach, test } from 'node:test';
import { energyWh, err, idFromUuid, ok, powerW } from '@prewatt/quantities';
import { sql } from 'kysely';
import type { PaymentProvider, ProviderStatus } from '../src/money/payments/index.ts';
import { loadConnection } from '../src/registry/connections/index.ts';
import { setRule } from '../src/workflows/top-ups/index.ts';
import { createHarness, type Harness, succeeded } from './harness.ts';
import { createHttpHarness, type HttpHarness, Visitor } from './http-harness.ts';

const hourMs = 3_600_000;
const dayMs = 24 * hourMs;
const perHourWh = 300;
const password = 'a long enough password';
const phone = '+27825550101';
/** A Tuesday, noon in Johannesburg. */
let noonMs = Date.UTC(2026, 10, 24, 10);

let h: Harness;
let http: HttpHarness;
let operator: Visitor;
let visitor: Visitor;
let home: Awaited<ReturnType<Harness['addConnection']>>;
let sequence = 0;

/** A rail that keeps cards: what it was asked for, and what it answers next. */
const rail = {
  charged: [] as { reference: string; token: string }[],
  opened: [] as { reference: string; keepsCard: boolean; asksPhone: boolean }[],
  answer: 'pending' as 'pending' | 'unclear' | 'refuses',
  statuses: new Map<string, ProviderStatus>(),
};
const provider: PaymentProvider = {
  name: 'rail',
  label: 'Card rail',
  open: async ({ reference, keepsCard, asksPhone }) => {
    rail.opened.push({ reference, keepsCard, asksPhone });
    return ok({ checkoutUrl: `http://pay.test/${reference}`, providerRequest: null });
  },
  askAgain: async ({ reference }) => ok(rail.statuses.get(reference) ?? { status: 'pending' }),
  notification: ({ rawBody }) => {
    const { reference, status } = JSON.parse(rawBody.toString());
    const receivedMinor = BigInt(status.receivedMinor);
    return ok({ kind: 'word', reference, status: { ...status, receivedMinor } });
  },
  cards: {
    tokenOf: async () => ok({ token: 'AUTH_of_the_rail', label: 'visa, ending in 4081' }),
    charge: async ({ reference }, token) => {
      rail.charged.push({ reference, token });
      if (rail.answer === 'unclear') return err('unreachable');
      const status: ProviderStatus = { status: rail.answer === 'refuses' ? 'failed' : 'pending' };
      return ok({ providerRequest: 'charge-1', status });
    },
  },
};

before(async () => {
  h = await createHarness({ realProvider: () => provider });
  http = await createHttpHarness(h);
  await http.createOperator({ email: 'operator@test.example', password, role: 'operator' });
  operator = new Visitor(http.app);
  const email = 'operator@test.example';
  await operator.postJson('/api/auth/sign-in/email', { email, password });
  visitor = new Visitor(http.app);
  await visitor.get('/sign-in');
  await visitor.post('/sign-in', { phone });
  await visitor.post('/sign-in/code', { phone, code: http.codes.at(-1)?.code ?? '' });
});
after(async () => {
  await http.close();
  await h.close();
});
beforeEach(async () => {
  noonMs += 7 * dayMs;
  h.clock.nowMs = noonMs;
  rail.answer = 'pending';
  rail.charged.length = 0;
  home = await h.addConnection();
  for (let from = 0; from <= 240; from += 48) {
    sequence += 1;
    const entries = Array.from({ length: Math.min(48, 241 - from) }, (_, i) => ({
      endsAtMs: noonMs - (240 - from - i) * hourMs,
      importEnergyWh: energyWh(BigInt(100_000 + (from + i) * perHourWh)),
    }));
    await h.fromMeter(home.meterPan, { kind: 'profile', sequence, entries });
  }
  await left(20 * perHourWh);
});

const left = (wh: number) =>
  h.fromMeter(home.meterPan, {
    kind: 'state',
    state: {
      capturedAtMs: h.clock.nowMs,
      availableEnergyWh: energyWh(BigInt(wh)),
      powerW: powerW(300n),
      importEnergyWh: energyWh(172_000n),
      creditedEnergyWh: energyWh(200_000n),
      owedEnergyWh: energyWh(0n),
      loadSwitch: 'connected',
      creditStatus: 'inCredit',
    },
  });
const sweep = (services = h.services) => services.topUps.sweep({ id: h.utilityId });
const want = (o: Partial<Parameters<typeof setRule>[1]['wanted']> = {}) =>
  h.database.inUtility(h.utilityId, async (tx) => {
    const connection = await loadConnection(tx, home);
    assert.ok(connection !== null);
    const utility = await h.services.utilities.get(h.utilityId);
    const base = {
      way: 'ask',
      daysAhead: 2,
      amountMinor: 5_000n,
      mostAWeekMinor: 10_000n,
    } as const;
    const wanted = { ...base, ...o };
    return setRule(tx, { connection, utility, wanted, hasCard: true, nowMs: h.clock.nowMs });
  });
const requests = async () => {
  const { rows } = await sql<{ outcome: string | null; sale: string | null; payment: string }>`
    SELECT t.outcome, s.state AS sale, p.id AS payment FROM prewatt.top_ups t
    LEFT JOIN prewatt.sales s ON s.bucket = t.bucket AND s.request_id = 'top-up:' || t.id
    LEFT JOIN prewatt.payments p ON p.bucket = t.bucket AND p.sale_id = s.id
    WHERE t.connection_id = ${home.connectionId}::uuid ORDER BY t.begun_at`.execute(
    h.owner.directories,
  );
  return rows;
};
const told = async () => {
  const { rows } = await sql<{ text: string }>`SELECT text FROM prewatt.messages
    WHERE kind = 'topUp' AND connection_id = ${home.connectionId}::uuid ORDER BY id`.execute(
    h.owner.directories,
  );
  return rows.map(({ text }) => text);
};
const pays = (reference: string, minor: bigint) =>
  h.services.payments.notification(
    'rail',
    succeeded(reference, minor, `paid-${reference}`),
    () => undefined,
  );
const page = () => `/connections/${idFromUuid('connection', home.connectionId)}/top-up`;
/** A purchase on the page, whose card the customer lets us keep. */
async function keepCard(): Promise<void> {
  const quote = await h.services.vending.makeQuote(home, 5_000n);
  assert.ok(quote.ok);
  const offer = `/quotes/${idFromUuid('quote', quote.value.quoteId)}`;
  assert.match((await visitor.get(offer)).body, /Keep this card/);
  await visitor.post(`${offer}/pay`, { keepCard: 'on' });
  const opened = rail.opened.at(-1);
  assert.equal(opened?.keepsCard, true);
  await pays(opened?.reference ?? '', 5_000n);
  await h.services.payments.cards.sweep(h.utilityId);
  // The meter has taken its token, and the purchase is long ago.
  await sql`UPDATE prewatt.tokens SET state = 'accepted'
    WHERE connection_id = ${home.connectionId}::uuid`.execute(h.owner.directories);
  h.clock.nowMs += 2 * hourMs;
  await left(20 * perHourWh);
}

test('the phone is asked once, whoever looks; the message says why; paid is followed by a pause', async () => {
  assert.ok((await want()).ok);
  await Promise.all([sweep(), sweep(h.secondServices())]);
  await sweep();
  const [first, ...more] = await requests();
  assert.deepEqual([first?.outcome, first?.sale, more.length], [null, 'awaitingPayment', 0]);
  assert.equal(rail.opened.at(-1)?.asksPhone, true);
  const [text, ...others] = await told();
  assert.equal(others.length, 0);
  assert.match(
    text ?? '',
    /credit for Flat \d+ ends about Wed 08:00 as you use it\. As you chose, pay ZAR 50\.00 here: http:\/\/pay\.test\/\S+ To change this: http\S+\/top-up$/,
  );
  h.clock.nowMs += 6 * hourMs;
  await left(14 * perHourWh);
  await sweep();
  assert.equal((await requests()).length, 1, 'never a second one while one is open');
  await pays(idFromUuid('payment', first?.payment ?? ''), 5_000n);
  await sweep();
  await sweep();
  assert.deepEqual(
    (await requests()).map(({ outcome }) => outcome),
    ['paid'],
  );
});

test('off by default; a far end, a full week and a pause ask for nothing', async () => {
  await sweep();
  assert.equal((await requests()).length, 0);
  assert.ok((await want({ daysAhead: 1 })).ok);
  await left(40 * perHourWh);
  await sweep();
  assert.equal((await requests()).length, 0, 'two days are left');
  await left(20 * perHourWh);
  await visitor.post(page(), { change: 'pause' });
  h.clock.nowMs += dayMs;
  await left(10 * perHourWh);
  await sweep();
  assert.equal((await requests()).length, 0, 'paused');
  await visitor.post(page(), { change: 'goOn' });
  await sweep();
  assert.equal((await requests()).length, 1);
});

test('a kept card is charged once for a request, also when nobody knows what became of it', async () => {
  await keepCard();
  const { rows } = await sql<{ label: string; sealed: Buffer }>`SELECT label, sealed
    FROM prewatt.kept_cards WHERE connection_id = ${home.connectionId}::uuid`.execute(
    h.owner.directories,
  );
  assert.equal(rows[0]?.label, 'visa, ending in 4081');
  assert.equal(rows[0]?.sealed.includes('AUTH'), false, 'sealed');
  assert.ok((await want({ way: 'card' })).ok);
  rail.answer = 'unclear';
  await sweep();
  for (let i = 0; i < 5; i += 1) {
    h.clock.nowMs += 10 * 60_000;
    await sweep();
    await h.services.payments.checkOpen(h.utilityId);
  }
  assert.deepEqual(
    rail.charged.map(({ token }) => token),
    ['AUTH_of_the_rail'],
  );
  assert.match((await told())[0] ?? '', /ZAR 50\.00 is taken from your visa, ending in 4081/);
  // The rail knows in the end.
  rail.statuses.set(rail.charged[0]?.reference ?? '', { status: 'failed' });
  h.clock.nowMs += 10 * 60_000;
  await h.services.payments.checkOpen(h.utilityId);
  await sweep();
  assert.deepEqual(
    (await requests()).map(({ outcome }) => outcome),
    ['notPaid'],
  );
  assert.match((await told())[1] ?? '', /could not be taken from your card/);
});

test('a card that the customer takes back is gone, and what it paid for is off', async () => {
  await keepCard();
  assert.ok((await want({ way: 'card' })).ok);
  await visitor.post(page(), { change: 'forgetCard' });
  await sweep();
  assert.equal(rail.charged.length, 0);
  const { rows } = await sql<{ sealed: Buffer | null }>`SELECT sealed FROM prewatt.kept_cards
    WHERE connection_id = ${home.connectionId}::uuid`.execute(h.owner.directories);
  assert.equal(rows[0]?.sealed, null);
  assert.match((await visitor.get(page())).body, /It is <b>off<\/b>/);
});

test('the next tenant neither pays nor is asked', async () => {
  await keepCard();
  assert.ok((await want({ way: 'card' })).ok);
  await sql`UPDATE prewatt.connections SET customer_phone = '+27825550177'
    WHERE id = ${home.connectionId}::uuid`.execute(h.owner.directories);
  await sweep();
  assert.deepEqual([rail.charged.length, (await requests()).length], [0, 0]);
  await sql`UPDATE prewatt.connections SET customer_phone = ${phone}
    WHERE id = ${home.connectionId}::uuid`.execute(h.owner.directories);
  await sweep();
  assert.equal((await requests()).length, 0, 'it was turned off for good');
});

test('an operator sees it and stops it, on the record; the customer cannot turn it on', async () => {
  assert.ok((await want()).ok);
  const route = `/api/operator${page()}`;
  const reason = 'The customer called: a lost phone';
  const stopped = await operator.postJson(`${route}/stop`, { reason });
  assert.equal(stopped.statusCode, 200, stopped.body);
  await sweep();
  assert.equal((await requests()).length, 0);
  assert.match((await visitor.get(page())).body, /has <b>stopped<\/b> it: The customer called/);
  const form = { change: 'save', way: 'ask', days: '2', amount: '50', week: '100' };
  assert.equal((await visitor.post(page(), form)).statusCode, 422);
  assert.equal((await operator.postJson(`${route}/stop`, { reason })).statusCode, 409);
  assert.equal((await operator.postJson(`${route}/allow`, { reason })).statusCode, 200);
  await sweep();
  const view = (await operator.get(route, 'application/json')).json();
  assert.deepEqual([view.state, view.requests.length], ['on', 1]);
  assert.match(view.requests[0].reason, /Credit was expected to end about/);
  const { rows } = await sql<{ act: string }>`SELECT act FROM prewatt.operator_acts
    WHERE act LIKE 'topUp%' ORDER BY at, id`.execute(h.owner.directories);
  assert.deepEqual(
    rows.map(({ act }) => act),
    ['topUpStopped', 'topUpAllowed'],
  );
});

test('the form says what is wrong, and keeps what was typed', async () => {
  const good = { change: 'save', way: 'ask', days: '2', amount: '50', week: '100' };
  const tries: [Partial<typeof good>, RegExp][] = [
    [{ days: '0' }, /from 1 to 14/],
    [{ amount: 'x' }, /in digits/],
    [{ amount: '0.50' }, /Give an amount from/],
    [{ week: '49' }, /at least the amount of one/],
    [{ way: 'card' }, /No card is kept yet/],
  ];
  for (const [wrong, says] of tries) {
    const answer = await visitor.post(page(), { ...good, ...wrong });
    assert.equal(answer.statusCode, 422);
    assert.match(answer.body, says);
  }
  assert.equal((await visitor.post(page(), good)).statusCode, 303);
  assert.match((await visitor.get(page())).body, /It is <b>on<\/b>/);
});
