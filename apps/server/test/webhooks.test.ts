// Webhooks to a receiver of another hand: what is committed is told, signed as the library of
// Standard Webhooks checks it, tried again after a failure, replayed, and turned off by 410.

import assert from 'node:assert/strict';
import { createServer, type IncomingHttpHeaders, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { after, before, beforeEach, test } from 'node:test';
import {
  deliveryPageSchema,
  endpointMadeSchema,
  integrationMadeSchema,
  problemSchema,
  type WebhookEventType,
  webhookEvents,
  webhookEventTypes,
} from '@prewatt/api';
import { idFromUuid } from '@prewatt/quantities';
import { sql } from 'kysely';
import { Webhook } from 'standardwebhooks';
import { createHarness, type Harness, newTestUuid, startMs } from './harness.ts';
import { createHttpHarness, type HttpHarness, Visitor } from './http-harness.ts';
import { buyAndPay } from './purchases.ts';

const password = 'a long enough password';
const root = '/api/operator';
const scopes = ['sales:read', 'meters:read', 'money:read'];

type Heard = { headers: IncomingHttpHeaders; body: string; type: string; data: object };
let h: Harness;
let http: HttpHarness;
let administrator: Visitor;
let receiver: Server;
let url: string;
let integrationId: string;
let heard: Heard[];
let answer: { status: number; headers?: Record<string, string> };

before(async () => {
  h = await createHarness({ webhookReach: 'any' });
  // The library compares with the clock of the machine.
  h.clock.nowMs = Date.now();
  http = await createHttpHarness(h);
  const email = 'administrator@test.example';
  await http.createOperator({ email, password, role: 'administrator' });
  administrator = new Visitor(http.app);
  await administrator.postJson('/api/auth/sign-in/email', { email, password });
  receiver = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const body = Buffer.concat(chunks).toString();
      heard.push({ headers: request.headers, body, ...JSON.parse(body) });
      response.writeHead(answer.status, answer.headers).end();
    });
  });
  await new Promise<void>((resolve) => receiver.listen(0, '127.0.0.1', resolve));
  url = `http://127.0.0.1:${(receiver.address() as AddressInfo).port}/hook`;
  const made = await administrator.postJson(`${root}/integrations`, {
    ...{ requestId: 'of-the-webhooks', name: 'Receiver', scopes },
  });
  integrationId = integrationMadeSchema.parse(made.json()).integration.integrationId;
});
after(async () => {
  receiver.close();
  await http.close();
  await h.close();
});
beforeEach(() => {
  heard = [];
  answer = { status: 204 };
});

let requests = 0;
async function listen(events: readonly WebhookEventType[], o: { url?: string } = {}) {
  requests += 1;
  const made = await administrator.postJson(`${root}/integrations/${integrationId}/endpoints`, {
    ...{ requestId: `endpoint-${requests}`, url: o.url ?? url, events },
  });
  assert.equal(made.statusCode, 200, made.body);
  const { endpoint, secret } = endpointMadeSchema.parse(made.json());
  const path = `${root}/endpoints/${endpoint.endpointId}`;
  const act = (name: string, body: object) => administrator.postJson(`${path}/${name}`, body);
  return { secret, path, act, off: () => act('state', { state: 'off' }) };
}
const deliver = async (): Promise<void> => {
  await h.services.webhooks.sweep(h.utilityId);
  await h.services.webhooks.idle();
};
const deliveries = async (path: string) =>
  deliveryPageSchema.parse((await administrator.get(`${path}/deliveries`)).json()).rows;
const codeOf = (said: { body: string }) => problemSchema.parse(JSON.parse(said.body)).code;
const typesHeard = () => heard.map(({ type }) => type).sort();

test('a sale is told as it goes: paid, issued, accepted, signed as others check it', async () => {
  const home = await h.addConnection();
  const to = await listen(webhookEventTypes);
  const saleId = await buyAndPay(h, 10_000n, 'W1', home);
  await deliver();
  assert.deepEqual(typesHeard(), ['sale.paid', 'token.issued']);
  for (const { headers, body, type, data } of heard) {
    new Webhook(to.secret).verify(body, headers as Record<string, string>);
    webhookEvents[type as WebhookEventType].data.parse(data);
    assert.throws(() => new Webhook(to.secret).verify(`${body} `, headers as never));
  }
  const paid = heard.find(({ type }) => type === 'sale.paid');
  assert.deepEqual(paid?.data, {
    connectionId: idFromUuid('connection', home.connectionId),
    saleId: idFromUuid('sale', saleId),
    ...{ amountMinor: '10000', currency: 'ZAR' },
  });
  const all = JSON.stringify(heard);
  assert.doesNotMatch(all, /A Customer|27825550101|Test Street|\d{20}/, 'nothing of the person');
  await deliver();
  assert.equal(heard.length, 2, 'each once');
  await to.off();
});

