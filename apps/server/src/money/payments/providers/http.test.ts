import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createProviderCall } from './http.ts';

const get = { call: 'status', method: 'GET', url: 'https://rail.test/x' } as const;

test('a provider that says how long it wants to be left alone is left alone', async () => {
  let nowMs = Date.parse('2026-11-24T08:00:00Z');
  let asked = 0;
  const answers = [
    new Response('', { status: 429, headers: { 'retry-after': '30' } }),
    new Response('', { status: 429, headers: { 'retry-after': 'Tue, 24 Nov 2026 08:01:30 GMT' } }),
    new Response('', { status: 429, headers: { 'retry-after': 'soon' } }),
    new Response('{}', { status: 200 }),
  ];
  const call = createProviderCall({
    ...{ nowMs: () => nowMs, timeoutMs: 1_000 },
    fetch: async () => {
      asked += 1;
      return answers.shift() ?? new Response('', { status: 500 });
    },
  });
  const at = async (text: string) => {
    nowMs = Date.parse(`2026-11-24T08:${text}Z`);
    const { httpStatus } = await call(get);
    return [httpStatus, asked];
  };
  assert.deepEqual(await at('00:00'), [429, 1]);
  assert.deepEqual(await at('00:29'), [429, 1]);
  assert.deepEqual(await at('00:30'), [429, 2]);
  assert.deepEqual(await at('01:29'), [429, 2]);
  assert.deepEqual(await at('01:30'), [429, 3]);
  assert.deepEqual(await at('01:30'), [200, 4]);
});

test('no more than so many calls at once; the others are told that nothing is known', async () => {
  const hang = Promise.withResolvers<Response>();
  const call = createProviderCall({
    ...{ nowMs: () => 0, timeoutMs: 60_000 },
    fetch: () => hang.promise,
  });
  const calls = Array.from({ length: 64 }, () => call(get));
  assert.equal((await call(get)).httpStatus, 429);
  hang.resolve(new Response('{}'));
  const [first] = await Promise.all(calls);
  assert.equal(first?.httpStatus, 200);
});

test('of an endless answer no more than a megabyte is read', async () => {
  let read = 0;
  const endless = new ReadableStream({
    pull: (into) => {
      read += 1;
      into.enqueue(new Uint8Array(100_000));
    },
  });
  const call = createProviderCall({
    ...{ nowMs: () => 0, timeoutMs: 60_000 },
    fetch: async () => new Response(endless),
  });
  assert.equal((await call(get)).httpStatus, null);
  assert.ok(read < 20);
});
