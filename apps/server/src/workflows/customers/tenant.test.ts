import assert from 'node:assert/strict';
import { test } from 'node:test';
import { moneyWords } from './tenant.ts';

const rand = { code: 'ZAR', scale: 2 } as const;

test('what the next tenant takes over is prepaid money, or what is owed', () => {
  assert.equal(moneyWords({ prepaid: 0n, owed: 0n }, rand), null);
  assert.match(
    moneyWords({ prepaid: 300n, owed: 0n }, rand) ?? '',
    /has prepaid money of ZAR 3\.00:/,
  );
  assert.match(
    moneyWords({ prepaid: -18_701n, owed: 500n }, rand) ?? '',
    /has ZAR 187\.01 owed for use and debts of ZAR 5\.00:/,
  );
});