test('low credit and supply are told, whatever the customer chose to hear', async () => {
  const home = await h.addConnection();
  const to = await listen(['credit.low', 'supply.off', 'supply.on']);
  const atMs = h.clock.nowMs;
  const events = [
    { sequence: 1, atMs, code: 'creditVeryLow' as const, availableEnergyWh: 900n as never },
    { sequence: 2, atMs, code: 'loadSwitchOpened' as const, cause: 'credit' as const },
    { sequence: 3, atMs, code: 'loadSwitchClosed' as const, cause: 'credit' as const },
  ];
  await h.fromMeter(home.meterPan, { kind: 'events', sequence: 1, events });
  await h.fromMeter(home.meterPan, { kind: 'events', sequence: 2, events });
  await deliver();
  assert.deepEqual(typesHeard(), ['credit.low', 'supply.off', 'supply.on']);
  for (const { type, data } of heard) webhookEvents[type as WebhookEventType].data.parse(data);
  await to.off();
});

test('a receiver that fails is tried again later under the same id, and then it is delivered', async () => {
  const to = await listen(['sale.paid']);
  answer = { status: 503, headers: { 'retry-after': '60' } };
  await buyAndPay(h, 10_000n, 'W2');
  await deliver();
  const [waiting] = await deliveries(to.path);
  assert.deepEqual([waiting?.state, waiting?.status, waiting?.attempts], ['waiting', 503, 1]);
  await deliver();
  assert.equal(heard.length, 1, 'not before its time');
  h.clock.nowMs += 70_000;
  answer = { status: 200 };
  await deliver();
  const [done] = await deliveries(to.path);
  assert.deepEqual([done?.state, done?.status, done?.attempts], ['delivered', 200, 2]);
  assert.deepEqual(new Set(heard.map(({ headers }) => headers['webhook-id'])).size, 1);
  assert.equal(heard[0]?.headers['webhook-id'], done?.messageId);
  await to.off();
});

test('a redirect is a failure, and what never answers well is given up after ten attempts', async () => {
  const to = await listen(['sale.paid']);
  answer = { status: 302, headers: { location: url } };
  await buyAndPay(h, 10_000n, 'W3');
  for (let attempt = 0; attempt < 12; attempt += 1) {
    await deliver();
    h.clock.nowMs += 30 * 3_600_000;
  }
  assert.equal(heard.length, 10);
  const [row] = await deliveries(to.path);
  assert.deepEqual([row?.state, row?.status, row?.attempts], ['failed', 302, 10]);
  await to.off();
  h.clock.nowMs = Date.now();
});

test('410 turns the endpoint off; what it missed comes when it is turned on again', async () => {
  const to = await listen(['sale.paid']);
  answer = { status: 410 };
  await buyAndPay(h, 10_000n, 'W4');
  await deliver();
  const listed = await administrator.get(`${root}/integrations/${integrationId}/endpoints`);
  const mine = listed
    .json()
    .rows.find((row: { endpointId: string }) => to.path.endsWith(row.endpointId));
  assert.deepEqual([mine.state, mine.offReason, mine.waiting], ['off', 'gone', 1]);
  await deliver();
  assert.equal(heard.length, 1, 'nothing while it is off');
  answer = { status: 204 };
  await to.act('state', { state: 'on' });
  await deliver();
  assert.equal(heard.length, 2);
  await to.off();
});

test('a test event and a replay come under the ids of their events', async () => {
  const to = await listen(['sale.paid']);
  assert.deepEqual((await to.act('test', {})).json(), { deliveries: 1 });
  h.clock.nowMs += 1;
  const from = new Date(h.clock.nowMs).toISOString();
  await buyAndPay(h, 10_000n, 'W5');
  await deliver();
  assert.deepEqual(typesHeard(), ['prewatt.test', 'sale.paid']);
  const sale = (await deliveries(to.path)).find(({ type }) => type === 'sale.paid');
  await to.act('replay', { deliveryId: sale?.deliveryId });
  const span = { from, to: new Date(h.clock.nowMs + 1).toISOString() };
  assert.deepEqual((await to.act('replay', span)).json(), { deliveries: 1 });
  await deliver();
  const ids = heard
    .filter(({ type }) => type === 'sale.paid')
    .map(({ headers }) => headers['webhook-id']);
  assert.deepEqual(ids, [sale?.messageId, sale?.messageId, sale?.messageId]);
  assert.equal((await deliveries(to.path)).filter(({ isReplay }) => isReplay).length, 2);
  await to.off();
});

