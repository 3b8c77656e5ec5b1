import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import {
  mayDisconnect,
  noProtection,
  type ProtectionRules,
  type ReplayHome,
  replayHome,
  summarizeReplay,
} from './index.ts';

const hourMs = 3_600_000;
const dayMs = 24 * hourMs;
/** Monday. */
const monday = Date.UTC(2026, 10, 16);
const zone = 'UTC';

const home = (days: number, part: Partial<ReplayHome> = {}): ReplayHome => ({
  home: 'h1',
  vulnerable: false,
  medical: false,
  convertedAtMs: null,
  openingWh: 1_000n,
  use: Array.from({ length: days * 24 }, (_, hour) => ({
    startsAtMs: monday + hour * hourMs,
    endsAtMs: monday + (hour + 1) * hourMs,
    energyWh: 100n,
  })),
  topUps: [],
  ...part,
});
const friendly: ProtectionRules = {
  ...noProtection,
  friendlyHours: [{ weekdays: [1, 2, 3, 4, 5, 6, 7], from: '08:00', to: '20:00' }],
  debt: { maximumSharePercent: 50, floorEnergyWh: '0' },
};
const run = (rules: ProtectionRules, one: ReplayHome) => {
  const result = replayHome(rules, one, zone);
  assert.ok(result !== null);
  return result;
};

test('without protection the home is off from the end of credit to the next top-up', () => {
  const topUps = [{ atMs: monday + 15.5 * hourMs, energyWh: 5_000n }];
  const result = run(noProtection, home(1, { topUps }));
  assert.deepEqual(result.cuts, [
    { fromMs: monday + 10 * hourMs, untilMs: monday + 15.5 * hourMs, missedWh: 550 },
  ]);
  assert.equal(result.offMs, 5.5 * hourMs);
});

test('friendly hours move the cut to their end, and what was used in them is owed', () => {
  const result = run(friendly, home(1));
  assert.deepEqual(result.cuts, [{ fromMs: monday + 20 * hourMs, untilMs: null, missedWh: 400 }]);
  assert.equal(result.protectedMs, 10 * hourMs);
  assert.equal(result.mostOwedWh, 1_000);
});

test('a top-up pays back its share at most and turns supply on', () => {
  const topUps = [{ atMs: monday + 22 * hourMs, energyWh: 600n }];
  const result = run(friendly, home(2, { topUps }));
  // 300 of the 600 pay back; the other 300 last three hours.
  assert.deepEqual(
    result.cuts.map((cut) => [cut.fromMs, cut.untilMs]),
    [
      [monday + 20 * hourMs, monday + 22 * hourMs],
      [monday + 25 * hourMs, null],
    ],
  );
  assert.equal(result.owedAtEndWh, 700);
});

test('credit that changes hands at another price becomes more or less by that, and pays nothing back', () => {
  const from = (shifts: ReplayHome['shifts'], part: Partial<ReplayHome> = {}) =>
    run(noProtection, home(1, { ...part, ...(shifts === undefined ? {} : { shifts }) }));
  const at = monday + 5 * hourMs;
  assert.equal(from([{ atMs: at, energyWh: 200n }]).cuts[0]?.fromMs, monday + 12 * hourMs);
  assert.equal(from([{ atMs: at, energyWh: -200n }]).cuts[0]?.fromMs, monday + 8 * hourMs);
  const below = from([{ atMs: at, energyWh: -700n }]);
  assert.deepEqual([below.cuts[0]?.fromMs, below.owedAtEndWh], [at, 200]);
  const on = from([{ atMs: at, energyWh: 300n }], { openingWh: 100n });
  assert.deepEqual(on.cuts.map(({ fromMs, untilMs }) => [fromMs, untilMs])[0], [
    monday + hourMs,
    at,
  ]);
});

test('a home that may never be cut is called once for each spell without credit', () => {
  for (const flag of ['vulnerable', 'medical'] as const) {
    const topUps = [{ atMs: monday + 30 * hourMs, energyWh: 200n }];
    const result = run(friendly, home(3, { [flag]: true, topUps }));
    assert.deepEqual(result.cuts, []);
    assert.deepEqual(result.calls, [
      { atMs: monday + 10 * hourMs, because: flag },
      { atMs: monday + 31 * hourMs, because: flag },
    ]);
  }
});

