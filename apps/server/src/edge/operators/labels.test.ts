// Events of a meter in words: what the meter saw stands beside what happened.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { wordsOfEvent, wordsOfResult } from './labels.ts';

const currency = { code: 'ZAR', scale: 2 };
const words = (code: string, detail: object) => wordsOfEvent({ code, detail }, currency);

test('a tamper condition says what register and power were, and how long it lasted', () => {
  // As rows keep it: energy as text.
  const evidence = { importEnergyWh: '66830', powerW: '307' };
  assert.match(words('coverOpened', { evidence }), /: register 66\.8\d* kWh, 307 W$/);
  const bypass = { sign: 'neutralDiffers', liveW: 300, neutralW: 1800, importEnergyWh: '1000' };
  assert.match(
    words('bypassSuspected', bypass),
    /: live 300 W, neutral 1800 W, register 1\.0* kWh$/,
  );
  const lengths = [
    [45_000, '45 s'],
    [3_600_000 * 5 + 60_000 * 20, '5 h 20 min'],
    [86_400_000 * 2, '2 d'],
  ] as const;
  for (const [lastedMs, length] of lengths) {
    assert.ok(words('magnetEnded', { lastedMs }).endsWith(`: after ${length}`));
  }
  assert.ok(words('powerRestored', { outageMs: 180_000 }).endsWith(': after 3 min'));
});

test('money that a meter counts is said as money, energy as energy', () => {
  const credited = { result: 'accepted', effect: 'credit', tid: 7, creditedEnergyWh: '0' };
  const token = { origin: 'remote', lastFour: '1234', outcome: credited };
  const inMoney = { ...credited, creditedMicroMinor: '1205999999' };
  assert.match(words('token', { ...token, outcome: inMoney }), /sent: accepted, ZAR 12\.05$/);
  const inEnergy = { ...credited, creditedEnergyWh: '12300' };
  assert.match(words('token', { ...token, outcome: inEnergy }), /accepted, 12\.3 kWh$/);
  const result = { kind: 'deliverToken', outcome: inMoney };
  assert.equal(wordsOfResult(result, currency), 'accepted, ZAR 12.05');
  const low = { availableEnergyWh: '2500' };
  assert.equal(words('creditLow', low), 'Credit is low: 2.5 kWh left');
  const lowMoney = { ...low, availableMicroMinor: '480000000' };
  assert.equal(words('creditLow', lowMoney), 'Credit is low: ZAR 4.80 left');
  const taken = { leftEnergyWh: '2000', leftMicroMinor: '300000000' };
  assert.match(words('emergencySelected', taken), /: ZAR 3\.00$/);
  const moved = { handedOverMicroMinor: '990000000', handedOverEnergyWh: '0' };
  const answer = { kind: 'setPaymentMode', ...moved, owedEnergyWh: '0', owedMicroMinor: '0' };
  assert.equal(wordsOfResult(answer, currency), 'set, ZAR 9.90 handed over');
});

test('a refusal to count money says what is missing', () => {
  const refused = { kind: 'refused', reason: 'range' };
  assert.match(
    wordsOfResult(refused, currency, 'setPaymentMode') ?? '',
    /needs a tariff in the meter/,
  );
  assert.equal(
    wordsOfResult(refused, currency, 'setPowerLimit'),
    'refused: a value is out of range',
  );
});
