import assert from 'node:assert/strict';
import { test } from 'node:test';
import { energyOf, tariffOf } from '../test/documents.ts';
import { exampleLines, runExamples } from './index.ts';

const base = {
  energy: energyOf([{ uptoKwh: null, rate: '2.50' }]),
  charges: [
    { code: 'service', label: 'Service', per: 'month', amount: '10', skipped: { recover: true } },
  ],
  levies: [{ code: 'vat', label: 'VAT', percent: '10', of: ['energy', 'charges'] }],
};

function missesOf(
  example: Record<string, unknown>,
  fields: Record<string, unknown> = {},
): readonly string[] {
  const tariff = tariffOf({ ...base, ...fields, examples: [{ id: 'it', ...example }] });
  return runExamples(tariff)[0]?.misses ?? ['no result'];
}

test('an example holds within the last place written, and misses beyond it', () => {
  // 66.00 is 10 service, 50 energy, 6 VAT: 20 kWh.
  assert.deepEqual(missesOf({ paid: '66', expect: { kwh: '20' } }), []);
  assert.deepEqual(missesOf({ paid: '67', expect: { kwh: '20' } }), []);
  assert.deepEqual(missesOf({ paid: '67', expect: { kwh: '20.0' } }), [
    'kwh: got 20.3636, expected 20 (tolerance 0.05)',
  ]);
  assert.deepEqual(
    missesOf({ paid: '67', expect: { kwh: '20.0' }, tolerance: { kwh: '0.4' } }),
    [],
  );
  assert.deepEqual(
    missesOf({ paid: '67', expect: { kwh: '20.0' }, tolerance: { kwhPercent: '2' } }),
    [],
  );
});

test('parts, sums of parts, cost and cost before taxes are compared', () => {
  const parts = { energy: '50', 'service+vat': '16', allFees: '10', allTaxes: '6', remainder: '0' };
  assert.deepEqual(missesOf({ paid: '66.00', expect: { parts } }), []);
  const wrong = { cost: '66.01', costBeforeTaxes: '61', parts: { vat: '5.00' } };
  assert.equal(missesOf({ wantedKwh: '20', expect: wrong }).length, 3);
});

test('figures hold as printed or before rounding, all of them alike', () => {
  // 10.005 a line before rounding, 10.01 printed: two lines are 20.01 or 20.02.
  const fields = {
    charges: [],
    energy: energyOf([{ uptoKwh: null, rate: '10.005' }]),
    levies: [{ code: 'same', label: 'Same', percent: '100', of: ['energy'] }],
  };
  const misses = (energy: string, cost: string) =>
    missesOf({ wantedKwh: '1', expect: { cost, parts: { energy } } }, fields);
  assert.deepEqual(misses('10.010', '20.020'), []);
  assert.deepEqual(misses('10.005', '20.010'), []);
  assert.equal(misses('10.010', '20.010').length, 1);
  assert.equal(misses('10.005', '20.020').length, 1);
});

test('beside the fine energy of a payment stands what the till would sell', () => {
  const linesOf = (example: Record<string, unknown>) => {
    const examples = [{ id: 'it', ...example, expect: { kwh: '1' } }];
    return exampleLines(tariffOf({ ...base, examples }), 'it');
  };
  assert.match(
    linesOf({ paid: '67' }),
    /^20\.3636 kWh \(the till sells 20\.3 kWh\): energy 50\.91/,
  );
  assert.match(linesOf({ paid: '67', energyStepWh: 100 }), /^20\.3 kWh: /);
  assert.match(linesOf({ wantedKwh: '7.77' }), /^7\.77 kWh: /);
});

test('the position says whether the month\u2019s charges were taken, and which months were skipped', () => {
  const date = '2026-11-24';
  const cost = (position: Record<string, unknown>, expected: string) =>
    missesOf({ wantedKwh: '20', date, position, expect: { cost: expected } });
  assert.deepEqual(cost({}, '66.00'), []);
  assert.deepEqual(cost({ monthToDateKwh: '1' }, '55.00'), []);
  assert.deepEqual(cost({ purchasesThisMonth: 1 }, '55.00'), []);
  assert.deepEqual(cost({ lastPurchaseDate: '2026-11-03' }, '55.00'), []);
  assert.deepEqual(cost({ lastPurchaseDate: '2026-10-03' }, '66.00'), []);
  assert.deepEqual(cost({ lastPurchaseDate: '2026-08-03' }, '88.00'), []);
  assert.deepEqual(cost({ monthToDateKwh: '1', owed: { service: '4' } }, '59.40'), []);
});

