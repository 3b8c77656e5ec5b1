import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { checkProtectionRules, describeRules, landingAhead, noProtection } from './index.ts';

const hourMs = 3_600_000;
const lastAtMs = Date.UTC(2026, 10, 1);
const rules = {
  ...noProtection,
  softLanding: [
    { belowWh: '8000', powerLimitW: 800 },
    { belowWh: '2000', powerLimitW: 300 },
  ],
  softLandingByToken: { aheadHours: 24, liftPowerW: 9_200 },
};
/** 400 W on average, 48 kWh bought: used up after 120 hours. */
const home = {
  outlook: {
    expectedAtMs: lastAtMs + 120 * hourMs,
    latestAtMs: lastAtMs + 180 * hourMs,
    meanW: 400,
  },
  lastAtMs,
  vulnerable: false,
  medical: false,
  ordinaryW: 9_200,
};
const after = (hours: number, part: object = {}) =>
  landingAhead(rules, { ...home, nowMs: lastAtMs + hours * hourMs, ...part });

test('a step is due so many hours before purchases say that it is reached, the lowest wins', () => {
  // 8 kWh are 20 hours at 400 W, 2 kWh are 5: with a day ahead, 76 and 91 hours after the purchase.
  assert.equal(after(75.9), null);
  const first = after(76);
  assert.deepEqual([first?.step, first?.powerLimitW], [1, 800]);
  assert.equal(after(91)?.step, 2);
  // 44 hours at 400 W; below 800 W it is 86% of that.
  const gainHours = ((first?.lastsUntilMs ?? 0) - home.outlook.expectedAtMs) / hourMs;
  assert.ok(Math.abs(gainHours - (44 / (1 - Math.exp(-2)) - 44)) < 0.001, String(gainHours));
});

test('no token for whom it gains nothing: used up, hardly begun, flagged, or below it anyway', () => {
  assert.equal(after(120), null);
  assert.equal(after(119.5), null, 'less than an hour is gained');
  assert.equal(after(91, { vulnerable: true }), null);
  assert.equal(after(91, { medical: true }), null);
  assert.equal(after(91, { ordinaryW: 300 })?.step, undefined);
  const small = { ...home.outlook, expectedAtMs: lastAtMs + 20 * hourMs };
  assert.equal(after(9, { outlook: small }), null, 'half of it is not used');
  assert.equal(after(11, { outlook: small })?.step, 2);
  const { softLandingByToken: _, ...off } = rules;
  assert.equal(landingAhead(off, { ...home, nowMs: lastAtMs + 91 * hourMs }), null);
});

test('a limit never shortens credit, and a lower one never lasts less', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 20, max: 5_000 }),
      fc.integer({ min: 50, max: 9_000 }),
      fc.integer({ min: 1, max: 40 }),
      (meanW, highW, lower) => {
        const lasts = (powerLimitW: number) =>
          landingAhead(
            { ...rules, softLanding: [{ belowWh: '8000', powerLimitW }] },
            { ...home, outlook: { ...home.outlook, meanW }, nowMs: lastAtMs + 110 * hourMs },
          )?.lastsUntilMs ?? home.outlook.expectedAtMs;
        const lowW = Math.max(1, highW - lower);
        assert.ok(lasts(highW) >= home.outlook.expectedAtMs);
        assert.ok(lasts(lowW) >= lasts(highW));
      },
    ),
  );
});

test('the rule is off when left out, checked, and told in words', () => {
  const debt = { maximumSharePercent: 0, floorEnergyWh: '0' };
  const { softLanding, softLandingByToken } = rules;
  const check = (part: object) => checkProtectionRules({ version: 2, debt, ...part });
  const plain = check({ softLanding });
  assert.ok(plain.ok && plain.value.softLandingByToken === undefined);
  const full = check({ softLanding, softLandingByToken });
  assert.ok(full.ok, JSON.stringify(full));
  assert.deepEqual(full.value.softLandingByToken, softLandingByToken);
  const said = describeRules(full.value).flatMap((part) => part.sentences);
  assert.ok(said.some((each) => /24 hours before; the next top-up lifts it to 9200 W/.test(each)));
  for (const [part, at] of [
    [{ softLandingByToken }, 'softLandingByToken'],
    [{ softLanding, softLandingByToken: { aheadHours: 24 } }, 'softLandingByToken.liftPowerW'],
    [
      { softLanding, softLandingByToken: { aheadHours: 0, liftPowerW: 9_200 } },
      'softLandingByToken.aheadHours',
    ],
    [
      { softLanding, softLandingByToken: { aheadHours: 24, liftPowerW: 800 } },
      'softLandingByToken.liftPowerW',
    ],
  ] as const) {
    const refused = check(part);
    assert.ok(!refused.ok && refused.error.code === 'rules-format', at);
    assert.equal(refused.error.at, at);
  }
});
