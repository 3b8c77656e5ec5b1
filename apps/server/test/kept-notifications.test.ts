// What providers send is kept as it came, without their secrets: read by who may, judged again by
// the same code with the same result, forgotten when its time is over; and strangers fill no disk.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import {
  notificationDetailSchema,
  notificationPageSchema,
  notificationReplayedSchema,
} from '@prewatt/api';
import { expectOk, idFromUuid, parseId, uuidOf } from '@prewatt/quantities';
import { sql } from 'kysely';
import type { Services } from '../src/compose/services.ts';
import type { RawNotification } from '../src/money/payments/provider.ts';
import { createPeople, type People } from './correction-harness.ts';
import { createHarness, type Harness, testUtility } from './harness.ts';
import { createHttpHarness, type HttpHarness } from './http-harness.ts';
import { kenyan, kes, secret } from './provider-speaker.ts';
import { createWorld, type World } from './provider-worlds.ts';

const root = '/api/operator/notifications';
const dayMs = 86_400_000;
let h: Harness;
let http: HttpHarness;
let people: People;
let stripe: World;
before(async () => {
  stripe = createWorld('stripe');
  h = await createHarness({ realProvider: stripe.provider, currency: kes });
  http = await createHttpHarness(h);
  people = await createPeople(http);
});
after(async () => {
  await http.close();
  await h.close();
});

async function buy(services: Services): Promise<string> {
  const place = await h.addConnection({ customer: { name: 'A Customer', phone: kenyan } });
  const quote = await services.vending.makeQuote(place, 5_000n);
  assert.ok(quote.ok);
  const { quoteId } = quote.value;
  const begun = await services.payments.startPurchase(place, { quoteId, requestId: quoteId });
  assert.ok(begun.ok, JSON.stringify(begun));
  return begun.value.saleId;
}
const say = (services: Services, kind: string, { rawBody, header, ...from }: RawNotification) =>
  services.payments.notification(kind, rawBody, header, from);
const list = async (query = '', by = people.viewer) =>
  notificationPageSchema.parse((await by.get(`${root}${query}`)).json()).rows;
const replay = async (id: string) => {
  const answer = await people.asker.postJson(`${root}/${id}/replay`, {});
  assert.equal(answer.statusCode, 200, answer.body);
  return notificationReplayedSchema.parse(answer.json()).made;
};
const tokensOf = (saleId: string) =>
  h.database.inUtility(h.utilityId, async (tx) => {
    const rows = await tx.selectFrom('tokens').select('id').where('sale_id', '=', saleId).execute();
    return rows.length;
  });

test('what came is kept byte by byte and once, and judged again it does nothing twice', async () => {
  const saleId = await buy(h.services);
  stripe.decide('paid');
  const came = stripe.notification();
  for (let i = 0; i < 3; i += 1) assert.ok((await say(h.services, 'stripe', came)).ok);
  const [row, ...others] = await list('?show=taken');
  assert.ok(row !== undefined && others.length === 0);
  assert.deepEqual([row.provider, row.made, row.times], ['stripe', 'word', 3]);
  assert.deepEqual(await list(`?payment=${row.paymentId}`), [row]);
  assert.deepEqual(await list('?payment=payment_00000000-0000-7000-8000-000000000000'), []);

  const read = await people.viewer.get(`${root}/${row.notificationId}`);
  const detail = notificationDetailSchema.parse(read.json());
  assert.ok(Buffer.from(detail.bodyBase64, 'base64').equals(came.rawBody));
  assert.equal(detail.headers['stripe-signature'], came.header('stripe-signature'));

  // The signature is long over by now; it was good when it came.
  h.clock.nowMs += dayMs;
  assert.equal(await replay(row.notificationId), 'word');
  assert.equal(await tokensOf(saleId), 1);
  const again = await people.viewer.postJson(`${root}/${row.notificationId}/replay`, {});
  assert.equal(again.statusCode, 403);
  const acts = await h.database.inUtility(h.utilityId, (tx) =>
    tx
      .selectFrom('operator_acts')
      .select('act')
      .where('subject', '=', row.notificationId)
      .orderBy('entered')
      .execute(),
  );
  assert.deepEqual(
    acts.map(({ act }) => act),
    ['notificationRead', 'notificationReplayed'],
  );
});

