import assert from 'node:assert/strict';
import { test } from 'node:test';
import { expectOk } from '@prewatt/quantities';
import { amounts, optionsOf, tariffOf } from '../test/documents.ts';
import { type Quote, quotePurchase, startPosition, type Tariff } from './index.ts';

const charge = (fields: Record<string, unknown>): Tariff =>
  tariffOf({ charges: [{ code: 'fee', label: 'Fee', per: 'month', amount: '10', ...fields }] });

/** Fees taken by purchases on the given days, each of `amountMinor`; protection as told. */
function fees(
  tariff: Tariff,
  days: readonly string[],
  o: { amountMinor?: bigint; protect?: boolean } = {},
): bigint[] {
  let position = startPosition();
  return days.map((date) => {
    const options = optionsOf({
      at: { date },
      position,
      ...(!o.protect && { protection: 'none' }),
    });
    const quote: Quote = expectOk(
      quotePurchase(tariff, { ...options, amountMinor: o.amountMinor ?? 10_000n }),
      date,
    );
    position = quote.positionAfter;
    return amounts(quote)['fee'] ?? 0n;
  });
}

test('a monthly charge comes with the first purchase of the month', () => {
  const days = ['2026-01-05', '2026-01-31', '2026-02-01'];
  assert.deepEqual(fees(charge({}), days), [1000n, 0n, 1000n]);
});

test('skipped months are forgiven, recovered, or recovered up to a limit', () => {
  const days = ['2025-11-05', '2026-02-10', '2026-02-11'];
  assert.deepEqual(fees(charge({}), days), [1000n, 1000n, 0n]);
  assert.deepEqual(fees(charge({ skipped: { recover: true } }), days), [1000n, 3000n, 0n]);
  const limited = charge({ skipped: { recover: true, maxPeriods: 1 } });
  assert.deepEqual(fees(limited, days), [1000n, 2000n, 0n]);
});

test('a daily charge counts the days since the last purchase', () => {
  const days = ['2026-02-27', '2026-02-27', '2026-03-02'];
  assert.deepEqual(fees(charge({ per: 'day', amount: '0.6331' }), days), [63n, 0n, 190n]);
});

test('weeks start on Monday, years in January, runs of days when the last has ended', () => {
  assert.deepEqual(fees(charge({ per: 'week' }), ['2026-11-22', '2026-11-23', '2026-11-29']), [
    1000n,
    1000n,
    0n,
  ]);
  const years = ['2026-12-31', '2027-01-01', '2027-12-31'];
  assert.deepEqual(fees(charge({ per: 'year' }), years), [1000n, 1000n, 0n]);
  const runs = ['2026-01-01', '2026-01-30', '2026-01-31', '2026-05-01'];
  assert.deepEqual(fees(charge({ per: { days: 30 } }), runs), [1000n, 0n, 1000n, 1000n]);
  const pairs = ['2026-01-15', '2026-02-28', '2026-03-01', '2026-08-01'];
  assert.deepEqual(fees(charge({ per: { months: 2 } }), pairs), [1000n, 0n, 1000n, 1000n]);
  const bimonthly = charge({ per: { months: 2 }, skipped: { recover: true } });
  assert.deepEqual(fees(bimonthly, pairs), [1000n, 0n, 1000n, 2000n]);
  const recovered = charge({ per: { days: 30 }, skipped: { recover: true } });
  assert.deepEqual(fees(recovered, runs), [1000n, 0n, 1000n, 3000n]);
});

test('a dearer variant later in the month takes only the difference', () => {
  const tariff = tariffOf({
    charges: [
      {
        code: 'fee',
        label: 'Fee',
        per: 'month',
        variants: [
          { when: { monthTotal: { uptoKwh: '30' } }, amount: '2.13' },
          { amount: '10.73' },
        ],
      },
    ],
  });
  const days = ['2026-01-05', '2026-01-06', '2026-01-07'];
  assert.deepEqual(fees(tariff, days, { amountMinor: 5000n }), [213n, 860n, 0n]);
});

