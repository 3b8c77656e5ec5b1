import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseDebtRule, readDebtRule, writeDebtRule } from './index.ts';

test('rules of debts are one to one with their text', () => {
  for (const text of [
    'share 25',
    'arrearsFirst 90',
    'shareOfOutstanding 30',
    'instalment 50.00 per month',
    'ageLadder 30:20 60:40.5',
  ]) {
    const rule = readDebtRule(text);
    assert.ok(rule !== null && parseDebtRule(rule, 2).ok, text);
    assert.equal(writeDebtRule(rule), text);
  }
  assert.deepEqual(readDebtRule('share 25%'), { share: '25' });
  for (const text of [
    '',
    'share',
    'share 1 2',
    'instalment 5',
    'ageLadder',
    'ageLadder 3',
    'toString 1',
  ])
    assert.equal(readDebtRule(text), null, text);
});
