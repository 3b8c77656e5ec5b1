import assert from 'node:assert/strict';
import { test } from 'node:test';
import { shownParts } from './shown-parts.ts';

test('parts that are shown in tenths of a kWh add up to their total as it is shown', () => {
  const week = [8_480n, 1_960n, 63_790n, null, 1_170n];
  const shown = shownParts(week);
  assert.deepEqual(shown, [8_500n, 1_900n, 63_800n, null, 1_200n]);
  assert.equal(
    shown.reduce<bigint>((sum, wh) => sum + (wh ?? 0n), 0n),
    75_400n,
  );
  assert.deepEqual(shownParts([50n, 50n, 0n]), [100n, 0n, 0n]);
  assert.deepEqual(shownParts([]), []);
});
