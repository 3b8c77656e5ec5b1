// Levies that look beyond their own line: taxes on a share of the payment, and limits that hold
// over a month of many purchases.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { expectOk } from '@prewatt/quantities';
import { amounts, documentOf, optionsOf, tariffOf } from '../test/documents.ts';
import {
  parseTariff,
  positionFromJson,
  positionToJson,
  type Quote,
  quotePurchase,
  rateUsage,
  runExamples,
  startPosition,
  type Tariff,
  type TariffPosition,
  undoPurchase,
} from './index.ts';

function buy(tariff: Tariff, amountMinor: bigint, position: TariffPosition, date: string): Quote {
  const options = optionsOf({ at: { date }, position, protection: 'none' });
  return expectOk(quotePurchase(tariff, { ...options, amountMinor }), 'purchase');
}

test('a tax may be charged on a share of the payment, with limits in any order', () => {
  const tariff = tariffOf({
    levies: [
      { code: 'a', label: 'A', kind: 'fee', percent: '10', of: ['payment'], atMost: '20' },
      { code: 'b', label: 'B', kind: 'fee', percent: '10', of: ['payment'], atMost: '15' },
      { code: 'vat', label: 'VAT', percent: '20', of: ['a', 'b'] },
    ],
    examples: [
      { id: 'none', paid: '100', expect: { kwh: '38', parts: { a: '10', b: '10', vat: '4' } } },
      { id: 'one', paid: '180', expect: { kwh: '70.2', parts: { a: '18', b: '15', vat: '6.60' } } },
      { id: 'both', paid: '242', expect: { kwh: '100', parts: { a: '20', b: '15', vat: '7' } } },
      { id: 'both, as a cost', wantedKwh: '100', expect: { cost: '242.00' } },
    ],
  });
  assert.deepEqual(
    runExamples(tariff).flatMap((result) => result.misses),
    [],
  );
});

test('the line of a tax keeps its percent, and that of a sum per kWh has none', () => {
  const tariff = tariffOf({
    charges: [{ code: 'service', label: 'Service', per: 'month', amount: '5.57' }],
    levies: [
      { code: 'fund', label: 'Fund, 2 % of old', kind: 'tax', perKwh: '0.10' },
      { code: 'vat', label: 'VAT, 3 % of it', percent: '16.5', of: ['energy', 'charges'] },
      { code: 'stamp', label: 'Stamp', percent: '1.25', of: ['energy'], included: true },
    ],
  });
  const { lines } = buy(tariff, 10_000n, startPosition(), '2026-03-10');
  assert.deepEqual(
    lines.map((line) => [line.code, line.percent ?? null]),
    [
      ['energy', null],
      ['service', null],
      ['fund', null],
      ['vat', '16.5'],
      ['stamp', '1.25'],
    ],
  );
});

const subsidised = tariffOf({
  levies: [
    {
      code: 'subsidy',
      label: 'Subsidy',
      kind: 'rebate',
      percent: '-50',
      of: ['energy'],
      atLeast: '-60',
      limitsPer: 'month',
    },
    {
      code: 'city',
      label: 'City',
      percent: '10',
      of: ['energy'],
      atMost: '15',
      limitsPer: 'month',
    },
  ],
  examples: [
    {
      id: 'a bill',
      wantedKwh: '200',
      expect: { cost: '355', parts: { subsidy: '-60', city: '15' } },
    },
    {
      id: 'after 20 kWh',
      wantedKwh: '200',
      position: { monthToDateKwh: '20' },
      expect: { parts: { subsidy: '-40', city: '11' } },
    },
    {
      id: 'after what is written',
      wantedKwh: '200',
      position: { monthToDateKwh: '20', levied: { subsidy: '-60', city: '14.50' } },
      expect: { parts: { subsidy: '0', city: '0.50' } },
    },
  ],
});

test('a limit of the month is shared by its purchases, and begins anew with the next', () => {
  assert.deepEqual(
    runExamples(subsidised).flatMap((result) => result.misses),
    [],
  );
  let position = startPosition();
  const sums = { subsidy: 0n, city: 0n };
  for (const day of ['01', '09', '17', '30']) {
    const quote = buy(subsidised, 6000n, position, `2026-11-${day}`);
    sums.subsidy += amounts(quote)['subsidy'] ?? 0n;
    sums.city += amounts(quote)['city'] ?? 0n;
    position = expectOk(positionFromJson(positionToJson(quote.positionAfter)), 'position');
  }
  assert.deepEqual(sums, { subsidy: -6000n, city: 1500n });
  const next = buy(subsidised, 6000n, position, '2026-12-01');
  assert.deepEqual(amounts(next), { energy: 10_000n, subsidy: -5000n, city: 1000n });
});

test('an undone purchase gives its part of the month’s limit back', () => {
  const first = buy(subsidised, 6000n, startPosition(), '2026-11-02');
  const second = buy(subsidised, 6000n, first.positionAfter, '2026-11-03');
  const { energyWh, lines } = second;
  const purchase = { date: second.date, energyWh, freeEnergyWh: 0n, lines };
  const position = undoPurchase(second.positionAfter, purchase);
  const again = buy(subsidised, 6000n, position, '2026-11-03');
  assert.deepEqual(amounts(again), amounts(second));
  assert.equal(again.energyWh, second.energyWh);
});

