// What a meter that counts money shows and tells of its credit: money, not kilowatt-hours.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  accountStateOf,
  cosemChargesOf,
  displayOf,
  type MeterConfig,
  type MeterState,
  pageOf,
  standingPricesOf,
} from '../src/index.ts';
import { hourMs, load, moneyTokenOf, newMeter, noonMs, tokenOf, typed } from './fixtures.ts';
import { run } from './run.ts';

/** Invented: 2.125 a kilowatt-hour, a charge a day and one every other month. */
const document = {
  schema: 'prewatt-tariff-1',
  ...{ id: 'bench-shown', version: 1, utility: 'Bench', country: 'ZA', customerClass: 'Domestic' },
  ...{ zone: 'Africa/Johannesburg', currency: { code: 'ZAR', scale: 2 } },
  ...{ effectiveFrom: '2020-01-01', invented: true },
  energy: { schedules: [{ code: 'all', blocks: [{ uptoKwh: null, rate: '2.125' }] }] },
  charges: [
    { code: 'service', label: 'Service', per: 'day', amount: '0.50' },
    { code: 'grid', label: 'Grid', per: { months: 2 }, amount: '12' },
  ],
};
const settings = {
  creditUnit: 'money',
  tariff: { documentJson: JSON.stringify(document), parameters: {} },
  emergency: { presetWh: 2_000, automatic: false },
} as const;
const reserve = { sharePercent: 10, limitWh: 4_000 };

const start = (changes: Partial<MeterConfig> = { reserve }): MeterState =>
  run(newMeter(changes, noonMs, settings), [typed(moneyTokenOf(10_000_624))]).state;
const shown = (state: MeterState, code: string): string => pageOf(state, code)?.value ?? '';

/** Token credit is nearly used up, and emergency credit is on. */
function onEmergency(): { state: MeterState; left: unknown } {
  const state = start({});
  const low = run(state, [load(state, { w: 4_500, ms: 10 * hourMs })]).state;
  const taken = run(low, [typed('890', low.atMs)]);
  const event = taken.events.find(({ code }) => code === 'emergencySelected');
  const spent = run(taken.state, [load(taken.state, { w: 3_000, ms: hourMs })]).state;
  return { state: spent, left: event };
}

test('pages about credit are in money, with the currency; those about energy in energy', () => {
  const state = start();
  const pages = ['801', '805', '806', '807', '811', '821', '823', '824', '825'];
  assert.deepEqual(
    pages.map((code) => shown(state, code)),
    [
      '100.00 ZAR',
      '4.25 ZAR left',
      '12.50 ZAR',
      '8.50 ZAR',
      '2.125 ZAR per kWh',
      '100.00 ZAR',
      'below 10.62 ZAR, again below 2.65 ZAR',
      'Service 0.50 ZAR a day, Grid 12.00 ZAR every 2 months',
      '0.00 ZAR',
    ],
  );
  assert.match(shown(state, '822'), /kWh$/);
  assert.match(displayOf(state, noonMs).token?.text ?? '', /^Accepted \+100\.00 ZAR$/);
});

test('the display tells the last top-up and the use of the last month', () => {
  const state = start();
  const fromTop = () => ['827', '828'].map((code) => shown(state, code));
  assert.deepEqual(fromTop(), ['not known yet', '2026-11-18 12:00, +100.00 ZAR']);
  const december = Date.UTC(2026, 11, 2);
  const later = run(state, [
    { atMs: december, demandMilliWh: 14_000_000 },
    typed('12345678901234567890', december),
  ]).state;
  assert.match(shown(later, '827'), /^1[2-3]\.\d\d kWh$/);
  assert.equal(shown(later, '828'), '2026-11-18 12:00, +100.00 ZAR', 'a refusal is no top-up');
  assert.equal(shown(newMeter(), '828'), 'none in memory');
});

test('the same pages of a meter that counts energy are in energy', () => {
  const { state } = run(newMeter(), [typed(tokenOf(12_300))]);
  assert.deepEqual(
    ['811', '821', '823', '824', '825', '826'].map((code) => shown(state, code)),
    [
      'energy credit',
      '12.30 kWh',
      'below 5.00 kWh, again below 1.25 kWh',
      'none',
      'none',
      'by itself',
    ],
  );
  assert.equal(accountStateOf(state).money, undefined);
});

test('the head-end hears emergency credit, what is put aside and the thresholds in money', () => {
  const { state, left } = onEmergency();
  assert.deepEqual(
    (({ leftEnergyWh, leftMicroMinor }) => [leftEnergyWh, leftMicroMinor])(
      left as { leftEnergyWh: number; leftMicroMinor: number },
    ),
    [2_000, 425_000_000],
  );
  const { account, money } = accountStateOf(state);
  assert.equal(account?.emergency?.status, 'inUse');
  assert.equal(money?.emergencyPresetMicroMinor, 425_000_000n);
  const used = money?.emergencyUsedMicroMinor ?? 0n;
  assert.ok(used > 0n && used < 425_000_000n);
  assert.equal((money?.emergencyLeftMicroMinor ?? 0n) + used, 425_000_000n);
  assert.equal(money?.lowCreditThresholdMicroMinor, 1_062_500_000n);
  assert.equal(money?.veryLowCreditThresholdMicroMinor, 265_625_000n);
  assert.equal(accountStateOf(start()).money?.reservedMicroMinor, 850_000_000n);
  assert.match(shown(state, '805'), /ZAR left, \d+\.\d\d ZAR used$/);
});

test('standing charges have their price and period, on the wire and as unit charges', () => {
  const state = start();
  const prices = [
    { label: 'Service', count: 1, unit: 'day', priceMicroMinor: 50_000_000n },
    { label: 'Grid', count: 2, unit: 'month', priceMicroMinor: 1_200_000_000n },
  ];
  assert.deepEqual(accountStateOf(state).money?.standingPrices, prices);
  const time = cosemChargesOf(state).find(({ type }) => type === 'timeBased');
  assert.deepEqual(time?.unitCharges, standingPricesOf(state));
  assert.deepEqual(
    time?.unitCharges.map(({ code }) => code),
    ['service', 'grid'],
  );
});