test('emergency credit is lent once until it is paid back', () => {
  const rules: ProtectionRules = { ...friendly, friendlyHours: [], emergencyCreditWh: '500' };
  const result = run(rules, home(2));
  assert.equal(result.emergencyCredits, 1);
  assert.equal(result.cuts[0]?.fromMs, monday + 15 * hourMs);
});

test('emergency credit that nobody takes saves nobody from a cut', () => {
  const rules: ProtectionRules = { ...friendly, friendlyHours: [], emergencyCreditWh: '500' };
  const result = replayHome(rules, home(2), zone, { takesEmergency: false });
  assert.equal(result?.emergencyCredits, 0);
  assert.equal(result?.cuts[0]?.fromMs, monday + 10 * hourMs);
});

test('grace ends with its days, or when its limit is owed', () => {
  const graceful = (owedLimitWh: string | null): ProtectionRules => ({
    ...noProtection,
    graceAfterConversion: { days: 1, workingDaysOnly: false, owedLimitWh },
  });
  const one = home(4, { convertedAtMs: monday });
  const at = (limit: string | null) => run(graceful(limit), one).cuts[0]?.fromMs ?? 0;
  assert.equal(at(null), monday + 2 * dayMs);
  assert.ok(Math.abs(at('500') - (monday + 15 * hourMs)) <= 2);
});

test('time under a power limit and use above it are counted', () => {
  const rules: ProtectionRules = {
    ...noProtection,
    softLanding: [{ belowWh: '501', powerLimitW: 60 }],
  };
  const result = run(rules, home(1));
  assert.equal(result.limitedMs, 5 * hourMs);
  assert.equal(result.aboveLimitWh, 200);
});

test('a silence as long as the rules say is a call', () => {
  const rules: ProtectionRules = { ...noProtection, silence: { callAfterHours: 12 } };
  assert.deepEqual(run(rules, home(1)).calls, [{ atMs: monday + 22 * hourMs, because: 'silence' }]);
  assert.deepEqual(run({ ...rules, silence: { callAfterHours: 15 } }, home(1)).calls, []);
});

test('unknown credit starts at the first top-up; a home without either is left out', () => {
  const topUps = [{ atMs: monday + 5 * hourMs, energyWh: 300n }];
  const result = run(noProtection, home(1, { openingWh: null, topUps }));
  assert.equal(result.cuts[0]?.fromMs, monday + 8 * hourMs);
  assert.equal(replayHome(noProtection, home(1, { openingWh: null }), zone), null);
  assert.equal(replayHome(noProtection, home(0), zone), null);
});

test('sums of homes', () => {
  const both = [run(friendly, home(1)), run(friendly, home(1, { medical: true }))];
  const { homes, homesCut, cuts, missedWh, homesCalledNotCut } = summarizeReplay(both);
  assert.deepEqual(
    { homes, homesCut, cuts, missedWh, homesCalledNotCut },
    { homes: 2, homesCut: 1, cuts: 1, missedWh: 400, homesCalledNotCut: 1 },
  );
});

test('no cut starts while a rule forbids it, and debt never exceeds its most', () => {
  const topUp = fc.record({ atMs: fc.nat(6 * 24 * 60), energyWh: fc.bigInt(1n, 5_000n) });
  fc.assert(
    fc.property(
      fc.array(fc.nat(800), { minLength: 24, maxLength: 150 }),
      fc.array(topUp, { maxLength: 8 }),
      fc.boolean(),
      fc.bigInt(0n, 3_000n),
      (loads, topUps, vulnerable, openingWh) => {
        const one = home(0, {
          vulnerable,
          openingWh,
          use: loads.map((wh, hour) => ({
            startsAtMs: monday + hour * hourMs,
            endsAtMs: monday + (hour + 1) * hourMs,
            energyWh: BigInt(wh),
          })),
          topUps: topUps.map((t) => ({ ...t, atMs: monday + t.atMs * 60_000 })),
        });
        const rules: ProtectionRules = { ...friendly, emergencyCreditWh: '700' };
        const result = run(rules, one);
        for (const cut of result.cuts) {
          const moment = { atMs: cut.fromMs, zone, vulnerable };
          assert.ok(mayDisconnect(rules, moment).allowed);
          assert.ok(cut.untilMs === null || cut.untilMs >= cut.fromMs);
        }
        assert.ok(result.owedAtEndWh >= 0 && result.owedAtEndWh <= result.mostOwedWh);
      },
    ),
    { numRuns: 200 },
  );
});
