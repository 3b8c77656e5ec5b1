// Laws of the forecast in money, for any home, credit and prices: ordered, no credit ends sooner
// for being more, and never more hopeful than the home's own use run down at the same prices.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { expectedCostMicro, forecastMoney, type HourOfUse, type Pricing } from './index.ts';
import { localHourClock } from './local-hours.ts';

const zone = 'Europe/Zurich';
const clock = localHourClock(zone);
const hourMs = 3_600_000;
const dayMs = 24 * hourMs;

type Month = { readonly month: string; readonly usedWh: bigint; readonly paidDay: string };
type Prices = {
  readonly first: number;
  readonly second: number;
  readonly blockWh: number;
  readonly evening: number;
  readonly perDay: number;
  readonly perMonth: number;
};

/** Two blocks a month, dearer evenings, a charge by the day and one by the month. */
function pricingOf(prices: Prices): Pricing<Month> {
  const charge = (at: Month, hour: HourOfUse): { micro: bigint; position: Month } => {
    const local = clock.localHourAt(hour.startsAtMs);
    const day = new Date(local * hourMs).toISOString().slice(0, 10);
    const month = day.slice(0, 7);
    const used = month === at.month ? at.usedWh : 0n;
    const standing =
      (day === at.paidDay ? 0 : prices.perDay) + (month === at.month ? 0 : prices.perMonth);
    const isEvening = local % 24 >= 17 && local % 24 < 22;
    const left = BigInt(prices.blockWh) - used;
    const cheap = left <= 0n ? 0n : left < hour.energyWh ? left : hour.energyWh;
    const dear = hour.energyWh - cheap;
    const rate = (base: number) => BigInt(isEvening ? base + prices.evening : base);
    return {
      micro: cheap * rate(prices.first) + dear * rate(prices.second) + BigInt(standing),
      position: { month, usedWh: used + hour.energyWh, paidDay: day },
    };
  };
  return {
    start: { month: '', usedWh: 0n, paidDay: '' },
    cost: (start, hours) => {
      let position = start;
      let micro = 0n;
      for (const hour of hours) {
        const one = charge(position, hour);
        micro += one.micro;
        position = one.position;
      }
      return { micro, position };
    },
  };
}

const prices = fc.record({
  first: fc.integer({ min: 1, max: 400 }),
  second: fc.integer({ min: 1, max: 400 }),
  blockWh: fc.integer({ min: 0, max: 200_000 }),
  evening: fc.integer({ min: 0, max: 300 }),
  perDay: fc.integer({ min: 0, max: 3_000_000 }),
  perMonth: fc.integer({ min: 0, max: 20_000_000 }),
});
const shape = fc.array(fc.integer({ min: 0, max: 3_000 }), { minLength: 24, maxLength: 24 });
const startMs = fc.integer({ min: 0, max: 365 * 24 }).map((h) => Date.UTC(2026, 0, 1) + h * hourMs);
const credit = fc.bigInt({ min: 0n, max: 400_000_000n });

/** The same day over and over, by the hours of the zone's wall clock. */
const useAt = (day: readonly number[], atMs: number): bigint =>
  BigInt(day[clock.localHourAt(atMs) % 24] ?? 0);
const historyOf = (day: readonly number[], nowMs: number, days: number) =>
  Array.from({ length: days * 24 }, (_, i) => {
    const startsAtMs = nowMs - (i + 1) * hourMs;
    return { startsAtMs, endsAtMs: startsAtMs + hourMs, energyWh: useAt(day, startsAtMs) };
  });

test('a forecast in money is ordered, lies ahead, and more money never ends sooner', () => {
  fc.assert(
    fc.property(
      fc.record({ prices, day: shape, nowMs: startMs, days: fc.integer({ min: 1, max: 28 }) }),
      credit,
      credit,
      (o, less, more) => {
        const history = historyOf(o.day, o.nowMs, o.days);
        const pricing = pricingOf(o.prices);
        const ask = (availableMicro: bigint) =>
          forecastMoney({ history, nowMs: o.nowMs, zone, pricing, availableMicro });
        const [small, large] = less < more ? [ask(less), ask(more)] : [ask(more), ask(less)];
        if (small === null || large === null) return;
        for (const one of [small, large]) {
          assert.ok(o.nowMs <= one.earliestAtMs && one.earliestAtMs <= one.expectedAtMs);
          assert.ok(one.expectedAtMs <= one.latestAtMs);
          assert.ok(one.latestAtMs <= o.nowMs + 92 * dayMs);
        }
        assert.ok(small.earliestAtMs <= large.earliestAtMs);
        assert.ok(small.expectedAtMs <= large.expectedAtMs);
        assert.ok(small.latestAtMs <= large.latestAtMs);
      },
    ),
    { numRuns: 60 },
  );
});

test('a home of even use never runs out before the expected end', () => {
  const even = fc.integer({ min: 1, max: 3_000 }).map((wh) => Array.from({ length: 24 }, () => wh));
  fc.assert(
    fc.property(fc.record({ prices, day: even, nowMs: startMs, credit }), (o) => {
      const history = historyOf(o.day, o.nowMs, 21);
      const pricing = pricingOf(o.prices);
      const forecast = forecastMoney({
        history,
        nowMs: o.nowMs,
        zone,
        pricing,
        availableMicro: o.credit,
      });
      if (forecast === null) return;
      // The home lives on as it did, and pays hour by hour.
      let left = o.credit;
      let position = pricing.start;
      let atMs = o.nowMs;
      while (left > 0n && atMs < o.nowMs + 92 * dayMs) {
        const hour = { startsAtMs: atMs, endsAtMs: atMs + hourMs, energyWh: useAt(o.day, atMs) };
        const cost = pricing.cost(position, [hour]);
        assert.ok(cost !== null);
        left -= cost.micro;
        position = cost.position;
        atMs += hourMs;
      }
      assert.ok(forecast.expectedAtMs <= atMs, `${forecast.expectedAtMs - atMs} ms too hopeful`);
    }),
    { numRuns: 60 },
  );
});

test('what is spent until an instant rises with it, and never ends what is left sooner', () => {
  fc.assert(
    fc.property(fc.record({ prices, day: shape, nowMs: startMs }), (o) => {
      const history = historyOf(o.day, o.nowMs, 14);
      const ask = { history, nowMs: o.nowMs, zone, pricing: pricingOf(o.prices) };
      const spent = [6, 12, 30, 60].map((hours) =>
        expectedCostMicro({ ...ask, untilMs: o.nowMs + hours * hourMs }),
      );
      spent.reduce((before, now) => {
        assert.ok(before === null || now === null || before <= now);
        return now;
      }, 0n);
      const whole = spent[3] ?? null;
      if (whole === null) return;
      const enough = forecastMoney({ ...ask, availableMicro: whole + 1_000_000n });
      assert.ok(enough !== null && enough.expectedAtMs >= o.nowMs + 59 * hourMs);
    }),
    { numRuns: 40 },
  );
});