test('a receipt that printed parts for its rounded energy is met with partsAt', () => {
  const example = { paid: '67', expect: { kwh: '20.4', parts: { energy: '51.00' } } };
  const [miss] = missesOf(example);
  assert.match(miss ?? '', /write "partsAt": "published"/);
  assert.deepEqual(missesOf({ ...example, partsAt: 'published' }), []);
});

test('debts and a protection can be part of an example, and so can a refusal', () => {
  const debts = [{ id: 'old', outstanding: '500', rule: { share: '80' } }];
  const lost = { paid: '100', debts, expect: { kwh: '3.27', parts: { old: '80' } } };
  assert.deepEqual(missesOf(lost), []);
  const protection = { debtSharePercent: '25', floorKwh: '1' };
  assert.deepEqual(missesOf({ paid: '88', debts, protection, expect: { kwh: '20' } }), []);
  const early = { paid: '5', date: '2019-01-01', expect: { refusal: 'not-in-force' } };
  assert.deepEqual(missesOf(early), []);
  assert.deepEqual(missesOf({ ...early, date: '2026-01-01' }), [
    'refusal: expected not-in-force, but it was quoted',
  ]);
});

test('an energy copied from a quote is told how to be written', () => {
  // 20.3636 kWh, of which a token carries 20.3.
  const copied = { paid: '67', expect: { kwh: '20.30' } };
  const [miss, hint] = missesOf(copied);
  assert.match(miss ?? '', /^kwh: got 20.3636, expected 20.3 /);
  assert.match(hint ?? '', /write "energyStepWh": 100/);
  assert.deepEqual(missesOf({ ...copied, energyStepWh: 100 }), []);
  assert.equal(missesOf({ paid: '67', expect: { kwh: '20.1' } }).length, 1, 'no hint for others');
});

test('energy steps and blocks used can be expected', () => {
  const blocks = energyOf([
    { uptoKwh: '10', rate: '1' },
    { uptoKwh: null, rate: '3' },
  ]);
  const fields = { energy: blocks, charges: [], levies: [] };
  assert.deepEqual(missesOf({ paid: '15', expect: { blocksKwh: ['10', '1.67'] } }, fields), []);
  const step = {
    paid: '15',
    energyStepWh: 100,
    expect: { kwh: '11.60', parts: { remainder: '0.20' } },
  };
  assert.deepEqual(missesOf(step, fields), []);
});

test('free units that come with the first purchase are not given again to a later one', () => {
  const tariff = tariffOf({
    energy: energyOf([
      { uptoKwh: '30', rate: '1.00' },
      { uptoKwh: null, rate: '2.00' },
    ]),
    freeAllowance: { kwh: '20', countsInBlocks: true, delivery: 'with-first-purchase' },
    examples: [
      // 20 free fill the first block up to 20; 10 at 1.00 and 5 at 2.00.
      { id: 'first', paid: '20', expect: { kwh: '35', parts: { free: '0', energy: '20.00' } } },
      // 20 free and 10 bought: the second block.
      { id: 'later', paid: '20', position: { monthToDateKwh: '10' }, expect: { kwh: '10' } },
    ],
  });
  assert.deepEqual(
    runExamples(tariff).flatMap((example) => example.misses),
    [],
  );
});

test('an example that is refused says why in words, and the code that could be expected', () => {
  assert.deepEqual(missesOf({ paid: '66', date: '2019-01-01', expect: { kwh: '20' } }), [
    'refused: not-in-force: date has to lie in what the document covers, from 2020-01-01 on',
  ]);
  const parameters = { fuel: { label: 'Fuel', value: null } };
  const levies = [{ code: 'fuel', label: 'Fuel', perKwh: { parameter: 'fuel' } }];
  assert.deepEqual(missesOf({ paid: '66', expect: { kwh: '20' } }, { parameters, levies }), [
    'refused: parameter-missing: give "fuel" a value, one of its choices if it has any',
  ]);
});
