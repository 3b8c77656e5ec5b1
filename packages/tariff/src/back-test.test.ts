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
  const noMoney = { spentMinor: 0n, energyBeforeWh: 0n, energyAfterWh: 0n, refused: {} };
  const result = backTest(before, after, [
    { id: 'small', purchases: [purchase('2026-03-01', 20n), purchase('2026-03-20', 20n)] },
    { id: 'large', purchases: [purchase('2026-03-01', 100n), purchase('2026-04-01', 100n)] },
    { id: 'even', purchases: [purchase('2026-03-01', 75n)] },
    { id: 'late', purchases: [purchase('2026-03-02', 10n), purchase('2026-03-01', 10n)] },
  ]);
  assert.deepEqual(result.rows.slice(0, 3), [
    { id: 'small', energyWh: 40_000n, beforeMinor: 8000n, afterMinor: 4000n, ...noMoney },
    { id: 'large', energyWh: 200_000n, beforeMinor: 40_000n, afterMinor: 50_000n, ...noMoney },
    { id: 'even', energyWh: 75_000n, beforeMinor: 15_000n, afterMinor: 15_000n, ...noMoney },
  ]);
  assert.deepEqual(result.rows[3]?.refused, { 'date-before-position': 1 });
  assert.deepEqual([result.payMore, result.payLess, result.paySame], [1, 2, 1]);
  assert.equal(result.afterMinor - result.beforeMinor, 5000n);
});

test('the same money is tried too, each document with the month that it itself would have made', () => {
  const before = tariffOf({ energy: energyOf([{ uptoKwh: null, rate: '2.00' }]) });
  const after = tariffOf({
    version: 2,
    energy: energyOf([
      { uptoKwh: '50', rate: '1.00' },
      { uptoKwh: null, rate: '4.00' },
    ]),
  });
  const { rows } = backTest(before, after, [
    {
      id: 'two purchases',
      purchases: [
        // 40.00 buys 20 kWh before and 40 after; the next 40.00 buys 20 before, after 10 at 1.00
        // and 7.5 at 4.00.
        { date: '2026-03-01', energyWh: 20_000n, spentMinor: 4_000n },
        { date: '2026-03-20', energyWh: 20_000n, spentMinor: 4_000n },
      ],
    },
  ]);
  const [row] = rows;
  assert.equal(row?.spentMinor, 8_000n);
  assert.equal(row?.energyBeforeWh, 40_000n);
  assert.equal(row?.energyAfterWh, 57_500n);
  assert.equal(row?.beforeMinor, 8_000n);
  assert.equal(row?.afterMinor, 4_000n);
});

test('use that no purchase tells is priced as a wallet is, in its order among purchases', () => {
  const before = tariffOf({ energy: energyOf([{ uptoKwh: null, rate: '2.00' }]) });
  const after = tariffOf({
    version: 2,
    energy: energyOf([
      { uptoKwh: '50', rate: '1.00' },
      { uptoKwh: null, rate: '4.00' },
    ]),
  });
  const used = (date: string, kwh: bigint) => ({ at: { date }, energyWh: kwh * 1000n });
  const { rows } = backTest(before, after, [
    { id: 'wallet', purchases: [], use: [used('2026-03-01', 40n), used('2026-03-02', 20n)] },
    {
      id: 'was a wallet before and after',
      purchases: [{ date: '2026-03-10', energyWh: 30_000n }],
      use: [used('2026-03-01', 40n), used('2026-03-20', 10n)],
    },
  ]);
  const sums = rows.map((row) => [row.energyWh, row.beforeMinor, row.afterMinor, row.spentMinor]);
  assert.deepEqual(sums, [
    [60_000n, 12_000n, 9_000n, 0n],
    // 40 at 1.00 by use, 10 at 1.00 and 20 at 4.00 bought, 10 at 4.00 by use.
    [80_000n, 16_000n, 17_000n, 0n],
  ]);
  assert.deepEqual(rows[0]?.refused, {});
});
