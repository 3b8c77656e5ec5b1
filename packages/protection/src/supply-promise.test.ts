import assert from 'node:assert/strict';
import { test } from 'node:test';
import { noProtection, type ProtectionRules, supplyPromise } from './index.ts';

const zone = 'UTC';
const hourMs = 3_600_000;
const atMs = Date.parse('2026-11-24T20:00:00Z');
const rules: ProtectionRules = {
  ...noProtection,
  friendlyHours: [{ weekdays: [1, 2, 3, 4, 5, 6, 7], from: '16:00', to: '11:00' }],
};
/** 200 W from the moment on. */
const useUntilWh = (untilMs: number) => (200 * (untilMs - atMs)) / hourMs;
const moment = { atMs, zone, vulnerable: false, owedMilliWh: 100_000 };

test('supply stays on until 11:00, and what is owed by then counts what is owed now', () => {
  assert.deepEqual(supplyPromise(rules, { moment, useUntilWh }), {
    because: 'friendlyHours',
    untilMs: Date.parse('2026-11-25T11:00:00Z'),
    owedWh: 3_100,
  });
});

test('nothing is promised when supply may be cut, and no end where it never is', () => {
  assert.equal(supplyPromise(noProtection, { moment, useUntilWh }), null);
  const never = supplyPromise(rules, { moment: { ...moment, medical: true }, useUntilWh });
  assert.deepEqual(never, { because: 'medical', untilMs: null, owedWh: null });
});

test('without a forecast the end stands, and nobody says what is owed', () => {
  const promise = supplyPromise(rules, { moment, useUntilWh: () => null });
  assert.equal(promise?.untilMs, Date.parse('2026-11-25T11:00:00Z'));
  assert.equal(promise?.owedWh, null);
});

const grace = { days: 5, workingDaysOnly: false, owedLimitWh: '2100' };
const converted = { ...moment, convertedAtMs: atMs - 10 * hourMs };

test('grace that what is owed will end is promised no longer than that', () => {
  const bounded = { ...noProtection, graceAfterConversion: grace };
  const promise = supplyPromise(bounded, { moment: converted, useUntilWh });
  assert.equal(promise?.because, 'grace');
  const tenHoursMs = atMs + 10 * hourMs;
  assert.ok(promise?.untilMs != null && promise.untilMs <= tenHoursMs);
  assert.ok(promise.untilMs > tenHoursMs - 2 * 60_000);
  const open = { ...bounded, graceAfterConversion: { ...grace, owedLimitWh: null } };
  const whole = supplyPromise(open, { moment: converted, useUntilWh });
  assert.equal(whole?.untilMs, Date.parse('2026-11-30T00:00:00Z'));
});

test('where grace ends by what is owed, friendly hours still carry on', () => {
  const both = { ...rules, graceAfterConversion: grace };
  const promise = supplyPromise(both, { moment: converted, useUntilWh });
  assert.equal(promise?.untilMs, Date.parse('2026-11-25T11:00:00Z'));
  assert.equal(promise?.owedWh, 3_100);
});
