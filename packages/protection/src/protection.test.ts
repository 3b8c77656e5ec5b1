import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  checkProtectionRules,
  emergencyCreditOf,
  floorEnergyOf,
  mayDisconnect,
  noProtection,
  type ProtectionRules,
  powerLimitAt,
  supplyPromise,
  withVendingOutages,
  withWeatherDays,
} from './index.ts';

const rules: ProtectionRules = {
  ...noProtection,
  friendlyHours: [
    { weekdays: [1, 2, 3, 4, 5], from: '16:00', to: '11:00' },
    { weekdays: [6, 7], from: '00:00', to: '24:00' },
  ],
  holidays: ['2026-12-25', '2026-12-26'],
  emergencyCreditWh: '2000',
  debt: { maximumSharePercent: 25, floorEnergyWh: '3000' },
};
const zone = 'Africa/Johannesburg';
const at = (local: string, in_ = zone) =>
  Temporal.ZonedDateTime.from(`${local}[${in_}]`).epochMilliseconds;
const ask = (local: string, vulnerable = false) =>
  mayDisconnect(rules, { atMs: at(local), zone, vulnerable });

test('a cut is allowed in working hours and the first instant outside friendly hours', () => {
  assert.deepEqual(ask('2026-11-18T12:00'), { allowed: true });
  assert.deepEqual(ask('2026-11-18T11:00'), { allowed: true });
  assert.deepEqual(ask('2026-11-18T15:59:59.999'), { allowed: true });
});

test('friendly hours run past midnight and say when they end', () => {
  for (const local of ['2026-11-17T16:00', '2026-11-17T23:59', '2026-11-18T03:00']) {
    assert.deepEqual(ask(local), {
      allowed: false,
      because: 'friendlyHours',
      until: at('2026-11-18T11:00'),
    });
  }
});

test('windows that touch are one: Friday afternoon protects until Monday morning', () => {
  assert.deepEqual(ask('2026-11-20T17:00'), {
    allowed: false,
    because: 'friendlyHours',
    until: at('2026-11-23T00:00'),
  });
});

test('a holiday protects the whole civil day and whatever joins it', () => {
  assert.deepEqual(ask('2026-12-25T12:00'), {
    allowed: false,
    because: 'holiday',
    // Friday 25th, Saturday 26th (both holidays), Sunday by friendly hours.
    until: at('2026-12-28T00:00'),
  });
});

test('a vulnerable home is never cut and no end is promised', () => {
  assert.deepEqual(ask('2026-11-18T12:00', true), {
    allowed: false,
    because: 'vulnerable',
    until: null,
  });
});

test('rules that forbid every hour give no end instead of searching for ever', () => {
  const always: ProtectionRules = {
    ...rules,
    friendlyHours: [{ weekdays: [1, 2, 3, 4, 5, 6, 7], from: '00:00', to: '24:00' }],
  };
  const answer = mayDisconnect(always, { atMs: at('2026-11-18T12:00'), zone, vulnerable: false });
  assert.deepEqual(answer, { allowed: false, because: 'friendlyHours', until: null });
});

test('a clock change inside friendly hours moves their end with the wall clock', () => {
  const berlin = 'Europe/Berlin';
  const night: ProtectionRules = {
    ...rules,
    friendlyHours: [{ weekdays: [6], from: '20:00', to: '06:00' }],
  };
  // 2026-03-29 02:00 -> 03:00: the night is nine hours long.
  const start = at('2026-03-28T20:00', berlin);
  const answer = mayDisconnect(night, { atMs: start, zone: berlin, vulnerable: false });
  assert.deepEqual(answer, {
    allowed: false,
    because: 'friendlyHours',
    until: start + 9 * 3_600_000,
  });
});

test('without rules a cut is always allowed', () => {
  const moment = { atMs: at('2026-12-25T03:00'), zone, vulnerable: false };
  assert.deepEqual(mayDisconnect(noProtection, moment), { allowed: true });
});

test('a rule document survives JSON and the checker', () => {
  const checked = checkProtectionRules(JSON.parse(JSON.stringify(rules)));
  assert.deepEqual(checked, { ok: true, value: rules });
  assert.equal(emergencyCreditOf(rules), 2000n);
  assert.equal(floorEnergyOf(rules), 3000n);
});

test('declared heat and cold days protect where the rules say so', () => {
  const days = [
    { date: '2026-11-18', kind: 'heat' as const },
    { date: '2026-11-19', kind: 'cold' as const },
  ];
  const heatOnly = withWeatherDays({ ...rules, weather: { protects: ['heat'], days: [] } }, [
    ...days,
    ...days,
  ]);
  assert.deepEqual(heatOnly.weather.days, days);
  const askOn = (document: ProtectionRules, local: string) =>
    mayDisconnect(document, { atMs: at(local), zone, vulnerable: false });
  assert.deepEqual(askOn(heatOnly, '2026-11-18T12:00'), {
    allowed: false,
    because: 'heat',
    // Midnight lies in the friendly hours of the night.
    until: at('2026-11-19T11:00'),
  });
  assert.deepEqual(askOn(heatOnly, '2026-11-19T12:00'), { allowed: true });
});

