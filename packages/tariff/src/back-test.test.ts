import assert from 'node:assert/strict';
import { test } from 'node:test';
import { energyOf, tariffOf } from '../test/documents.ts';
import { backTest } from './index.ts';

test('a change is shown per connection: who pays more, who less, for the same energy', () => {
  const before = tariffOf({ effectiveFrom: '2026-01-01', effectiveTo: '2026-06-30' });
  const after = tariffOf({
    version: 2,
    effectiveFrom: '2026-07-01',
    energy: energyOf([
      { uptoKwh: '50', rate: '1.00' },
      { uptoKwh: null, rate: '4.00' },
    ]),
  });
  const purchase = (date: string, kwh: bigint) => ({ date, energyWh: kwh * 1000n });
  const result = backTest(before, after, [
    { id: 'small', purchases: [purchase('2026-03-01', 20n), purchase('2026-03-20', 20n)] },
    { id: 'large', purchases: [purchase('2026-03-01', 100n), purchase('2026-04-01', 100n)] },
    { id: 'even', purchases: [purchase('2026-03-01', 75n)] },
    { id: 'late', purchases: [purchase('2026-03-02', 10n), purchase('2026-03-01', 10n)] },
  ]);
  assert.deepEqual(result.rows.slice(0, 3), [
    { id: 'small', energyWh: 40_000n, beforeMinor: 8000n, afterMinor: 4000n, refused: {} },
    { id: 'large', energyWh: 200_000n, beforeMinor: 40_000n, afterMinor: 50_000n, refused: {} },
    { id: 'even', energyWh: 75_000n, beforeMinor: 15_000n, afterMinor: 15_000n, refused: {} },
  ]);
  assert.deepEqual(result.rows[3]?.refused, { 'date-before-position': 1 });
  assert.deepEqual([result.payMore, result.payLess, result.paySame], [1, 2, 1]);
  assert.equal(result.afterMinor - result.beforeMinor, 5000n);
});
