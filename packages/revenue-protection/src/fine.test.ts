import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fineOf } from './fine.ts';

test('a fine is the fixed amount and its share of what is asked for energy, in whole units', () => {
  assert.deepEqual(fineOf({ fixedMinor: 50_000n, sharePercent: 15 }, 1_003n), {
    ok: true,
    value: { fixedMinor: 50_000n, shareMinor: 150n, amountMinor: 50_150n },
  });
  const half = fineOf({ fixedMinor: 0n, sharePercent: 50 }, 1n);
  assert.equal(half.ok && half.value.amountMinor, 1n);
});

test('a rule that comes to nothing is no fine', () => {
  const none = { ok: false, error: 'noFine' };
  assert.deepEqual(fineOf({ fixedMinor: 0n, sharePercent: 200 }, 0n), none);
  assert.deepEqual(fineOf({ fixedMinor: 0n, sharePercent: 0 }, 500n), none);
});