test('usage in small steps meets a limit of the month as one large step does', () => {
  const intervals = (count: number, energyWh: bigint) =>
    Array.from({ length: count }, () => ({ at: { date: '2026-11-24' }, energyWh }));
  const rate = (list: ReturnType<typeof intervals>) =>
    expectOk(
      rateUsage(subsidised, { intervals: list, position: startPosition(), parameters: {} }),
      'usage',
    );
  const small = rate(intervals(40_000, 5n));
  const large = rate(intervals(1, 200_000n));
  assert.equal(large.chargedMinor, 35_500n);
  assert.equal(small.chargedMinor, large.chargedMinor);
});

const support = (most: string, range: Record<string, string>) => ({
  kind: 'rebate',
  percent: '-100',
  of: ['energy'],
  atLeast: `-${most}`,
  repricing: 'month',
  when: { monthTotal: range },
});

const banded = tariffOf({
  levies: [
    { code: 'small', label: 'Support', ...support('25', { overKwh: '50', uptoKwh: '200' }) },
    { code: 'large', label: 'Support', ...support('20', { overKwh: '200', uptoKwh: '600' }) },
    {
      code: 'vat',
      label: 'VAT',
      percent: '10',
      of: ['energy'],
      repricing: 'month',
      when: { monthTotal: { overKwh: '200' } },
    },
  ],
});

test('a levy that is repriced reaches back to the month’s earlier purchases', () => {
  const first = buy(banded, 27_500n, startPosition(), '2026-11-02');
  assert.deepEqual(amounts(first), { energy: 30_000n, small: -2500n });
  // 150 kWh are bought. 100 more: 25 of support go back, 20 come; VAT is on all 250 kWh.
  const second = buy(banded, 25_500n, first.positionAfter, '2026-11-20');
  assert.deepEqual(amounts(second), {
    energy: 20_000n,
    small: 2500n,
    large: -2000n,
    vat: 5000n,
  });
  assert.match(
    second.lines.find((line) => line.code === 'vat')?.explanation ?? '',
    /for the month so far, less what was taken before/,
  );
  const third = buy(banded, 22_000n, second.positionAfter, '2026-11-21');
  assert.deepEqual(amounts(third), { energy: 20_000n, vat: 2000n });
});

test('a worked example counts what a repriced levy took before', () => {
  const tariff = {
    ...banded,
    examples: tariffOf({
      examples: [
        {
          id: 'crossing',
          wantedKwh: '100',
          position: { monthToDateKwh: '150' },
          expect: { cost: '255' },
        },
      ],
    }).examples,
  };
  assert.deepEqual(runExamples(tariff)[0]?.misses, []);
});

test('a tax that no longer holds is not given back', () => {
  const tariff = tariffOf({
    levies: [
      {
        code: 'vat',
        label: 'VAT',
        percent: '10',
        of: ['energy'],
        repricing: 'month',
        when: { monthTotal: { uptoKwh: '100' } },
      },
    ],
  });
  const first = buy(tariff, 11_000n, startPosition(), '2026-11-02');
  assert.deepEqual(amounts(first), { energy: 10_000n, vat: 1000n });
  const second = buy(tariff, 20_000n, first.positionAfter, '2026-11-02');
  assert.deepEqual(amounts(second), { energy: 20_000n });
});

test('what a repriced levy counts on must be known for the whole month', () => {
  const errorsOf = (levy: Record<string, unknown>) => {
    const parsed = parseTariff(
      documentOf({
        charges: [{ code: 'service', label: 'Service', per: 'month', amount: '5' }],
        levies: [{ code: 'vat', label: 'VAT', percent: '10', repricing: 'month', ...levy }],
      }),
    );
    return parsed.ok ? [] : parsed.error.map((e) => e.message);
  };
  assert.deepEqual(errorsOf({ of: ['energy'] }), []);
  assert.match(errorsOf({ of: ['energy', 'service'] })[0] ?? '', /a levy of its own for "service"/);
  const flag = { code: 'flag', label: 'Flag', perKwh: '0.05' };
  const taxed = { code: 'vat', label: 'VAT', percent: '10', repricing: 'month', of: ['flag'] };
  const levied = parseTariff(documentOf({ levies: [flag, taxed] }));
  assert.match(
    levied.ok ? '' : (levied.error[0]?.message ?? ''),
    /write "repricing": "month" in "flag", too/,
  );
  assert.ok(parseTariff(documentOf({ levies: [{ ...flag, repricing: 'month' }, taxed] })).ok);
  assert.match(errorsOf({ of: ['payment'] })[0] ?? '', /a levy of its own for "payment"/);
  assert.match(
    errorsOf({ of: ['energy'], atMost: '5', limitsPer: 'month' })[0] ?? '',
    /leave out: with "repricing": "month"/,
  );
});
