import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { HttpClient } from './http-client.ts';
import { allRows, spanOf, whenIn } from './utility.ts';

test('a moment is told on the utility’s clock, also over midnight', () => {
  assert.equal(whenIn('Africa/Johannesburg', '2026-11-29T22:05:59.999Z'), '2026-11-30 00:05');
  assert.equal(whenIn('Asia/Dhaka', '2026-11-29T22:05:00Z'), '2026-11-30 04:05');
});

test('days are whole days of the utility, both included; instants stay as they are', () => {
  const zone = 'Africa/Johannesburg';
  assert.deepEqual(spanOf(zone, { from: '2026-11-01', to: '2026-11-30' }), {
    from: '2026-10-31T22:00:00Z',
    to: '2026-11-30T22:00:00Z',
  });
  assert.deepEqual(spanOf(zone, { from: '2026-11-01T00:00:00Z', to: undefined }), {
    from: '2026-11-01T00:00:00Z',
  });
  assert.deepEqual(spanOf(zone, { from: undefined, to: '2026-13-01' }), { to: '2026-13-01' });
});

test('a list is read to its end, or until enough rows have come', async () => {
  const asked: string[] = [];
  const pages: Record<string, unknown> = {
    '/list?state=all': { rows: [1, 2], nextCursor: 'a' },
    '/list?state=all&cursor=a': { rows: [3, 4], nextCursor: 'b' },
    '/list?state=all&cursor=b': { rows: [5], nextCursor: null },
  };
  const get: HttpClient['get'] = async (path, schema) => {
    asked.push(path);
    const { data } = schema.safeParse(pages[path]);
    assert.ok(data !== undefined);
    return { ok: true, value: data };
  };
  const unused = () => assert.fail('lists are only read');
  const client: HttpClient = { call: unused, get, post: unused, request: unused, signOut: unused };
  const schema = {
    safeParse: (value: unknown) => ({
      success: true,
      data: value as { rows: number[]; nextCursor: string | null },
    }),
  };
  const query = { state: 'all' };
  const all = await allRows(client, '/list', { schema, query });
  assert.deepEqual(all, { ok: true, value: [1, 2, 3, 4, 5] });
  asked.length = 0;
  const some = await allRows(client, '/list', { schema, query, atLeast: 3 });
  assert.deepEqual(some, { ok: true, value: [1, 2, 3, 4] });
  assert.equal(asked.length, 2);
});
