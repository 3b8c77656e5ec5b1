import assert from 'node:assert/strict';
import { test } from 'node:test';
import { auditLogApi, pathOf } from '@prewatt/api';
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
  const row = (actId: string) => ({
    ...{ actId, at: '2026-11-30T10:00:00Z', by: 'A. Operator', act: 'exported' },
    ...{ subject: 'meters', subjectName: null, address: null, details: {} },
  });
  const pages: Record<string, unknown> = {
    '/api/operator/acts?who=a': { rows: [row('1'), row('2')], nextCursor: 'a' },
    '/api/operator/acts?who=a&cursor=a': { rows: [row('3'), row('4')], nextCursor: 'b' },
    '/api/operator/acts?who=a&cursor=b': { rows: [row('5')], nextCursor: null },
  };
  const call: HttpClient['call'] = async (route, ...[input]) => {
    const path = pathOf(route, input as never);
    asked.push(path);
    return { ok: true, value: route.answer.parse(pages[path]) as never };
  };
  const unused = () => assert.fail('lists are only read');
  const client: HttpClient = { call, request: unused, signOut: unused };
  const idsOf = async (atLeast?: number) => {
    const input = { query: { who: 'a' } };
    const rows = await allRows(client, auditLogApi.list, {
      input,
      ...(atLeast === undefined ? {} : { atLeast }),
    });
    return rows.ok ? rows.value.map(({ actId }) => actId) : rows;
  };
  assert.deepEqual(await idsOf(), ['1', '2', '3', '4', '5']);
  asked.length = 0;
  assert.deepEqual(await idsOf(3), ['1', '2', '3', '4']);
  assert.equal(asked.length, 2);
});
