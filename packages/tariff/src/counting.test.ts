// What "this month" may be: a run of months, as bills for two months count, and free units that
// follow past use.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { expectOk } from '@prewatt/quantities';
import { documentOf, energyOf, optionsOf, tariffOf } from '../test/documents.ts';
import {
  describeTariff,
  parseTariff,
  quotePurchase,
  runExamples,
  startPosition,
  type Tariff,
  type TariffPosition,
  undoPurchase,
} from './index.ts';

const twoBlocks = energyOf([
  { uptoKwh: '10', rate: '1' },
  { uptoKwh: null, rate: '2' },
]);

function errorsOf(fields: Record<string, unknown>) {
  const parsed = parseTariff(documentOf(fields));
  return parsed.ok ? [] : parsed.error;
}

function buy(tariff: Tariff, on: string, position: TariffPosition = startPosition()) {
  const options = optionsOf({ at: { date: on }, position, protection: 'none' });
  return expectOk(quotePurchase(tariff, { ...options, amountMinor: 1000n }), on);
}

test('blocks can count over two months of the calendar, from any month', () => {
  const tariff = tariffOf({ counting: { months: 2 }, energy: twoBlocks });
  const first = buy(tariff, '2026-09-30');
  const second = buy(tariff, '2026-10-31', first.positionAfter);
  assert.equal(first.energyWh, 10_000n);
  assert.equal(second.energyWh, 5000n);
  const third = buy(tariff, '2026-11-01', second.positionAfter);
  assert.equal(third.energyWh, 10_000n);
  assert.deepEqual(third.positionAfter.history, [{ month: '2026-09', energyWh: 15_000n }]);

  const even = tariffOf({ counting: { months: 2, startsIn: 2 }, energy: twoBlocks });
  const ended = buy(even, '2026-09-30');
  assert.equal(buy(even, '2026-10-01', ended.positionAfter).energyWh, 10_000n);
  const overNewYear = buy(even, '2026-12-31');
  assert.equal(buy(even, '2027-01-31', overNewYear.positionAfter).energyWh, 5000n);
  const year = tariffOf({ counting: { months: 12, startsIn: 7 }, energy: twoBlocks });
  const july = buy(year, '2026-07-01');
  assert.equal(buy(year, '2027-06-30', july.positionAfter).energyWh, 5000n);
  assert.equal(buy(year, '2027-07-01', july.positionAfter).energyWh, 10_000n);
});

test('an average is a month’s, whatever the blocks count over', () => {
  const tariff = tariffOf({
    counting: { months: 2 },
    energy: {
      schedules: [
        {
          code: 'large',
          when: { average: { months: 4, overKwh: '6' } },
          blocks: [{ uptoKwh: null, rate: '4' }],
        },
        { code: 'small', blocks: [{ uptoKwh: null, rate: '1' }] },
      ],
    },
  });
  // 10 kWh in two months are 5 a month; 20 are 10.
  const first = buy(tariff, '2026-07-10');
  const next = buy(tariff, '2026-09-10', first.positionAfter);
  assert.equal(next.energyWh, 10_000n);
  const again = buy(tariff, '2026-10-10', next.positionAfter);
  const third = buy(tariff, '2026-11-10', again.positionAfter);
  assert.equal(third.energyWh, 2500n);
});

test('a purchase undone in the second month is undone in the run', () => {
  const tariff = tariffOf({ counting: { months: 2 }, energy: twoBlocks });
  const first = buy(tariff, '2026-09-30');
  const second = buy(tariff, '2026-10-31', first.positionAfter);
  const undone = undoPurchase(second.positionAfter, {
    date: '2026-10-31',
    energyWh: second.energyWh,
    freeEnergyWh: 0n,
    lines: second.lines,
  });
  assert.equal(undone.energyWhThisMonth, 10_000n);
});

test('examples know where a run of months began', () => {
  const tariff = tariffOf({
    counting: { months: 2 },
    energy: twoBlocks,
    charges: [{ code: 'rent', label: 'Rent', per: { months: 2 }, amount: '3' }],
    examples: [
      {
        id: 'bill for September and October',
        wantedKwh: '14',
        date: '2026-10-31',
        expect: { cost: '21.00' },
      },
      {
        id: 'later in the run',
        wantedKwh: '3',
        date: '2026-10-31',
        position: { monthToDateKwh: '8', lastPurchaseDate: '2026-09-02' },
        expect: { cost: '4.00', parts: { rent: '0' } },
      },
      {
        id: 'first of the run',
        wantedKwh: '3',
        date: '2026-11-01',
        position: { lastPurchaseDate: '2026-10-31' },
        expect: { cost: '6.00' },
      },
    ],
  });
  assert.deepEqual(
    runExamples(tariff).flatMap((result) => result.misses),
    [],
  );
  const sections = describeTariff(tariff);
  assert.match(
    sections.flatMap((s) => s.sentences).join('\n'),
    /A month here is 2 months of the calendar, counted from January\./,
  );
});

test('a run of months has a length that a year holds whole', () => {
  assert.match(errorsOf({ counting: { months: 5 } })[0]?.message ?? '', /with 2, 3, 4, 6 or 12/);
});

const byAverage = {
  countsInBlocks: true,
  delivery: 'with-first-purchase',
  variants: [
    { when: { average: { months: 12, uptoKwh: '250' } }, kwh: '60' },
    { when: { average: { months: 12, uptoKwh: '450' } }, kwh: '25' },
  ],
};

test('free units may follow past use, in steps', () => {
  const example = (averageKwh: string, kwh: string) => ({
    id: averageKwh,
    paid: '20',
    position: { averageKwh },
    expect: { kwh },
  });
  const tariff = tariffOf({
    freeAllowance: byAverage,
    examples: [example('250', '70'), example('251', '35'), example('451', '10')],
  });
  assert.deepEqual(
    runExamples(tariff).flatMap((result) => result.misses),
    [],
  );
  const sentences = describeTariff(tariff).flatMap((s) => s.sentences);
  assert.ok(sentences.some((s) => /^60 kWh each month are free.*250 kWh/.test(s)));
  assert.ok(sentences.some((s) => /^25 kWh each month are free.*450 kWh/.test(s)));
  assert.deepEqual(errorsOf({ freeAllowance: { ...byAverage, kwh: '5' } }), [
    { path: 'freeAllowance', message: 'write either kwh or variants' },
  ]);
});

test('an example’s energy may be that of a source that rounds its lines last', () => {
  // 50 / 0.82 is 60.976 kWh; with each line rounded to cents it is 60.975, a hair below.
  const tariff = tariffOf({
    energy: energyOf([{ uptoKwh: null, rate: '0.60' }]),
    levies: [
      { code: 'debt', label: 'Debt charge', kind: 'fee', perKwh: '0.17' },
      { code: 'plant', label: 'Plants', kind: 'fee', perKwh: '0.05' },
    ],
    examples: [
      { id: 'divided', paid: '50', expect: { kwh: '60.98' } },
      { id: 'rounded', paid: '50', expect: { kwh: '60.97' }, tolerance: { kwh: '0.005' } },
      { id: 'neither', paid: '50', expect: { kwh: '60.99' } },
    ],
  });
  assert.deepEqual(
    runExamples(tariff).map((result) => result.misses.length),
    [0, 0, 1],
  );
});