test('a charge limited to half of a payment is spread, until enough was paid in the month', () => {
  const recovery = { maxShareOfPaymentPercent: '50', whileMonthPaidBelow: '400' };
  const tariff = charge({ amount: '200', recovery });
  const days = ['2026-01-01', '2026-01-02', '2026-01-03'];
  assert.deepEqual(fees(tariff, days, { amountMinor: 15_000n }), [7500n, 7500n, 5000n]);
  assert.deepEqual(fees(tariff, days, { amountMinor: 40_000n }), [20_000n, 0n, 0n]);
});

test('two charges under the share rule share it', () => {
  const recovery = { maxShareOfPaymentPercent: '50' };
  const part = { per: 'month', recovery };
  const tariff = tariffOf({
    charges: [
      { code: 'fee', label: 'Fee', amount: '70', ...part },
      { code: 'network', label: 'Network', amount: '130', ...part },
    ],
  });
  const options = optionsOf({ protection: 'none' });
  const quote = expectOk(quotePurchase(tariff, { ...options, amountMinor: 20_000n }), 'purchase');
  assert.deepEqual(amounts(quote), { fee: 7000n, network: 3000n, energy: 10_000n });
});

test('a charge can be spread over kWh, or by a sum for each purchase', () => {
  const perKwh = charge({ recovery: { perKwh: '0.50' } });
  const days = ['2026-01-01', '2026-01-02', '2026-01-03'];
  // 25.00 buys 10 kWh at 2.00 + 0.50; the month's 10.00 are paid after 20 kWh.
  assert.deepEqual(fees(perKwh, days, { amountMinor: 2500n }), [500n, 500n, 0n]);
  const perPurchase = charge({ recovery: { maxPerPurchase: '4' } });
  assert.deepEqual(fees(perPurchase, days), [400n, 400n, 200n]);
});

test('what the floor of energy leaves no room for waits, and is taken later', () => {
  const days = ['2026-01-01', '2026-01-02', '2026-01-03'];
  const small = { amountMinor: 600n, protect: true };
  assert.deepEqual(fees(charge({}), days, small), [400n, 400n, 200n]);
  const each = charge({ per: 'purchase', amount: '5' });
  assert.deepEqual(fees(each, days, small), [400n, 400n, 400n]);
});

test('without protection a charge may take everything', () => {
  const options = optionsOf({ protection: 'none' });
  const quote = expectOk(quotePurchase(charge({}), { ...options, amountMinor: 600n }), 'purchase');
  assert.equal(quote.energyWh, 0n);
  assert.deepEqual(amounts(quote), { fee: 600n });
});

test('arrears of a limited charge never pass the limit, whether skipped or left untaken', () => {
  const tariff = charge({
    skipped: { recover: true, maxPeriods: 1 },
    recovery: { maxPerPurchase: '25' },
  });
  assert.deepEqual(fees(tariff, ['2026-01-01', '2026-05-01', '2026-05-02']), [1000n, 2000n, 0n]);
  const slow = charge({
    skipped: { recover: true, maxPeriods: 1 },
    recovery: { maxPerPurchase: '4' },
  });
  // 6 of January are left; four months later no more than two months are owed: 20, then 16, 12, ...
  const days = [
    '2026-01-01',
    '2026-05-01',
    '2026-05-02',
    '2026-05-03',
    '2026-05-04',
    '2026-05-05',
    '2026-05-06',
  ];
  assert.deepEqual(fees(slow, days), [400n, 400n, 400n, 400n, 400n, 400n, 0n]);
});

test('a new version may charge by another period what the old one charged', () => {
  const kinds = ['month', 'day', 'week', 'year', 'purchase', { days: 30 }, { months: 2 }];
  for (const from of kinds) {
    for (const to of kinds) {
      const [old, now] = [charge({ per: from }), charge({ per: to })];
      const first = expectOk(
        quotePurchase(old, { ...optionsOf({ at: { date: '2026-01-15' } }), amountMinor: 10_000n }),
        'first',
      );
      const options = optionsOf({ at: { date: '2026-06-10' }, position: first.positionAfter });
      const next = expectOk(quotePurchase(now, { ...options, amountMinor: 1_000_000n }), 'next');
      assert.ok((amounts(next)['fee'] ?? 0n) >= 1000n || to === 'year', JSON.stringify([from, to]));
    }
  }
});
