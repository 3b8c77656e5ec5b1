import assert from 'node:assert/strict';
import { test } from 'node:test';
import { backBillOf } from './back-bill.ts';

const asked = {
  fromDate: '2026-10-01',
  toDate: '2026-10-30',
  expectedDailyWh: 9_000n,
  basis: 'peers' as const,
  meteredWh: 90_000n,
  pricePerKwhMinor: 245n,
};

test('a back-bill is what was missing at the price, rounded once', () => {
  assert.deepEqual(backBillOf(asked), {
    ok: true,
    value: { days: 30, expectedWh: 270_000n, missingWh: 180_000n, amountMinor: 44_100n },
  });
  const odd = backBillOf({ ...asked, meteredWh: 269_998n });
  assert.equal(odd.ok, false);
});

test('dates that are none, reversed, too far apart, or nothing missing are refused', () => {
  const code = (o: Partial<typeof asked>) => {
    const result = backBillOf({ ...asked, ...o });
    return result.ok ? 'ok' : result.error;
  };
  assert.equal(code({ fromDate: 'soon' }), 'dateFormat');
  assert.equal(code({ fromDate: '2026-11-02' }), 'datesReversed');
  assert.equal(code({ fromDate: '2020-01-01' }), 'tooManyDays');
  assert.equal(code({ meteredWh: 300_000n }), 'nothingMissing');
});
