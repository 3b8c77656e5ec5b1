import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import {
  checkProtectionRules,
  forecastDepletion,
  mayDisconnect,
  type ProtectionRules,
} from './index.ts';

const zones = ['Africa/Johannesburg', 'Europe/Berlin', 'America/New_York', 'Australia/Lord_Howe'];
const time = fc
  .integer({ min: 0, max: 95 })
  .map((quarter) => new Date(quarter * 900_000).toISOString().slice(11, 16));
const marchDay = fc
  .integer({ min: 1, max: 28 })
  .map((day) => `2026-03-${String(day).padStart(2, '0')}`);
const rules: fc.Arbitrary<ProtectionRules> = fc.record({
  version: fc.constant(2 as const),
  friendlyHours: fc.array(
    fc.record({
      weekdays: fc.uniqueArray(fc.integer({ min: 1, max: 7 }), { minLength: 1 }),
      from: time,
      to: fc.oneof(time, fc.constant('24:00')),
    }),
    { maxLength: 3 },
  ),
  holidays: fc.uniqueArray(marchDay, { maxLength: 3 }),
  emergencyCreditWh: fc.nat(10_000).map(String),
  debt: fc.record({
    maximumSharePercent: fc.nat(99),
    floorEnergyWh: fc.nat(10_000).map(String),
  }),
  weather: fc.record({
    protects: fc.subarray(['heat', 'cold'] as const),
    days: fc.array(
      fc.record({ date: marchDay, kind: fc.constantFrom('heat' as const, 'cold' as const) }),
      { maxLength: 4 },
    ),
  }),
  graceAfterConversion: fc.record({
    days: fc.nat(10),
    workingDaysOnly: fc.boolean(),
    owedLimitWh: fc.option(fc.nat(5_000).map(String)),
  }),
  softLanding: fc.constant([]),
  silence: fc.constant({ callAfterHours: 24 }),
});
const march = Date.UTC(2026, 2, 1);
const instant = fc.integer({ min: march, max: march + 31 * 86_400_000 });

test('a promised end is the first instant at which a cut is allowed', () => {
  fc.assert(
    fc.property(
      rules,
      instant,
      instant,
      fc.constantFrom(...zones),
      (document, atMs, turned, zone) => {
        assert.ok(checkProtectionRules(document).ok);
        const ask = (at: number) =>
          mayDisconnect(document, { atMs: at, zone, vulnerable: false, convertedAtMs: turned });
        const answer = ask(atMs);
        if (answer.allowed || answer.until === null) return;
        const { until } = answer;
        assert.ok(answer.until > atMs);
        assert.equal(ask(answer.until).allowed, true);
        for (let part = 0; part < 20; part += 1) {
          const between: number = atMs + Math.floor(((until - 1 - atMs) * part) / 19);
          assert.equal(ask(between).allowed, false);
        }
      },
    ),
    { numRuns: 150 },
  );
});

const nowMs = Date.UTC(2026, 2, 29, 12);
const histories = fc
  .array(
    fc.record({ hours: fc.integer({ min: 1, max: 30 }), gap: fc.nat(20), wh: fc.nat(20_000) }),
    { maxLength: 60 },
  )
  .map((parts) => {
    let endsAtMs = nowMs;
    return parts.map(({ hours, gap, wh }) => {
      const end = endsAtMs - gap * 3_600_000;
      endsAtMs = end - hours * 3_600_000;
      return { startsAtMs: endsAtMs, endsAtMs: end, energyWh: BigInt(wh) };
    });
  });

test('an answer does not depend on what the same rules were asked before', () => {
  const asked = fc.array(fc.tuple(instant, fc.constantFrom(...zones)), { maxLength: 12 });
  fc.assert(
    fc.property(rules, asked, (document, moments) => {
      for (const [atMs, zone] of moments) {
        const moment = { atMs, zone, vulnerable: false };
        const afresh = mayDisconnect(structuredClone(document), moment);
        assert.deepEqual(mayDisconnect(document, moment), afresh);
      }
    }),
  );
});

test('a forecast is ordered, never in the past, and more credit never ends sooner', () => {
  fc.assert(
    fc.property(
      histories,
      fc.nat(500_000),
      fc.nat(500_000),
      fc.constantFrom(...zones),
      (history, less, more, zone) => {
        const ask = (wh: number) =>
          forecastDepletion({ history, availableEnergyWh: BigInt(wh), nowMs, zone });
        const first = ask(less);
        const second = ask(less + more);
        assert.equal(first === null, second === null);
        if (first === null || second === null) return;
        for (const { earliestAtMs, expectedAtMs, latestAtMs } of [first, second]) {
          assert.ok(nowMs <= earliestAtMs);
          assert.ok(earliestAtMs <= expectedAtMs && expectedAtMs <= latestAtMs);
          assert.ok(latestAtMs <= nowMs + 400 * 86_400_000);
        }
        for (const end of ['earliestAtMs', 'expectedAtMs', 'latestAtMs'] as const) {
          assert.ok(second[end] >= first[end], end);
        }
      },
    ),
    { numRuns: 300 },
  );
});

test('a heavier user never lasts longer on the same credit', () => {
  fc.assert(
    fc.property(histories, fc.integer({ min: 2, max: 9 }), (history, times) => {
      const heavier = history.map((i) => ({ ...i, energyWh: i.energyWh * BigInt(times) }));
      const ask = (h: typeof history) =>
        forecastDepletion({ history: h, availableEnergyWh: 20_000n, nowMs, zone: 'UTC' });
      const light = ask(history);
      const heavy = ask(heavier);
      if (light === null || heavy === null) return;
      assert.ok(heavy.latestAtMs <= light.latestAtMs);
    }),
    { numRuns: 200 },
  );
});
