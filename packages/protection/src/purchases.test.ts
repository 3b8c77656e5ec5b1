import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { purchaseOutlook } from './index.ts';

const dayMs = 86_400_000;
const startMs = Date.UTC(2026, 10, 1);
/** 10 kWh every fifth day, four times, then 6 kWh. */
const steady = {
  count: 5,
  firstAtMs: startMs,
  lastAtMs: startMs + 20 * dayMs,
  energyWh: 46_000,
  lastEnergyWh: 6_000,
  longestGapMs: 5 * dayMs,
};

test('2 kWh a day and 6 kWh bought: used up after three days, surely after five', () => {
  assert.deepEqual(purchaseOutlook(steady), {
    expectedAtMs: steady.lastAtMs + 3 * dayMs,
    latestAtMs: steady.lastAtMs + 5 * dayMs,
    meanW: 40_000 / (20 * 24),
  });
});

test('nobody can say it of two purchases, nor of a few days', () => {
  assert.equal(purchaseOutlook({ ...steady, count: 2 }), null);
  assert.equal(purchaseOutlook({ ...steady, lastAtMs: startMs + 6 * dayMs }), null);
  assert.equal(purchaseOutlook({ ...steady, energyWh: 6_000 }), null);
});

test('more energy never ends sooner, and the late end is never before the expected one', () => {
  const wh = fc.integer({ min: 1, max: 500_000 });
  fc.assert(
    fc.property(wh, wh, fc.integer({ min: 0, max: 40 }), (less, more, gap) => {
      const ask = (lastEnergyWh: number) =>
        purchaseOutlook({
          ...steady,
          lastEnergyWh,
          energyWh: 40_000 + lastEnergyWh,
          longestGapMs: gap * dayMs,
        });
      const [small, large] = [ask(Math.min(less, more)), ask(Math.max(less, more))];
      assert.ok(small !== null && large !== null);
      assert.ok(small.expectedAtMs <= large.expectedAtMs && small.latestAtMs <= large.latestAtMs);
      assert.ok(small.expectedAtMs <= small.latestAtMs);
    }),
  );
});
