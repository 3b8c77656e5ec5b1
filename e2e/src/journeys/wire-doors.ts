// Strangers at the doors that no person sees: payment notifications, the meters' MQTT, the
// meter's page, the sandbox. A clear refusal each time and nothing written.

import assert from 'node:assert/strict';
import { createHmac, randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { isDeepStrictEqual } from 'node:util';
import { type APIRequestContext, request } from 'playwright-core';
import { rowCounts, tokensOfSale } from '../support/books.ts';
import { newVisitor, phoneScreen } from '../support/browser.ts';
import { askForQuote, goToPayment, saleIdOf, saleIs, signIn } from '../support/customer.ts';
import type { Demo } from '../support/demo.ts';
import { type Home, homeOf } from '../support/homes.ts';
import {
  connectPacket,
  openWire,
  packetTypes,
  publishPacket,
  subscribePacket,
  type Wire,
} from '../support/mqtt-wire.ts';
import { assertRefused, writesNothing } from '../support/refusals.ts';
import { town } from '../support/town.ts';
import { eventually } from '../support/wait.ts';

const homes = { meter: 7, neighbour: 8, payer: 9 } as const;
const badCredentials = 4;
const subscriptionRefused = 0x80;

test('a notification needs a fresh signature over its exact body', async () => {
  const demo = town.demo();
  const http = await request.newContext();
  const good = notification({ reference: `payment_${randomUUID()}` });
  const nowS = Math.floor(Date.now() / 1000);
  const tell = (body: string, headers: Record<string, string>) =>
    http.post(`${demo.urls.server}/api/payments/sandbox/notifications`, {
      data: Buffer.from(body),
      headers: { 'content-type': 'application/json', ...headers },
    });
  const signed = (body: string, atS = nowS) => sign(demo, body, atS);
  const tampered = good.replace('"amountMinor":"4000"', '"amountMinor":"400000"');
  assert.notEqual(tampered, good);
  const cases: [string, string, Record<string, string>, number][] = [
    ['no signature', good, {}, 401],
    ['nonsense for a signature', good, { 'x-sandbox-signature': 'v1=abc' }, 401],
    ['another body under the signature', tampered, signed(good), 401],
    ['a wrong signature', good, { 'x-sandbox-signature': `t=${nowS},v1=${'0'.repeat(64)}` }, 401],
    ['an old signature', good, signed(good, nowS - 3_600), 401],
    ['a signature from the future', good, signed(good, nowS + 3_600), 401],
    ['a signed nothing', '', signed(''), 400],
    ['signed nonsense', '{"event":', signed('{"event":'), 400],
    ['a signed list', '[]', signed('[]'), 400],
    ['an unknown payment', good, signed(good), 404],
    ['no identifier', notification({ reference: "' OR 1=1" }), {}, 401],
    ['an empty amount', notification({ amountMinor: '' }), {}, 401],
    ['another event', notification({ event: 'payment.maybe' }), {}, 401],
  ];
  await writesNothing(demo, async () => {
    for (const [name, body, headers, status] of cases) {
      await assertRefused(await tell(body, headers), [status], name);
    }
    for (const odd of [
      { reference: "' OR 1=1" },
      { reference: 'payment_\0' },
      { amountMinor: '-4000' },
      { amountMinor: '1e9' },
      { amountMinor: '0', reference: `payment_${randomUUID()}` },
      { event: 'payment.maybe' },
      { currency: { code: "'", scale: 2 } },
    ]) {
      const body = notification(odd);
      await assertRefused(await tell(body, signed(body)), [400, 404, 422], body);
    }
    const huge = notification({ padding: 'x'.repeat(100_000) });
    await assertRefused(await tell(huge, signed(huge)), [413], 'a huge notification');
    const elsewhere = await http.post(`${demo.urls.server}/api/payments/bank/notifications`, {
      data: good,
      headers: signed(good),
    });
    await assertRefused(elsewhere, [404], 'another provider');
  });
  await http.dispose();
});

test('another amount than asked makes no token and stands on the list', async () => {
  const demo = town.demo();
  const visitor = await newVisitor(town.browser(), { screen: phoneScreen });
  const { page } = visitor;
  const { phone } = await homeOf(demo, homes.payer);
  await signIn(page, demo, phone);
  await askForQuote(page, demo, '40');
  await goToPayment(page);
  const reference = /payment_[0-9a-f-]{36}/.exec((await page.textContent('main')) ?? '')?.[0];
  assert.ok(reference);
  const body = notification({ reference, amountMinor: '4001' });
  const headers = { 'content-type': 'application/json' };
  const tell = () =>
    page.request.post(`${demo.urls.server}/api/payments/sandbox/notifications`, {
      data: Buffer.from(body),
      headers: { ...headers, ...sign(demo, body, Math.floor(Date.now() / 1000)) },
    });
  assert.equal((await tell()).status(), 200);
  await page.getByRole('link', { name: 'Back to the shop' }).click();
  await saleIs(page, 'You have paid. We are fixing a problem');
  assert.deepEqual(await tokensOfSale(demo, saleIdOf(page)), []);
  const once = await rowCounts(demo);
  assert.equal((await tell()).status(), 200, 'a repeat gets the same answer');
  assert.deepEqual(await rowCounts(demo), once);
  await visitor.leave();
});

test('MQTT lets in meters with their own name, number and secret', async () => {
  const demo = town.demo();
  const meter = await homeOf(demo, homes.meter);
  const neighbour = await homeOf(demo, homes.neighbour);
  const { meterPan: id, mqttSecret: password } = meter;
  const strangers = [
    ['an unknown meter', { id: '600727000000000009', name: '600727000000000009', password }],
    ['a wrong secret', { id, name: id, password: '0'.repeat(32) }],
    ['no secret', { id, name: id, password: '' }],
    ["a neighbour's secret", { id, name: id, password: neighbour.mqttSecret }],
    ["another's identity", { id: neighbour.meterPan, name: id, password }],
    ["the head-end's name", { id: 'prewatt-headend', name: 'prewatt-headend', password }],
    ['an injection', { id: "' OR 1=1 --", name: "' OR 1=1 --", password }],
  ] as const;
  for (const [name, claim] of strangers) {
    const wire = await openWire(demo.mqttPort);
    wire.send(connectPacket(claim));
    const answer = await wire.next();
    if (answer !== 'closed') {
      assert.equal(answer.type, packetTypes.connack, name);
      assert.equal(answer.body[1], badCredentials, name);
    }
    await eventually(`${name} is shut out`, () => wire.isClosed());
  }
  for (const bytes of [Buffer.from('GET / HTTP/1.1\r\n\r\n'), Buffer.alloc(200_000, 0xff)]) {
    const wire = await openWire(demo.mqttPort);
    wire.send(bytes);
    await eventually('what is not MQTT is shut out', () => wire.isClosed());
  }
  await stillWell(demo);
});

test('a meter reaches its own two topics, and nonsense on them changes nothing', async () => {
  const demo = town.demo();
  const meter = await homeOf(demo, homes.meter);
  const neighbour = await homeOf(demo, homes.neighbour);
  const http = await request.newContext();
  // The real meter makes room: one identity has one session.
  await plug(http, demo, meter, false);
  const rowsBefore = await settledRows(demo, meter);
  await writesNothing(demo, async () => {
    const wire = await signedIn(demo, meter);
    const down = (pan: string) => `prewatt/1/meters/${pan}/down`;
    const up = (pan: string) => `prewatt/1/meters/${pan}/up`;
    for (const filter of [
      down(neighbour.meterPan),
      '#',
      'prewatt/1/meters/+/down',
      up(meter.meterPan),
    ]) {
      assert.equal(await subscribe(wire, filter), subscriptionRefused, filter);
    }
    assert.notEqual(await subscribe(wire, down(meter.meterPan)), subscriptionRefused);
    for (const payload of nonsense) {
      wire.send(publishPacket(up(meter.meterPan), payload));
      assert.equal((await answerOf(wire, packetTypes.puback)).type, packetTypes.puback);
    }
    wire.end();
    const forbidden: [string, Buffer][] = [
      [up(neighbour.meterPan), Buffer.from([0xa0])],
      [down(neighbour.meterPan), Buffer.from([0xa0])],
      ['$SYS/broker', Buffer.from('x')],
      [up(meter.meterPan), Buffer.alloc(100_000, 1)],
    ];
    for (const [topic, payload] of forbidden) {
      const other = await signedIn(demo, meter);
      other.send(publishPacket(topic, payload));
      await eventually(`publishing ${payload.length} bytes to ${topic} ends the session`, () =>
        other.isClosed(),
      );
    }
    await stillWell(demo);
  });
  assert.deepEqual(await meterRows(demo, meter), rowsBefore);
  await plug(http, demo, meter, true);
  await eventually('the real meter is back', async () => {
    const answer = await http.get(`${demo.urls.meter}/meters/${meter.meterPan}/state`);
    return (await answer.json()).link === 'up';
  });
  await http.dispose();
});

test("the meter's page takes what its keypad sends, and nothing else", async () => {
  const demo = town.demo();
  const { meterPan } = await homeOf(demo, homes.meter);
  const http = await request.newContext();
  const base = `${demo.urls.meter}/meters/${meterPan}`;
  const post = (path: string, data: unknown, headers: Record<string, string> = {}) =>
    http.post(`${base}${path}`, {
      data: Buffer.from(typeof data === 'string' ? data : JSON.stringify(data)),
      headers: { 'content-type': 'application/json', ...headers },
    });
  const before = await (await http.get(`${base}/state`)).json();
  const badTokens = ['', 'abc', '1234567890123456789A', '9'.repeat(60), '-1', '1e9', "' OR 1=1"];
  for (const digits of badTokens)
    await assertRefused(await post('/tokens', { digits }), [400], digits);
  for (const body of [null, [], {}, { digits: 1 }, { digits: ['1'] }, { digits: '1', x: 1 }]) {
    await assertRefused(await post('/tokens', body), [400], JSON.stringify(body));
  }
  await assertRefused(await post('/tokens', '{"digits"'), [400], 'broken JSON');
  await assertRefused(await post('/tokens', { digits: '1'.repeat(9_000) }), [400, 413], 'huge');
  await assertRefused(
    await post('/tokens', 'x', { 'content-type': 'text/xml' }),
    [400, 415],
    'XML',
  );
  const elsewhere = { origin: 'http://elsewhere.example' };
  await assertRefused(await post('/tokens', { digits: '1' }, elsewhere), [403], 'another origin');
  await assertRefused(await post('/link', { plugged: 'no' }), [400], 'link');
  await assertRefused(await post('/appliances', { id: 'sun', on: true }), [400], 'appliance');
  for (const pan of ['600727000000000009', 'x', '%00', '..%2f..%2ffactory.json']) {
    const answer = await http.get(`${demo.urls.meter}/meters/${pan}`);
    await assertRefused(answer, [400, 404], pan);
  }
  const after = await (await http.get(`${base}/state`)).json();
  assert.equal(after.credited, before.credited);
  assert.deepEqual(after.events, before.events);
  await http.dispose();
});

test("the provider's and the gateway's interfaces want their keys", async () => {
  const { urls } = town.demo();
  const http = await request.newContext();
  const calls: [string, string][] = [
    ['post', `${urls.sandbox}/provider/v1/checkouts`],
    ['get', `${urls.sandbox}/provider/v1/checkouts/by-reference/x`],
    ['post', `${urls.sandbox}/sms/v1/messages`],
  ];
  for (const [method, url] of calls) {
    for (const authorization of ['', 'Bearer x', `Bearer ${'0'.repeat(43)}`]) {
      const answer = await http.fetch(url, { method, headers: { authorization } });
      await assertRefused(answer, [401], `${method} ${url} ${authorization}`);
    }
  }
  await http.dispose();
});

const nonsense: Buffer[] = [
  Buffer.alloc(0),
  Buffer.from('{"kind":"state"}'),
  Buffer.from([0xff, 0xff, 0xff]),
  // CBOR (RFC 8949): a map that never ends, a map of the wrong shape, text that is no UTF-8.
  Buffer.from([0xbf, 0x61, 0x61]),
  Buffer.from([0xa1, 0x64, ...Buffer.from('kind'), 0x65, ...Buffer.from('state')]),
  Buffer.from([0x62, 0xff, 0xfe]),
  Buffer.alloc(1_000, 0x9b),
];

function notification(changed: Record<string, unknown>): string {
  return JSON.stringify({
    event: 'payment.succeeded',
    checkoutId: 'co_e2e',
    reference: 'none',
    providerReference: `SBX-${randomUUID().slice(0, 12)}`,
    amountMinor: '4000',
    currency: { code: 'ZAR', scale: 2 },
    occurredAt: '2026-11-24T10:31:00.000Z',
    ...changed,
  });
}

/** The provider's own signature, with its secret from the demo's folder. */
function sign(demo: Demo, body: string, atS: number): Record<string, string> {
  const secrets = JSON.parse(readFileSync(join(demo.dataDir, 'secrets.json'), 'utf8'));
  const hmac = createHmac('sha256', secrets.sandboxWebhookSecret);
  return { 'x-sandbox-signature': `t=${atS},v1=${hmac.update(`${atS}.${body}`).digest('hex')}` };
}

async function signedIn(demo: Demo, meter: Home): Promise<Wire> {
  const { meterPan: id, mqttSecret: password } = meter;
  const wire = await openWire(demo.mqttPort);
  wire.send(connectPacket({ id, name: id, password }));
  const answer = await wire.next();
  assert.ok(answer !== 'closed' && answer.type === packetTypes.connack && answer.body[1] === 0);
  return wire;
}

/** The next packet of a type; what the head-end sends meanwhile is passed over. */
async function answerOf(wire: Wire, type: number) {
  for (;;) {
    const answer = await wire.next();
    assert.ok(answer !== 'closed', 'the session goes on');
    if (answer.type === type) return answer;
  }
}

async function subscribe(wire: Wire, filter: string): Promise<number | undefined> {
  wire.send(subscribePacket(filter));
  return (await answerOf(wire, packetTypes.suback)).body[2];
}

async function plug(
  http: APIRequestContext,
  demo: Demo,
  meter: Home,
  plugged: boolean,
): Promise<void> {
  const url = `${demo.urls.meter}/meters/${meter.meterPan}/link`;
  assert.equal((await http.post(url, { data: { plugged } })).status(), 200);
}

/** What the last words of a meter that has left made: they may still be on their way. */
async function settledRows(demo: Demo, meter: Home): Promise<unknown[]> {
  let last = await meterRows(demo, meter);
  let quietSinceMs = Date.now();
  await eventually('the rows of the meter that left stand still for two seconds', async () => {
    const rows = await meterRows(demo, meter);
    if (!isDeepStrictEqual(rows, last)) quietSinceMs = Date.now();
    last = rows;
    return Date.now() - quietSinceMs >= 2_000;
  });
  return last;
}

async function meterRows(demo: Demo, { meterPan }: Home): Promise<unknown[]> {
  const { rows } = await demo.sql((owner) =>
    owner.query(
      `SELECT m.meter_pan, s.captured_at, s.credited_energy_wh,
         (SELECT count(*)::int FROM prewatt.meter_events e WHERE e.meter_id = m.id) AS events,
         (SELECT count(*)::int FROM prewatt.readings r WHERE r.meter_id = m.id) AS readings
       FROM prewatt.meters m JOIN prewatt.meter_states s ON s.meter_id = m.id
       WHERE m.meter_pan = $1`,
      [meterPan],
    ),
  );
  return rows;
}

async function stillWell(demo: Demo): Promise<void> {
  const answer = await fetch(`${demo.urls.server}/health`);
  assert.equal(((await answer.json()) as { status?: unknown }).status, 'ready');
}