test('each row says how much, under which reference, and what became of it', async () => {
  const saleId = await buy(h.services);
  stripe.decide('paid');
  const came = stripe.notification();
  assert.ok((await say(h.services, 'stripe', came)).ok);
  const [row] = await list('?show=sold');
  assert.ok(row !== undefined && row.providerReference !== null);
  assert.equal(row.saleId, idFromUuid('sale', saleId));
  assert.deepEqual(
    [row.became, row.amountText, row.isAmountOfPayment, row.isMoneyAgain, row.judged],
    ['sold', 'KES 50.00', false, false, null],
  );
  // By its reference, by its amount in more than one way, and not by another one.
  const idsOf = async (query: string) =>
    (await list(query)).map(({ notificationId }) => notificationId);
  const id = row.notificationId;
  assert.deepEqual(await idsOf(`?search=${row.providerReference}`), [id]);
  for (const text of ['50', '50.00', 'KES 50,00']) {
    assert.ok((await idsOf(`?search=${encodeURIComponent(text)}`)).includes(id), text);
  }
  assert.deepEqual(await idsOf('?search=50.01'), []);
  assert.deepEqual(await idsOf('?search=no-such-reference'), []);
  assert.deepEqual(await idsOf('?show=waits'), []);
  assert.deepEqual(await idsOf('?provider=momo'), []);
  // The harness's machine has the clock of the tests: both days are in it.
  const day = row.heardAt.slice(0, 10);
  assert.ok((await idsOf(`?from=${day}&to=${day}`)).includes(id));
  assert.deepEqual(await idsOf('?from=2001-01-01&to=2001-01-02'), []);

  // The same money in other words, as after a change of the provider's form.
  h.clock.nowMs += 1_000;
  assert.ok((await say(h.services, 'stripe', { ...came, path: ['elsewhere'] })).ok);
  const again = await list('?show=repeated');
  assert.ok(
    again.some((each) => each.isMoneyAgain && each.providerReference === row.providerReference),
  );

  // Who had it judged again, and what was made of it, stands on its row; what it says is read anew.
  const owner = h.owner.directories;
  const uuid = uuidOf(expectOk(parseId('notification', id), 'notification'));
  await sql`UPDATE prewatt.provider_notifications SET amount_minor = NULL, currency_code = NULL
    WHERE id = ${uuid}::uuid`.execute(owner);
  const ofBefore = (await list(`?search=${row.providerReference}`)).find(
    ({ notificationId }) => notificationId === id,
  );
  assert.deepEqual([ofBefore?.amountText, ofBefore?.isAmountOfPayment], ['KES 50.00', true]);
  await replay(id);
  const judged = (await list('?show=sold')).find(({ notificationId }) => notificationId === id);
  assert.deepEqual([judged?.judged?.made, judged?.amountText], ['word', 'KES 50.00']);
  assert.ok((judged?.judged?.by ?? '') !== '');
});

test('what came before its money stood in columns is read by upkeep, and acted on no more', async () => {
  // Upkeep forgets by the clock of the database: what comes now is not old.
  h.clock.nowMs = Math.max(h.clock.nowMs, Date.now());
  const saleId = await buy(h.services);
  stripe.decide('paid');
  const came = stripe.notification();
  assert.ok((await say(h.services, 'stripe', came)).ok);
  const saleNamed = idFromUuid('sale', saleId);
  const now = (await list('?show=sold')).find((row) => row.saleId === saleNamed);
  assert.ok(now !== undefined && now.providerReference !== null);
  const forged = { ...came, header: () => 't=1,v1=00' };
  assert.ok(!(await say(h.services, 'stripe', forged)).ok);
  await sql`UPDATE prewatt.provider_notifications SET awaits_reading = true, amount_minor = NULL,
    currency_code = NULL, provider_reference = NULL`.execute(h.owner.directories);
  const found = () => list(`?search=${now.providerReference}`);
  assert.deepEqual(await found(), []);
  const acted = await tokensOf(saleId);

  await h.services.upkeep();
  const [old] = (await found()).filter((row) => row.saleId === saleNamed);
  assert.deepEqual([old?.notificationId, old?.amountText], [now.notificationId, now.amountText]);
  assert.deepEqual([old?.became, old?.judged], ['sold', null]);
  // Of what is not believed nothing is read, and nothing is looked at twice.
  const refused = await list('?show=refused');
  assert.ok(refused.length > 0 && refused.every((row) => row.providerReference === null));
  assert.equal(await h.services.keptNotifications.readOld(h.utilityId, () => assert.fail()), 0);
  assert.equal(await tokensOf(saleId), acted);
});

