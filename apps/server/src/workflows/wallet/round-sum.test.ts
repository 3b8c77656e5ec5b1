import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { roundSumFrom, stepOf } from './round-sum.ts';

test('a sum to pay is round, never less, and hardly more', () => {
  const sums = [1n, 99n, 100n, 101n, 11_215n, 5_993n, 120_031n, 999_999n].map(roundSumFrom);
  assert.deepEqual(sums, [1n, 99n, 100n, 102n, 11_400n, 6_000n, 122_000n, 1_000_000n]);
  fc.assert(
    fc.property(fc.bigInt({ min: 1n, max: 10n ** 12n }), (minor) => {
      const round = roundSumFrom(minor);
      assert.ok(round >= minor && (round - minor) * 40n <= minor, `${round} for ${minor}`);
      assert.equal(roundSumFrom(round) % stepOf(minor), 0n);
    }),
  );
});
