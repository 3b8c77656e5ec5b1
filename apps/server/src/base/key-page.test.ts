import assert from 'node:assert/strict';
import { test } from 'node:test';
import { keyPage, readPageKey } from './key-page.ts';

const row = (value: number) => ({
  value,
  id: `0199aaaa-0000-7000-8000-${`${value}`.padStart(12, '0')}`,
});

test('a page says where the next one begins, and the last page says nothing', () => {
  const all = [1, 2, 3].map(row);
  const { shown, nextCursor } = keyPage(all, 2, ({ value }) => value);
  assert.deepEqual(shown, all.slice(0, 2));
  assert.deepEqual(readPageKey(nextCursor), row(2));
  assert.equal(keyPage(all, 3, ({ value }) => value).nextCursor, null);
  assert.equal(keyPage([] as typeof all, 3, ({ value }) => value).nextCursor, null);
});

test('what no page has said begins from the start', () => {
  for (const text of [null, undefined, '', '12', `x_${row(1).id}`, `12_${row(1).id}x`, '12_1'])
    assert.equal(readPageKey(text), null);
});