/** Services in which whatever settles the payment of a sale fails, as by a bug. */
const brokenFor = (saleId: string): Services =>
  h.secondServices({
    database: {
      ...h.database,
      inUtility: (utilityId, work) =>
        h.database.inUtility(utilityId, async (tx) => {
          const done = await work(tx);
          const { rows } = await sql<{ paid: boolean }>`SELECT EXISTS (SELECT FROM payments
            WHERE sale_id = ${saleId}::uuid AND state = 'succeeded') AS paid`.execute(tx);
          if (rows[0]?.paid === true) throw new Error('a bug');
          return done;
        }),
    },
  });

const attention = async (): Promise<number> =>
  (await people.viewer.get('/api/operator/overview')).json().attention;

test('one that nobody could act on is marked, and sells when it is judged again', async () => {
  const saleId = await buy(h.services);
  stripe.decide('paid');
  const broken = brokenFor(saleId);
  await assert.rejects(say(broken, 'stripe', stripe.notification()), /a bug/);
  assert.equal(await tokensOf(saleId), 0);
  const [row] = await list('?show=failed');
  assert.ok(row !== undefined);
  const waits = await attention();
  assert.equal(await replay(row.notificationId), 'word');
  assert.equal(await tokensOf(saleId), 1);
  assert.deepEqual(await list('?show=failed'), []);
  assert.equal(await attention(), waits - 1, 'it stood on the attention list');
});

test('one that nobody could act on is over once its provider says it again and it goes well', async () => {
  const saleId = await buy(h.services);
  stripe.decide('paid');
  const came = stripe.notification();
  await assert.rejects(say(brokenFor(saleId), 'stripe', came), /a bug/);
  assert.equal((await list('?show=failed')).length, 1);
  assert.ok((await say(h.services, 'stripe', came)).ok);
  assert.equal(await tokensOf(saleId), 1);
  assert.deepEqual(await list('?show=failed'), []);
});

test('one that is not believed when it is judged again stays marked', async () => {
  const saleId = await buy(h.services);
  stripe.decide('paid');
  await assert.rejects(say(brokenFor(saleId), 'stripe', stripe.notification()), /a bug/);
  const [row] = await list('?show=failed');
  assert.ok(row !== undefined);
  // As after another secret was configured: the signature that was kept fits no more.
  const id = uuidOf(expectOk(parseId('notification', row.notificationId), 'notification'));
  await sql`UPDATE prewatt.provider_notifications SET headers = replace(headers, 'v1=', 'v1=x')
    WHERE id = ${id}::uuid`.execute(h.owner.directories);
  assert.equal(await replay(row.notificationId), 'badSignature');
  assert.equal((await list('?show=failed')).length, 1);
});

