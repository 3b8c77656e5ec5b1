import assert from 'node:assert/strict';
import { test } from 'node:test';
import { expectOk } from '@prewatt/quantities';
import fc from 'fast-check';
import { anyTariff, energyOf, optionsOf, tariffOf, tokenSteps } from '../test/documents.ts';
import { explainChange, type QuoteOptions, quotePurchase, type Tariff } from './index.ts';

function buy(tariff: Tariff, amountMinor: bigint, o: Partial<QuoteOptions> = {}) {
  const options = optionsOf({ floorToEncodableWh: tokenSteps, ...o });
  return expectOk(quotePurchase(tariff, { ...options, amountMinor }), 'purchase');
}

const shillings = tariffOf({
  currency: { code: 'UGX', scale: 0 },
  energy: energyOf([{ uptoKwh: null, rate: '500' }]),
  charges: [{ code: 'service', label: 'Service fee', per: 'month', amount: '1600' }],
});

test('the same money that bought less because of debt says so, with both sums', () => {
  const first = buy(shillings, 10_000n);
  const debts = [
    {
      id: 'old',
      label: 'Old account',
      outstandingMinor: 100_000n,
      rule: { kind: 'share', basisPoints: 8000 } as const,
    },
  ];
  const protection = { debtShareCapBasisPoints: 8000, floorEnergyWh: 1000n };
  const next = buy(shillings, 10_000n, { position: first.positionAfter, debts, protection });
  assert.deepEqual(explainChange(first, next), [
    'Last time 16.8 kWh, now 4.0 kWh, because UGX 8000 went to debt, last time nothing.',
    'Also, "Service fee" took UGX 1600 only last time.',
  ]);
});

test('a higher block, a new month, a new version and another amount are reasons', () => {
  const tariff = tariffOf({
    energy: energyOf([
      { uptoKwh: '50', rate: '1.00' },
      { uptoKwh: null, rate: '2.00' },
    ]),
  });
  const first = buy(tariff, 5000n);
  const second = buy(tariff, 5000n, { position: first.positionAfter });
  assert.deepEqual(explainChange(first, second), [
    'Last time 50.0 kWh, now 25.0 kWh, because a kWh cost ZAR 2.00 on average, last time ZAR 1.00, with 50.0 kWh already bought this month.',
  ]);
  const december = { at: { date: '2026-12-01' }, position: second.positionAfter };
  const third = buy(tariff, 5000n, december);
  assert.match(
    explainChange(second, third)[0] ?? '',
    /as the blocks count from the start of a new/,
  );
  const dearer = buy({ ...tariffOf(), version: 2 }, 2500n, december);
  const text = explainChange(third, dearer).join(' ');
  assert.match(text, /version 2 of the tariff is in force/);
  assert.match(text, /you paid ZAR 25.00 less/);
});

test('what was paid is told apart from what was kept from before', () => {
  const first = { ...buy(tariffOf(), 1500n), broughtForwardMinor: 16n };
  const next = { ...buy(tariffOf(), 5000n), broughtForwardMinor: 15n };
  assert.match(explainChange(first, next).join(' '), /you paid ZAR 35.00 more/);
  assert.doesNotMatch(explainChange(first, next).join(' '), /from before/);
  const same = explainChange(first, { ...first, broughtForwardMinor: 20n });
  assert.match(same[0] ?? '', /ZAR 0.20 kept from before was spent too, last time ZAR 0.16/);
  const much = explainChange(first, { ...next, broughtForwardMinor: 4000n }).join(' ');
  assert.match(much, /ZAR 40.00 kept from before was spent too/);
  assert.match(much, /you paid ZAR 35.00 more/);
});

test('nothing changed is said in so many words', () => {
  const quote = buy(shillings, 10_000n);
  assert.deepEqual(explainChange(quote, quote), [
    'Last time 16.8 kWh, now 16.8 kWh: nothing changed.',
  ]);
});

test('money that stays prepaid below a limit is a reason', () => {
  const tariff = tariffOf({ energy: energyOf([{ uptoKwh: '30', rate: '1' }]) });
  const first = buy(tariff, 2000n);
  const next = buy(tariff, 2000n, { position: first.positionAfter });
  assert.match(explainChange(first, next)[0] ?? '', /ZAR 10.00 stayed prepaid, last time ZAR 0.00/);
});

test('every line of every quote is explained in one sentence that names its sum', () => {
  fc.assert(
    fc.property(anyTariff, fc.bigInt(1000n, 500_000n), (tariff, amountMinor) => {
      const quote = quotePurchase(tariff, { ...optionsOf(), amountMinor });
      if (!quote.ok) return;
      for (const line of quote.value.lines) {
        assert.match(line.explanation, /^[A-Za-z0-9].*\.$/);
        const digits = line.amountMinor.toString().replace('-', '');
        assert.ok(line.explanation.replace('.', '').includes(digits.slice(0, 1)));
        assert.ok(!line.explanation.includes('undefined'));
      }
    }),
    { numRuns: 300 },
  );
});

test('the sentences of a line name rate, block, base, periods and what is left', () => {
  const tariff = tariffOf({
    energy: energyOf([
      { uptoKwh: '50', rate: '1.5' },
      { uptoKwh: null, rate: '2' },
    ]),
    charges: [
      {
        code: 'service',
        label: 'Service charge',
        per: 'month',
        amount: '30',
        skipped: { recover: true },
        recovery: { maxPerPurchase: '40' },
      },
    ],
    levies: [
      { code: 'vat', label: 'VAT', percent: '15', of: ['energy', 'charges'] },
      { code: 'fuel', label: 'Fuel', perKwh: '0.1', energyAboveKwh: '40' },
    ],
  });
  const first = buy(tariff, 100n, { at: { date: '2026-09-01' } });
  const next = buy(tariff, 20_000n, { position: first.positionAfter });
  assert.deepEqual(
    next.lines.map((line) => line.explanation),
    [
      '50 kWh in the block up to 50 kWh a month at ZAR 1.50 per kWh cost ZAR 75.00.',
      "27.8 kWh in the month's last block at ZAR 2.00 per kWh cost ZAR 55.60.",
      'Service charge, charged per month, for 2 months since it was last taken: ZAR 40.00. ZAR 50.00 of it is left for the next purchases.',
      'VAT, 15 % of the energy and the fixed charges: ZAR 25.59.',
      "Fuel, ZAR 0.10 per kWh for the month's energy above 40 kWh: ZAR 3.78.",
    ],
  );
});
