// The meter's page and what it does, over HTTP; the links look for a broker that is not there.

import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { newCard, readReport, withCheckDigit, writePurchase } from '@prewatt/card';
import pino from 'pino';
import { factoryFile } from '../src/factory.ts';
import { createFleet } from '../src/fleet.ts';
import { loadHomes } from '../src/homes.ts';
import { createHttp } from '../src/http/server.ts';
import { createSecretStore } from '../src/secret-store.ts';
import { createStateStore } from '../src/state-store.ts';
import { cardKey, factory, meterPan, temporaryFolder, tokenOf } from './bench.ts';

const folder = temporaryFolder();
const clock = { nowMs: () => Date.UTC(2026, 10, 18, 10) + Math.floor(performance.now()) };
const log = pino({ level: 'silent' });
let realNow = 0;
const fleet = createFleet(
  factoryFile.parse(factory).meters,
  new Map(loadHomes().map((home) => [home.id, home])),
  {
    clock,
    realNowMs: Date.now,
    random: () => 0.5,
    speed: 1,
    mqttUrl: 'mqtt://127.0.0.1:1',
    mqttCa: undefined,
    certificates: undefined,
    secrets: createSecretStore(folder.path),
    store: createStateStore(folder.path),
    log,
  },
);
const app = createHttp({ fleet, clock, speed: 1, log, realNowMs: () => realNow });
after(async () => {
  await app.close();
  await fleet.close();
  folder.remove();
});
const get = (url: string) => app.inject({ method: 'GET', url });
const post = (path: string, payload: unknown, headers: Record<string, string> = {}) => {
  realNow += 60_000;
  return app.inject({
    method: 'POST',
    url: `/meters/${meterPan}${path}`,
    payload: payload as object,
    headers: { 'content-type': 'application/json', ...headers },
  });
};

test('half a request holds no connection for ever', () => {
  assert.deepEqual([app.server.headersTimeout, app.server.requestTimeout], [10_000, 30_000]);
});

test('the pages stand without scripts, escape names and allow nothing from elsewhere', async () => {
  const list = await get('/');
  assert.equal(list.statusCode, 200);
  assert.ok(list.body.includes('Flat &#60;12&#62;') && !list.body.includes('<12>'));
  const page = await get(`/meters/${meterPan}`);
  assert.match(page.body, /0\.00/);
  assert.match(page.body, /No credit: supply is off/);
  const policy = String(page.headers['content-security-policy']);
  assert.ok(policy.includes("default-src 'none'") && !policy.includes('unsafe'));
  assert.ok(!/<script>|style="|onclick/.test(page.body));
  for (const match of page.body.matchAll(/(?:src|href)="(\/assets\/[^"]+)"/g)) {
    const asset = match[1] ?? '';
    assert.equal((await get(asset)).statusCode, 200, asset);
  }
});

test('a token typed with or without its dashes credits, and then is used', async () => {
  const token = tokenOf(12_300, 1);
  const dashed = token.replace(/(\d{4})(?=\d)/g, '$1-');
  const accepted = await post('/tokens', { digits: dashed });
  assert.equal(accepted.json().display.token.text, 'Accepted +12.3 kWh');
  assert.equal(accepted.json().display.loadSwitch, 'connected');
  const used = await post('/tokens', { digits: token });
  assert.equal(used.json().display.token.text, 'Used: this token was entered before');
});

test('an appliance adds its load while it is on', async () => {
  const before = (await get(`/meters/${meterPan}/state`)).json().display.powerW;
  const on = await post('/appliances', { id: 'oven', on: true });
  assert.equal(on.json().display.powerW, before + 3000);
  const off = await post('/appliances', { id: 'oven', on: false });
  assert.equal(off.json().display.powerW, before);
});

test('a short code shows its page and is no guess', async () => {
  const shown = await post('/tokens', { digits: '815' });
  assert.equal(shown.json().asked, `Meter number: ${meterPan}`);
  for (let n = 0; n < 5; n += 1) await post('/tokens', { digits: '802' });
  assert.equal(shown.json().display.lockoutMs, 0);
  const page = await get(`/meters/${meterPan}`);
  assert.match(page.body, /data-code="890"/);
});

test('what a person does to the meter it tells, keeps, and shows', async () => {
  const on = await post('/conditions', { id: 'magnet', on: true });
  assert.match(on.json().events[0].text, /^Magnet at the meter: register \d+\.\d+ kWh, \d+ W$/);
  assert.equal(on.json().tamper, 'magnet');
  const off = await post('/conditions', { id: 'magnet', on: false });
  assert.match(off.json().events[0].text, /^Magnet gone: after /);
  assert.equal(off.json().tamper, 'magnet', 'until a token clears it');
  const bad = await post('/conditions', { id: 'hammer', on: true });
  assert.equal(bad.statusCode, 400);
});

test('feeding back where it is not allowed counts as taken, and is told', async () => {
  const on = await post('/conditions', { id: 'solar', on: true });
  assert.equal(on.json().display.powerW, 0);
  await new Promise((resolve) => setTimeout(resolve, 30));
  const off = await post('/conditions', { id: 'solar', on: false });
  const texts = off.json().events.map(({ text }: { text: string }) => text);
  assert.ok(
    texts.some((text: string) => text.startsWith('Energy flows backwards: register ')),
    texts.join(),
  );
});

