import assert from 'node:assert/strict';
import { test } from 'node:test';
import { rangesOf } from './sale-ranges.ts';

const ranges = (today: string) => rangesOf(today).map(({ from, to }) => `${from} ${to}`);

test('ranges of days over the ends of months and years', () => {
  assert.deepEqual(ranges('2026-12-02'), [
    '2026-12-02 2026-12-02',
    '2026-11-26 2026-12-02',
    '2026-12-01 2026-12-02',
    '2026-11-01 2026-11-30',
  ]);
  assert.deepEqual(ranges('2028-03-01').slice(2), [
    '2028-03-01 2028-03-01',
    '2028-02-01 2028-02-29',
  ]);
  assert.equal(ranges('2027-01-31')[3], '2026-12-01 2026-12-31');
});
