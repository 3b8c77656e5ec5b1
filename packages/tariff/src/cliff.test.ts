import assert from 'node:assert/strict';
import { test } from 'node:test';
import { energyOf, optionsOf, tariffOf, tokenSteps } from '../test/documents.ts';
import { quotePurchase } from './index.ts';

const cliffOf = (fields: Record<string, unknown>, amountMinor: bigint) => {
  const quote = quotePurchase(tariffOf({ charges: [], ...fields }), {
    ...optionsOf({ floorToEncodableWh: tokenSteps }),
    amountMinor,
  });
  assert.ok(quote.ok);
  return quote.value.cliff;
};
const schedules = [
  {
    ...{ code: 'low', label: 'Low', when: { monthTotal: { uptoKwh: '100' } } },
    blocks: [{ uptoKwh: null, rate: '1' }],
  },
  { code: 'high', label: 'High', blocks: [{ uptoKwh: null, rate: '2.50' }] },
];

test('money that stays before a dearer price list says which, and what the next energy costs', () => {
  assert.equal(
    cliffOf({ energy: { schedules }, levies: [] }, 15_000n),
    '0.1 kWh more would cost ZAR 150.25: the month would come to 100.1 kWh, where other prices hold ("High").',
  );
});

test('a levy that begins above a limit, or a rebate that ends there, is named', () => {
  const energy = energyOf([{ uptoKwh: null, rate: '1' }]);
  const above = { monthTotal: { overKwh: '50' } };
  const levy = { code: 'big', label: 'Large homes', percent: '100', of: ['energy'], when: above };
  assert.match(
    cliffOf({ energy, levies: [levy] }, 9_000n) ?? '',
    /where "Large homes" is added\.$/,
  );
  const until = { monthTotal: { uptoKwh: '50' } };
  const rebate = {
    ...{ code: 'help', label: 'Help', kind: 'rebate', percent: '-50', of: ['energy'] },
    when: until,
  };
  assert.match(cliffOf({ energy, levies: [rebate] }, 4_000n) ?? '', /where "Help" ends\.$/);
});

test('what is less than the next energy costs is no cliff', () => {
  const energy = energyOf([{ uptoKwh: null, rate: '1' }]);
  assert.equal(cliffOf({ energy, levies: [] }, 9_009n), undefined);
  assert.equal(cliffOf({ energy: { schedules }, levies: [] }, 5_009n), undefined);
  assert.equal(cliffOf({ energy: { schedules }, levies: [] }, 50_000n), undefined);
});

test('a charge that stands on the bill already and rises above a limit is named with both sums', () => {
  const charge = {
    ...{ code: 'network', label: 'Network charge', per: 'month' },
    variants: [
      { when: { monthTotal: { uptoKwh: '50' } }, amount: '10' },
      { when: { monthTotal: { overKwh: '50' } }, amount: '60' },
    ],
  };
  const energy = energyOf([{ uptoKwh: null, rate: '1' }]);
  assert.equal(
    cliffOf({ energy, charges: [charge], levies: [] }, 8_000n),
    '0.1 kWh more would cost ZAR 50.10: the month would come to 50.1 kWh, where "Network charge" rises from ZAR 10.00 to ZAR 60.00.',
  );
});

test('energy behind the free units is named by its price', () => {
  const energy = energyOf([
    { uptoKwh: '50', rate: '0' },
    { uptoKwh: null, rate: '3' },
  ]);
  const charge = { code: 'c', label: 'Service', per: 'month', amount: '1' };
  assert.match(
    cliffOf({ energy, charges: [charge], levies: [] }, 120n) ?? '',
    /would cost ZAR 0\.30: .* 50\.1 kWh, where the price is ZAR 3\.00 per kWh\.$/,
  );
});

test('a total that is rounded to full units makes no limit of the month', () => {
  const energy = energyOf([{ uptoKwh: null, rate: '1' }]);
  const rounding = { total: { toMinor: 100, mode: 'up', label: 'Rounding' } };
  assert.equal(cliffOf({ energy, levies: [], rounding }, 5_050n), undefined);
});
