import assert from 'node:assert/strict';
import { test } from 'node:test';
import { commandBodySchema } from '@prewatt/api';
import { bodyOf, firstKind, sendKinds, type Wish, whyNotSend } from './command-labels.ts';

const wish: Omit<Wish, 'kind'> = {
  reason: 'asked by the customer',
  cause: 'maintenance',
  hours: 2,
  limitW: null,
  presetEnergyWh: 2000,
  automatic: true,
  paymentMode: 'prepayment',
  creditUnit: 'money',
  controlMode: 5,
  priceMinor: '215',
};

test('every kind that can be chosen makes a body that the server takes', () => {
  for (const kind of sendKinds) {
    const body = bodyOf({ ...wish, kind }, 'request-1');
    assert.deepEqual(commandBodySchema.parse(body), body);
  }
});

test('a cut for safety says its hours, another one has none', () => {
  const hours = (cause: Wish['cause']) =>
    Object.hasOwn(bodyOf({ ...wish, kind: 'switchOpen', cause }, 'request-1'), 'hours');
  assert.deepEqual([hours('safety'), hours('operator')], [true, false]);
});

test('the form opens with a command that moves no switch and ends no hold', () => {
  assert.doesNotMatch(firstKind, /^switch/);
  assert.equal(whyNotSend(firstKind, 'operator'), null);
});

test('a price per kWh is sent in millionths of a minor unit', () => {
  const body = bodyOf({ ...wish, kind: 'setPaymentMode' }, 'request-1');
  assert.equal('microMinorPerKwh' in body && body.microMinorPerKwh, '215000000');
});

test('settings of a meter are for administrators, and nobody who only looks sends anything', () => {
  assert.equal(whyNotSend('setTariff', 'operator'), 'administrators only');
  assert.equal(whyNotSend('setTariff', 'administrator'), null);
  assert.equal(whyNotSend('switchOpen', 'operator'), null);
  for (const kind of sendKinds) assert.notEqual(whyNotSend(kind, 'viewer'), null);
});