test('a medical device forbids a cut before all else', () => {
  const moment = { atMs: at('2026-11-18T12:00'), zone, vulnerable: true, medical: true };
  assert.deepEqual(mayDisconnect(rules, moment), {
    allowed: false,
    because: 'medical',
    until: null,
  });
});

test('grace after conversion counts working days, and holidays are none', () => {
  const graceful: ProtectionRules = {
    ...noProtection,
    holidays: ['2026-11-24'],
    graceAfterConversion: { days: 3, workingDaysOnly: true, owedLimitWh: '3000' },
  };
  // Converted on a Friday: Monday, (holiday), Wednesday and Thursday count.
  const convertedAtMs = at('2026-11-20T10:00');
  const askAt = (local: string, owedMilliWh: number) =>
    mayDisconnect(graceful, {
      atMs: at(local),
      zone,
      vulnerable: false,
      convertedAtMs,
      owedMilliWh,
    });
  const until = at('2026-11-27T00:00');
  assert.deepEqual(askAt('2026-11-20T10:00', 0), { allowed: false, because: 'grace', until });
  assert.deepEqual(askAt('2026-11-26T23:59', 3_000_000), {
    allowed: false,
    because: 'grace',
    until,
  });
  assert.deepEqual(askAt('2026-11-26T12:00', 3_000_001), { allowed: true });
  assert.deepEqual(askAt('2026-11-27T00:00', 0), { allowed: true });
  assert.deepEqual(askAt('2026-11-20T09:59', 0), { allowed: true });
});

test('power steps down with credit, and not for those who may never be cut', () => {
  const landing: ProtectionRules = {
    ...rules,
    softLanding: [
      { belowWh: '2000', powerLimitW: 2000 },
      { belowWh: '500', powerLimitW: 300 },
    ],
  };
  const limit = (availableMilliWh: number, vulnerable = false) =>
    powerLimitAt(landing, { availableMilliWh, vulnerable });
  assert.deepEqual(
    [2_000_000, 1_999_999, 500_000, 499_999, 0, -5].map((wh) => limit(wh)),
    [null, 2000, 2000, 300, 300, 300],
  );
  assert.equal(limit(0, true), null);
  assert.equal(
    powerLimitAt(landing, { availableMilliWh: 0, vulnerable: false, medical: true }),
    null,
  );
  assert.equal(powerLimitAt(rules, { availableMilliWh: 0, vulnerable: false }), null);
});

test('no cut while electricity cannot be bought, unless too much is owed', () => {
  const checked = checkProtectionRules({
    version: 2,
    debt: rules.debt,
    whenVendingStops: { afterMinutes: 60, graceHours: 12, owedLimitWh: '3000' },
  });
  assert.ok(checked.ok);
  const outage = { from: '2026-11-18T10:00:00.000Z', until: '2026-11-18T14:00:00.000Z' };
  const during = withVendingOutages(checked.value, [outage]);
  assert.ok(checkProtectionRules(during).ok, 'what goes to meters is a good document');
  const askAt = (time: string, owedMilliWh = 0) =>
    mayDisconnect(during, { atMs: Date.parse(time), zone, vulnerable: false, owedMilliWh });
  assert.deepEqual(askAt('2026-11-18T09:59:59.999Z'), { allowed: true });
  const until = Date.parse(outage.until);
  assert.deepEqual(askAt(outage.from), { allowed: false, because: 'vendingOutage', until });
  assert.deepEqual(askAt(outage.until), { allowed: true });
  assert.deepEqual(askAt(outage.from, 3_000_000).allowed, false);
  assert.deepEqual(askAt(outage.from, 3_000_001), { allowed: true });
  // One kilowatt: what may be owed is reached after two hours of the four.
  const promise = supplyPromise(during, {
    moment: { atMs: Date.parse(outage.from), zone, vulnerable: false, owedMilliWh: 1_000_000 },
    useUntilWh: (untilMs) => ((untilMs - Date.parse(outage.from)) / 3_600_000) * 1000,
  });
  assert.equal(promise?.because, 'vendingOutage');
  const reachedMs = Date.parse(outage.from) + 2 * 3_600_000;
  assert.ok(Math.abs((promise?.untilMs ?? 0) - reachedMs) <= 60_000);
});

test('an outage that friendly hours join ends with them', () => {
  const from = new Date(at('2026-11-18T12:00')).toISOString();
  const until = new Date(at('2026-11-18T17:00')).toISOString();
  const during = withVendingOutages(rules, [{ from, until }]);
  assert.deepEqual(
    mayDisconnect(during, { atMs: at('2026-11-18T13:00'), zone, vulnerable: false }),
    { allowed: false, because: 'vendingOutage', until: at('2026-11-19T11:00') },
  );
});
