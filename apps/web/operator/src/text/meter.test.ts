import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  clockText,
  closingText,
  controlModeLabels,
  microMoneyText,
  priceText,
  registerText,
  switchNote,
} from './meter.ts';

const zar = { code: 'ZAR', scale: 2 };

test('a clock is right within a minute, and said ahead or behind beyond it', () => {
  assert.equal(clockText(59_000, 1).text, 'Right');
  assert.equal(clockText(-60_000, 1).text, 'Right');
  assert.equal(clockText(61_000, 1).text, '1 min ahead');
  assert.equal(clockText(-7_200_000, 1).text, '2 h behind');
  assert.equal(clockText(null, 1).text, '–');
});

test('in the demo a minute of business time is a second of transport', () => {
  assert.equal(clockText(120_000, 60).text, 'Right');
  assert.equal(clockText(400_000, 60).text, '6 min ahead');
});

test('money in the meter is rounded down to what can be paid', () => {
  assert.equal(microMoneyText('12059999999', zar), 'ZAR 120.59');
  assert.equal(microMoneyText('-1', zar), 'ZAR -0.01');
  assert.equal(microMoneyText('0', zar), 'ZAR 0.00');
});

test('a price keeps the digits that it has', () => {
  assert.equal(priceText('215340000', zar), 'ZAR 2.1534');
  assert.equal(priceText('200000000', zar), 'ZAR 2.00');
  assert.equal(priceText('5', zar), 'ZAR 0.00000005');
  assert.equal(priceText('150000000', { code: 'UGX', scale: 0 }), 'UGX 150');
});

test('registers have words, and an unknown one keeps its name', () => {
  assert.equal(registerText('importEnergyWh'), 'Import, total');
  assert.equal(registerText('exportEnergyWhL2'), 'Export, phase 2');
  assert.equal(registerText('importEnergyWhT8'), 'Import, tariff period 8');
  assert.equal(registerText('40'), '40');
});

test('an open switch says why, one that is ready says what it waits for', () => {
  const account = {
    paymentMode: 'prepayment',
    creditUnit: 'energy',
    creditInUse: null,
    veryLow: true,
    emergency: null,
    reservedEnergyWh: '0',
    openReasons: ['credit', 'powerLimit'],
    protectedUntilMs: null,
    powerLimitW: null,
    tamper: [],
  } as const;
  const open = { ...account, openReasons: [...account.openReasons], tamper: [] };
  assert.equal(switchNote('disconnected', open), 'Open: no credit, power limit');
  assert.equal(switchNote('disconnected', undefined), null);
  assert.equal(switchNote('readyForReconnection', open), 'Waits for a person at the meter');
  assert.equal(switchNote('connected', open), null);
});

test('what closes a switch is its control mode, or else its maker’s own way', () => {
  const account = {
    ...{ paymentMode: 'prepayment', creditUnit: 'energy', creditInUse: null, veryLow: false },
    ...{ emergency: null, reservedEnergyWh: '0', protectedUntilMs: null, powerLimitW: null },
    ...{ openReasons: [], tamper: [] },
  } as Parameters<typeof closingText>[0];
  assert.equal(closingText(account), null);
  const own = closingText({ ...account, reconnection: 'manual', controlMode: null });
  assert.equal(own?.text, 'By a hand at the meter');
  const six = closingText({ ...account, reconnection: 'manual', controlMode: 6 });
  assert.deepEqual(six, { text: 'Control mode 6', note: controlModeLabels[6] });
});