test('what is not digits is refused with a problem and changes nothing', async () => {
  const before = (await get(`/meters/${meterPan}/state`)).json().events;
  const bad = ['', 'abc', '1234 x', '1'.repeat(41), 5, null].map((digits) => ({ digits }));
  for (const body of [...bad, {}, [], { digits: '1', more: 1 }]) {
    const answer = await post('/tokens', body);
    assert.equal(answer.statusCode, 400, JSON.stringify(body));
    assert.match(String(answer.headers['content-type']), /application\/problem\+json/);
    assert.equal(answer.json().title, 'Not digits');
  }
  const torn = await app.inject({
    method: 'POST',
    url: `/meters/${meterPan}/tokens`,
    payload: '{"digits":',
    headers: { 'content-type': 'application/json' },
  });
  assert.equal(torn.statusCode, 400);
  assert.deepEqual((await get(`/meters/${meterPan}/state`)).json().events, before);
});

test('what a person opens in a browser and is not there is a page with a way back', async () => {
  for (const url of ['/meters/123', '/nowhere']) {
    const answer = await app.inject({
      url,
      headers: { accept: 'text/html,application/xhtml+xml,*/*;q=0.8' },
    });
    assert.equal(answer.statusCode, 404, url);
    assert.match(String(answer.headers['content-type']), /text\/html/);
    assert.match(answer.body, /<h1>(No such meter|Not found)<\/h1>/);
    assert.match(answer.body, /<a href="\/">All meters<\/a>/);
  }
});

test('the cable is pulled and put back by a button that names what it does', async () => {
  const button = async () =>
    /<button[^>]*id="cable"[^>]*>\s*([^<]+)</.exec((await get(`/meters/${meterPan}`)).body)?.[1];
  assert.equal(await button(), 'Pull the network cable');
  assert.equal((await post('/link', { plugged: false })).json().link, 'unplugged');
  assert.equal(await button(), 'Put the cable back');
  await post('/link', { plugged: true });
  assert.equal(await button(), 'Pull the network cable');
});

test('twenty digits that are no token are told apart, and the page says how to type', async () => {
  const answer = (await post('/tokens', { digits: '9'.repeat(20) })).json();
  assert.equal(answer.resultText, 'Not a token: check the 20 digits');
  const page = await get(`/meters/${meterPan}`);
  assert.match(page.body, /Type the 20 digits of a token/);
  assert.match(page.body, /<noscript><p class="notice">The keypad/);
});

test('an unknown meter or address is a 404 with a problem', async () => {
  for (const url of ['/meters/600727000000000017', '/meters/x/state', '/nowhere']) {
    const answer = await get(url);
    assert.equal(answer.statusCode, 404, url);
    assert.match(String(answer.headers['content-type']), /problem\+json/);
  }
});

test('a card is put in, credits its token, and comes back with the meter’s report', async () => {
  const number = withCheckDigit('100000000000001');
  const purchase = { count: 1, meterPan, tokens: [tokenOf(10_000, 20)] };
  const card = writePurchase(newCard({ kind: 'user', cardNumber: number }), purchase, cardKey);
  const answer = await post('/card', { card: card.toHex() });
  assert.equal(answer.statusCode, 200);
  assert.match(answer.json().text, /^Accepted \+10\.0 kWh\. The meter’s report is on the card\.$/);
  const report = readReport(Uint8Array.fromHex(answer.json().card), cardKey);
  assert.ok(report.ok && report.value.outcomes[0] === 'accepted');
  const again = await post('/card', { card: answer.json().card });
  assert.match(again.json().text, /loaded before/);
  const other = await post('/card', { card: '00'.repeat(256) });
  assert.deepEqual(other.json(), { text: 'The meter does not know this card.', card: null });
  assert.equal((await post('/card', { card: 'no' })).statusCode, 400);
});

test('only the own origin may act', async () => {
  const body = { digits: '123' };
  const own = { host: 'localhost:7602', origin: 'http://localhost:7602' };
  assert.equal((await post('/tokens', body, own)).statusCode, 200);
  for (const headers of [
    { host: 'localhost:7602', origin: 'http://localhost:7070' },
    { host: 'localhost:7602', origin: 'null' },
    { 'sec-fetch-site': 'cross-site' },
  ]) {
    assert.equal((await post('/tokens', body, headers)).statusCode, 403);
  }
});

test('a guessing machine is slowed down', async () => {
  const statuses = new Set<number>();
  for (let i = 0; i < 25; i += 1) {
    realNow -= 60_000;
    statuses.add((await post('/tokens', { digits: '1' })).statusCode);
  }
  assert.ok(statuses.has(429));
  const locked = (await post('/tokens', { digits: '1' })).json();
  assert.match(locked.display.token.text, /Locked/);
  assert.match(locked.resultText, /^Locked: [a-z ,]+\. Locked for \d+ s\.$/);
});

test('health says that no meter has a link yet', async () => {
  const health = await get('/health');
  assert.equal(health.statusCode, 503);
});