test('the secret of an address is kept nowhere, and put back when it is judged again', async () => {
  const daraja = createWorld('daraja');
  const services = h.secondServices({
    provider: daraja.provider({ nowMs: () => h.clock.nowMs }),
  });
  await buy(services);
  daraja.decide('paid');
  const came = daraja.notification();
  assert.equal(came.path[0], secret);
  assert.ok((await say(services, 'daraja', came)).ok);
  const { rows } = await h.database.inUtility(h.utilityId, (tx) =>
    sql<{ text: string; path: string }>`SELECT n::text AS text, path FROM provider_notifications n
      WHERE provider = 'daraja'`.execute(tx),
  );
  assert.equal(rows.length, 1);
  assert.ok(!rows[0]?.text.includes(secret));
  const [row] = await list('?provider=daraja');
  assert.ok(row !== undefined);
  const read = await people.viewer.get(`${root}/${row.notificationId}`);
  assert.match(notificationDetailSchema.parse(read.json()).path, /^\(hidden\)\//);
  const made = await services.payments.notificationAgain('daraja', (passwords) => {
    const raw = services.keptNotifications.rawOf(
      {
        ...{ provider: 'daraja', path: rows[0]?.path ?? '', heard_at: h.clock.nowMs },
        ...{ address: came.address, headers: '{}', body: came.rawBody },
      },
      passwords,
    );
    return { ...raw, rawBody: raw.body, header: () => undefined };
  });
  assert.equal(made?.made, 'hint');
  // Acting on a hint may go wrong: it has nothing left to say once its payment is settled.
  await sql`UPDATE prewatt.provider_notifications SET failed_at = heard_at
    WHERE provider = 'daraja'`.execute(h.owner.directories);
  assert.equal((await list('?show=failed&provider=daraja')).length, 1);
  h.clock.nowMs += 60_000;
  await services.payments.checkOpen(h.utilityId);
  assert.deepEqual(await list('?show=failed&provider=daraja'), []);
  // This server has no Daraja: nobody can judge it.
  const gone = await people.asker.postJson(`${root}/${row.notificationId}/replay`, {});
  assert.equal(gone.statusCode, 409);
});

test('a wrong secret, a sender that is not listed and a bad signature are told apart', async () => {
  const daraja = createWorld('daraja');
  const services = h.secondServices({ provider: daraja.provider({ nowMs: () => h.clock.nowMs }) });
  await buy(services);
  daraja.decide('paid');
  const came = daraja.notification();
  const old = { ...came, path: ['the-secret-before', ...came.path.slice(1)] };
  assert.deepEqual(await say(services, 'daraja', old), { ok: false, error: 'wrongSecret' });
  const [row] = await list('?show=refused&provider=daraja');
  assert.deepEqual([row?.made, row?.became, row?.amountText], ['wrongSecret', 'refused', null]);
  const answer = await http.app.inject({
    ...{ method: 'POST', url: '/api/payments/stripe/notifications', payload: '{}' },
  });
  assert.match(answer.json().detail, /the signature does not fit/);
});

test('what strangers send is kept apart, and only as much of it as an hour has room for', async () => {
  const before = (await list('?show=refused')).length;
  const forged = (text: string, address: string) =>
    say(h.services, 'stripe', {
      ...{ rawBody: Buffer.from(text), header: () => undefined, path: [], address },
    });
  const counts = () => h.services.keptNotifications.counts().notKept;
  const notKept = counts();
  const answer = await forged('{"id":"evt_1"}', '203.0.113.7');
  assert.deepEqual(answer, { ok: false, error: 'badSignature' });
  assert.equal((await list('?show=refused')).length - before, 1);
  // Longer than anything that a provider sends.
  await forged('x'.repeat(20_000), '203.0.113.7');
  assert.equal(counts() - notKept, 1);
  const long = 'y'.repeat(16_000);
  await Promise.all(Array.from({ length: 80 }, (_, i) => forged(`${i}${long}`, '203.0.113.7')));
  const dropped = counts() - notKept;
  assert.ok(dropped > 10 && dropped < 40, `${dropped}`);
  // Another address has its own part, and the next hour begins anew.
  await forged('{"id":"evt_2"}', '203.0.113.8');
  assert.equal(counts() - notKept, dropped);
  h.clock.nowMs += 3_600_000;
  await forged('{"id":"evt_3"}', '203.0.113.7');
  assert.equal(counts() - notKept, dropped);
});

test('a payday of notifications from one address of a provider is taken', async () => {
  const send = () =>
    http.app.inject({ method: 'POST', url: '/api/payments/stripe/notifications', payload: 'x' });
  const statuses = new Set<number>();
  for (let i = 0; i < 620; i += 1) statuses.add((await send()).statusCode);
  assert.deepEqual([...statuses], [401]);
});

test('after a week what was refused is forgotten, after ninety days the rest, and no other', async () => {
  const owner = h.owner.directories;
  const set = (made: string, days: number) =>
    sql`UPDATE prewatt.provider_notifications SET heard_at = clock_timestamp()
      - make_interval(days => ${days}::integer) WHERE made = ${made}`.execute(owner);
  const left = async () => {
    const rows = await sql<{ made: string }>`SELECT DISTINCT made
      FROM prewatt.provider_notifications ORDER BY made`.execute(owner);
    return rows.rows.map(({ made }) => made);
  };
  await set('word', 89);
  await set('hint', 91);
  await set('badSignature', 6);
  for (const made of ['wrongSecret', 'unlistedSender', 'staleSignature']) await set(made, 8);
  await h.services.keptNotifications.forgetOld(h.utilityId);
  assert.deepEqual(await left(), ['badSignature', 'word']);
  await set('badSignature', 8);
  await h.services.keptNotifications.forgetOld(h.utilityId);
  assert.deepEqual(await left(), ['word']);
  // The server's role makes nothing go sooner, and deletes nothing itself.
  await set('word', 29);
  await h.database.inUtility(h.utilityId, (tx) =>
    sql`SELECT forget_provider_notifications(0, 0, 0)`.execute(tx),
  );
  assert.deepEqual(await left(), ['word']);
  await assert.rejects(
    h.database.inUtility(h.utilityId, (tx) => sql`DELETE FROM provider_notifications`.execute(tx)),
    /permission denied/,
  );
  const stranger = await h.onboarding.createUtility(testUtility);
  const seen = await h.database.inUtility(stranger, (tx) =>
    tx.selectFrom('provider_notifications').select('id').execute(),
  );
  assert.deepEqual(seen, []);
});
