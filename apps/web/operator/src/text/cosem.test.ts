// A meter's credits and charges as rows, with energy and with money credit.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { MeterView } from '@prewatt/api';
import { chargesOf, creditsOf } from './cosem.ts';

type Said = NonNullable<MeterView['said']>;

const account: NonNullable<Said['report']['account']> = {
  paymentMode: 'prepayment',
  creditUnit: 'energy',
  creditInUse: 'token',
  veryLow: false,
  emergency: {
    status: 'enabled',
    leftEnergyWh: '2000',
    usedEnergyWh: '0',
    presetEnergyWh: '2000',
    automatic: false,
  },
  reservedEnergyWh: '0',
  openReasons: [],
  protectedUntilMs: null,
  powerLimitW: null,
  tamper: [],
};
const said: Said = {
  capturedAt: '2026-11-24T12:00:00Z',
  clockAheadMs: null,
  loadSwitch: 'connected',
  creditStatus: 'inCredit',
  availableEnergyWh: '5000',
  owedEnergyWh: '0',
  powerW: '0',
  importEnergyWh: '12000',
  creditedEnergyWh: '17000',
  report: { account },
};
const credits = (change: Partial<typeof account>, more: Partial<Said> = {}) =>
  creditsOf({
    ...said,
    ...more,
    report: { ...said.report, account: { ...account, ...change } },
  }).map((row) => [row.priority, row.name, row.status.text, row.amount, row.limit]);

test('credits stand in the order of their use, with what is left and at most there', () => {
  assert.deepEqual(credits({}), [
    [1, 'Bought credit', 'In use', '5.0 kWh', 'No limit'],
    [3, 'Emergency credit', 'Not needed yet', '2.0 kWh', '2.0 kWh'],
  ]);
  const { emergency } = account;
  assert.ok(emergency !== null);
  const inUse = {
    ...emergency,
    status: 'inUse' as const,
    leftEnergyWh: '700',
    usedEnergyWh: '1300',
  };
  const out = { availableEnergyWh: '0' };
  assert.deepEqual(credits({ creditInUse: 'emergency', emergency: inUse }, out), [
    [1, 'Bought credit', 'Used up', '0.0 kWh', 'No limit'],
    [3, 'Emergency credit', 'In use', '0.7 kWh', '2.0 kWh, 1.3 kWh owed'],
  ]);
  assert.equal(credits({ reservedEnergyWh: '900' })[1]?.[3], '0.9 kWh of it');
  assert.deepEqual(creditsOf({ ...said, report: {} }), [], 'a meter that does not say');
});

test('charges say their price, what was taken and what waits', () => {
  assert.deepEqual(
    chargesOf({ ...said, owedEnergyWh: '400' }).map(({ name, waiting }) => [name, waiting]),
    [
      ['Use', 'Nothing'],
      ['Paying back, from top-ups', '0.4 kWh'],
    ],
  );
  const money = {
    currency: { code: 'ZAR', scale: 2 },
    availableMicroMinor: '4200000000',
    creditedMicroMinor: '9000000000',
    chargedMicroMinor: '5000000000',
    clearedMicroMinor: '0',
    owedMicroMinor: '200000000',
    tariff: { id: 'homes', version: 1 },
    perKwhMicroMinor: '189750000',
    standingChargedMicroMinor: '1500000000',
    standingDueMicroMinor: '0',
  };
  const standingPrices = [
    { label: 'Service', count: 1, unit: 'day', priceMicroMinor: '50000000' },
    { label: 'Grid', count: 2, unit: 'month', priceMicroMinor: '1234500000' },
  ] as const;
  const priced = { ...money, standingPrices: [...standingPrices] };
  assert.equal(
    chargesOf({ ...said, report: { account, money: priced } })[1]?.price,
    'ZAR 0.50 a day, ZAR 12.345 every 2 months',
  );
  const inMoney = creditsOf({
    ...said,
    report: {
      account: { ...account, reservedEnergyWh: '1' },
      money: {
        ...money,
        emergencyLeftMicroMinor: '100000000',
        emergencyUsedMicroMinor: '279500000',
        emergencyPresetMicroMinor: '379500000',
        reservedMicroMinor: '200000000',
      },
    },
  }).map(({ amount, limit }) => [amount, limit]);
  assert.deepEqual(inMoney, [
    ['ZAR 42.00', 'No limit'],
    ['ZAR 2.00 of it', '–'],
    ['ZAR 1.00', 'ZAR 3.79, ZAR 2.79 owed'],
  ]);
  const rows = chargesOf({ ...said, report: { account, money } });
  assert.deepEqual(
    rows.map((row) => [row.name, row.price, row.charged, row.waiting]),
    [
      ['Use', 'ZAR 1.8975 a kWh', 'ZAR 35.00', 'Nothing'],
      ['Standing charges', 'By the tariff', 'ZAR 15.00', 'Nothing'],
      ['Paying back, from top-ups', 'A share of each', '–', 'ZAR 2.00'],
    ],
  );
  const paid = { ...account, paidBackEnergyWh: '600' };
  assert.equal(chargesOf({ ...said, report: { account: paid } }).at(-1)?.charged, '0.6 kWh');
  const paidInMoney = { ...money, paidBackMicroMinor: '150000000' };
  const inMoneyRows = chargesOf({ ...said, report: { account, money: paidInMoney } });
  assert.equal(inMoneyRows.at(-1)?.charged, 'ZAR 1.50');
});