test('while a secret is replaced both sign; after the overlap the new one alone', async () => {
  const to = await listen(['sale.paid']);
  const body = { requestId: 'replace-the-secret', overlapHours: 1 };
  const { secret } = (await to.act('rotate', body)).json();
  assert.equal(codeOf(await to.act('rotate', body)), 'secretShownBefore');
  await to.act('test', {});
  await deliver();
  const check = (one: Heard | undefined, by: string) =>
    new Webhook(by).verify(one?.body ?? '', one?.headers as Record<string, string>);
  check(heard[0], to.secret);
  check(heard[0], secret);
  h.clock.nowMs += 3_600_000;
  await to.act('test', {});
  await deliver();
  assert.equal(String(heard[1]?.headers['webhook-signature']).split(' ').length, 1);
  h.clock.nowMs -= 3_600_000;
  await to.off();
});

test('an endpoint hears what its integration may read, and a rolled-back fact is not told', async () => {
  const made = await administrator.postJson(`${root}/integrations`, {
    ...{ requestId: 'of-tariffs-only', name: 'Tariffs', scopes: ['tariffs:read'] },
  });
  const path = `${root}/integrations/${made.json().integration.integrationId}/endpoints`;
  const wish = { requestId: 'too-much-asked', url, events: ['sale.paid'] };
  const refused = await administrator.postJson(path, wish);
  assert.equal(codeOf(refused), 'scopeMissing');
  assert.match(refused.json().detail, /has not the scope [a-zA-Z:.]+ \(for [a-zA-Z., ]+\)/);
  const to = await listen(['sale.paid']);
  const fact = {
    ...{ type: 'sale.paid' as const, factKey: 'never', atMs: startMs },
    data: { connectionId: 'c', saleId: 's', amountMinor: '1', currency: 'ZAR' },
  };
  const rolledBack = h.database.inUtility(h.utilityId, async (tx) => {
    await h.services.webhooks.tell(tx, h.utilityId, () => [fact]);
    throw new Error('rolled back');
  });
  await assert.rejects(rolledBack);
  await deliver();
  assert.deepEqual(heard, []);
  await to.off();
});

test('a revoked integration is told nothing more, and its calls stop', async () => {
  await listen(['sale.paid']);
  await administrator.postJson(`${root}/integrations/${integrationId}/revoke`, { reason: 'Over' });
  await buyAndPay(h, 10_000n, 'W6');
  await deliver();
  assert.deepEqual(heard, []);
});

test('events are forgotten when they are old and wait for nobody, never before thirty days', async () => {
  const owner = h.owner.directories;
  const seed = async (days: number, state: 'delivered' | 'waiting') => {
    const id = newTestUuid();
    await sql`INSERT INTO prewatt.webhook_events (id, utility_id, type, fact_key, at, data)
      VALUES (${id}::uuid, ${h.utilityId}::uuid, 'sale.made', ${id},
        clock_timestamp() - make_interval(days => ${days}), '{}')`.execute(owner);
    await sql`INSERT INTO prewatt.webhook_deliveries (utility_id, endpoint_id, event_id, state,
        created_at, due_at) SELECT ${h.utilityId}::uuid, id, ${id}::uuid, ${state}, now(),
        now() + interval '1 year' FROM prewatt.webhook_endpoints LIMIT 1`.execute(owner);
    return id;
  };
  const [old, waits, young] = [
    await seed(91, 'delivered'),
    await seed(91, 'waiting'),
    await seed(89, 'delivered'),
  ];
  assert.equal(await h.services.webhooks.forgetOld(h.utilityId), 1);
  const left = await sql<{ id: string }>`SELECT id FROM prewatt.webhook_events
    WHERE id = ANY (${[old, waits, young]}::uuid[]) ORDER BY at`.execute(owner);
  assert.deepEqual(
    left.rows.map(({ id }) => id),
    [waits, young],
  );
  await h.database.inUtility(h.utilityId, (tx) => sql`SELECT forget_webhook_events(0)`.execute(tx));
  const after = await sql`SELECT FROM prewatt.webhook_events WHERE id = ${young}::uuid`.execute(
    owner,
  );
  assert.equal(after.rows.length, 0, 'older than thirty days');
  await seed(29, 'delivered');
  await h.database.inUtility(h.utilityId, async (tx) => {
    const none = await sql<{ gone: number }>`SELECT forget_webhook_events(0) AS gone`.execute(tx);
    assert.deepEqual(none.rows, [{ gone: 0 }]);
  });
});
