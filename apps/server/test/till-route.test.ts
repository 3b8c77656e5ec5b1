// The route by which a till sells: the same answers by the framework and past it, its headers, its
// limit, and what it says while the service cannot work.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { receiptSchema } from '@prewatt/api';
import { createHarness, type Harness } from './harness.ts';
import { createHttpHarness, type HttpHarness } from './http-harness.ts';
import { assertVendorBooks, createVendor, type TestVendor } from './vendor-harness.ts';

const url = '/api/vendor/v1/sales';
let h: Harness;
let http: HttpHarness;
let vendor: TestVendor;
let origin: string;
let byFrameworkCount = 0;

before(async () => {
  h = await createHarness();
  http = await createHttpHarness(h);
  vendor = await createVendor(h, 'Corner shop');
  http.app.addHook('onRequest', async () => {
    byFrameworkCount += 1;
  });
  origin = await http.app.listen({ host: '127.0.0.1', port: 0 });
});
after(async () => {
  await http.close();
  await h.close();
});

const sale = (o: object = {}) => ({
  ...{ requestId: 'request-0001', meterPan: h.meterPan, amountMinor: '5000' },
  ...o,
});

const headersOf = (key: string, type = 'application/json') => ({
  authorization: `Bearer ${key}`,
  'content-type': type,
});

const byFramework = (payload: string, key = vendor.key) =>
  http.app.inject({ method: 'POST', url, headers: headersOf(key), payload });

/** Over a socket: a till that was seen lately is answered past the framework. */
async function overSocket(body: string, o: { key?: string; type?: string } = {}) {
  const headers = headersOf(o.key ?? vendor.key, o.type);
  const before = byFrameworkCount;
  const answer = await fetch(`${origin}${url}`, { method: 'POST', headers, body });
  return {
    status: answer.status,
    headers: ['content-type', 'cache-control', 'x-content-type-options'].map((name) =>
      answer.headers.get(name),
    ),
    isShort: byFrameworkCount === before,
    json: (await answer.json()) as object,
  };
}

test('past the framework a till gets the same answers', async () => {
  const first = await overSocket(JSON.stringify(sale({ requestId: 'both-ways' })));
  assert.equal(first.status, 200);
  const bodies = [
    JSON.stringify(sale({ requestId: 'both-ways' })),
    JSON.stringify(sale({ requestId: 'both-ways', amountMinor: '7000' })),
    JSON.stringify(sale({ requestId: 'too-little', amountMinor: '1' })),
    JSON.stringify(sale({ more: 1 })),
    '{"requestId":',
    '',
    'null',
    '[]',
  ];
  for (const body of bodies) {
    const framework = await byFramework(body);
    const short = await overSocket(body);
    assert.deepEqual([short.status, short.isShort], [framework.statusCode, true], body);
    assert.deepEqual(short.json, framework.json(), body);
    assert.deepEqual(short.headers, [framework.headers['content-type'], 'no-store', 'nosniff']);
  }
  await assertVendorBooks(h, vendor.vendorId);
});

test('what is not usual goes the framework’s way', async () => {
  await overSocket('null');
  const large = await overSocket(JSON.stringify(sale({ more: 'x'.repeat(70_000) })));
  assert.deepEqual([large.status, large.isShort], [413, false]);
  const untyped = await overSocket('requestId=1', { type: 'text/plain' });
  assert.deepEqual([untyped.status, untyped.isShort], [400, false]);
  const stranger = await overSocket('{}', { key: vendor.key.replace(/.$/, 'x') });
  assert.deepEqual([stranger.status, stranger.isShort], [401, false]);
  const read = await fetch(`${origin}${url}`, { headers: headersOf(vendor.key) });
  assert.equal(read.status, 404);
});

test('a till hears 503 while the service cannot work, and sells when it can again', async () => {
  const body = JSON.stringify(sale({ requestId: 'after-outage' }));
  await overSocket('null');
  http.health.ready = false;
  const refused = await overSocket(body);
  const framework = await byFramework(body);
  http.health.ready = true;
  assert.deepEqual([refused.status, refused.isShort], [503, true]);
  assert.deepEqual(refused.json, framework.json());
  const sold = await overSocket(body);
  assert.equal(sold.status, 200);
  assert.equal(receiptSchema.parse(sold.json).requestId, 'after-outage');
});

test('keys that are tried out are limited by the address, a till that is known is not', async () => {
  const tried = [];
  for (let i = 0; i < 1_201; i++) tried.push(byFramework('{}', `pwv_no_${i}`));
  const statuses = (await Promise.all(tried)).map((answer) => answer.statusCode);
  assert.equal(statuses.at(-1), 429);
  assert.equal(statuses.filter((status) => status === 429).length > 0, true);
  const body = JSON.stringify(sale({ requestId: 'not-limited' }));
  assert.equal((await overSocket(body)).status, 200);
  assert.equal((await byFramework(body)).statusCode, 200);
});
