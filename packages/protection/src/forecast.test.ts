import assert from 'node:assert/strict';
import { test } from 'node:test';
import { expectedUseWh, forecastDepletion, type UsageInterval } from './index.ts';

const zone = 'Europe/Zurich';
const hourMs = 3_600_000;
const dayMs = 24 * hourMs;
/** Monday 2026-11-23, midnight local. */
const nowMs = Date.UTC(2026, 10, 22, 23);

/** The hours of the last days, each with the use that the function names (0 = Monday). */
const historyOf = (
  days: number,
  useWh: (weekday: number, hour: number, daysAgo: number) => number,
): UsageInterval[] =>
  Array.from({ length: days * 24 }, (_, i) => {
    const daysAgo = days - Math.floor(i / 24);
    const startsAtMs = nowMs - days * dayMs + i * hourMs;
    const weekday = (((7 - daysAgo) % 7) + 7) % 7;
    return {
      startsAtMs,
      endsAtMs: startsAtMs + hourMs,
      energyWh: BigInt(Math.round(useWh(weekday, i % 24, daysAgo))),
    };
  });
const steady = historyOf(21, () => 250);
const ask = (history: readonly UsageInterval[], availableWh: number, atMs = nowMs) =>
  forecastDepletion({ history, availableEnergyWh: BigInt(availableWh), nowMs: atMs, zone });
const daysUntil = (atMs: number | undefined) => ((atMs ?? Number.NaN) - nowMs) / dayMs;

test('a steady home of 6 kWh a day with 18 kWh runs out in three days, said a little early', () => {
  const forecast = ask(steady, 18_000);
  const expected = daysUntil(forecast?.expectedAtMs);
  assert.ok(expected > 2.4 && expected <= 3, String(expected));
  assert.ok(daysUntil(forecast?.earliestAtMs) < 3);
  assert.ok(daysUntil(forecast?.latestAtMs) > 3);
});

test('there is no forecast without half a day of history, nor for a home that uses nothing', () => {
  assert.equal(ask([], 10_000), null);
  assert.equal(ask(historyOf(1, () => 250).slice(0, 6), 10_000), null);
  assert.equal(
    ask(
      historyOf(7, () => 0),
      10_000,
    ),
    null,
  );
});

test('two days of history are enough, and tell less than three weeks', () => {
  const early = ask(
    historyOf(2, () => 250),
    18_000,
  );
  const late = ask(steady, 18_000);
  assert.ok(early !== null && late !== null);
  assert.ok(early.latestAtMs - early.earliestAtMs > late.latestAtMs - late.earliestAtMs);
});

test('evening use ends credit in the evening', () => {
  const evenings = historyOf(21, (_weekday, hour) => (hour >= 18 && hour < 22 ? 1_500 : 0));
  const forecast = ask(evenings, 3_000);
  const hour = new Date((forecast?.expectedAtMs ?? 0) + hourMs).getUTCHours();
  assert.ok(hour >= 18 && hour < 22, String(hour));
});

test('busy weekends shorten credit that spans them', () => {
  const weekends = historyOf(28, (weekday) => (weekday >= 5 ? 900 : 200));
  const atFridayEnd = nowMs - 2 * dayMs;
  const untilFriday = weekends.filter((interval) => interval.endsAtMs <= atFridayEnd);
  const overWeekend = ask(untilFriday, 15_000, atFridayEnd);
  const inWeek = ask(weekends, 15_000);
  assert.ok(overWeekend !== null && inWeek !== null);
  assert.ok(overWeekend.expectedAtMs - atFridayEnd < inWeek.expectedAtMs - nowMs);
});

test('a week away does not promise a long life to the credit of a home that comes back', () => {
  const away = historyOf(28, (_weekday, _hour, daysAgo) => (daysAgo <= 5 ? 20 : 300));
  const forecast = ask(away, 21_600);
  // At the use of the days away it would last 45 days, at the usual use three.
  assert.ok(daysUntil(forecast?.expectedAtMs) < 8, String(daysUntil(forecast?.expectedAtMs)));
});

test('growing use ends credit sooner than an even total, falling use is not trusted', () => {
  const growing = historyOf(28, (_weekday, _hour, daysAgo) => 400 - daysAgo * 8);
  const even = historyOf(28, () => 400 - 14.5 * 8);
  const falling = historyOf(28, (_weekday, _hour, daysAgo) => 180 + daysAgo * 8);
  const middle = (history: readonly UsageInterval[]) =>
    daysUntil(ask(history, 60_000)?.expectedAtMs);
  assert.ok(middle(growing) < 0.85 * middle(even), `${middle(growing)} ${middle(even)}`);
  const atPresentUse = 60_000 / 24 / 188;
  assert.ok(middle(falling) < atPresentUse, `${middle(falling)} ${atPresentUse}`);
});

test('holes in the history change little', () => {
  const holes = steady.filter((_, i) => i % 5 !== 0 && !(i > 200 && i < 260));
  const whole = daysUntil(ask(steady, 18_000)?.expectedAtMs);
  const holed = daysUntil(ask(holes, 18_000)?.expectedAtMs);
  assert.ok(Math.abs(whole - holed) < 0.35, `${whole} ${holed}`);
});

test('one reading that spans a silent day counts like the hours in it', () => {
  const start = nowMs - 9 * dayMs;
  const day = { startsAtMs: start, endsAtMs: start + dayMs, energyWh: 6_000n };
  const merged = [
    ...steady.filter((i) => i.endsAtMs <= start || i.startsAtMs >= start + dayMs),
    day,
  ];
  const difference =
    daysUntil(ask(merged, 18_000)?.expectedAtMs) - daysUntil(ask(steady, 18_000)?.expectedAtMs);
  assert.ok(Math.abs(difference) < 0.05, String(difference));
});

test('no credit ends now; enormous credit ends at the horizon', () => {
  assert.equal(ask(steady, 0)?.expectedAtMs, nowMs);
  assert.equal(ask(steady, -500)?.expectedAtMs, nowMs);
  assert.equal(daysUntil(ask(steady, 1e9)?.latestAtMs), 400);
});

test('what will be owed until a protection ends follows the hours of the home', () => {
  const evenings = historyOf(21, (_weekday, hour) => (hour >= 18 && hour < 22 ? 1_000 : 50));
  const until = (hours: number, history = evenings) =>
    expectedUseWh({ history, nowMs, untilMs: nowMs + hours * hourMs, zone });
  const night = Number(until(8));
  const day = Number(until(24));
  assert.ok(night > 350 && night < 900, String(night));
  assert.ok(day > 4_500 && day < 5_800, String(day));
  assert.equal(until(0), 0n);
  assert.equal(until(8, []), null);
});

test('the power of this moment counts for a while, and alone where there is no history', () => {
  const ask = (history: readonly UsageInterval[], powerW: number | null, hours: number) =>
    Number(expectedUseWh({ history, nowMs, untilMs: nowMs + hours * hourMs, zone, powerW }));
  assert.equal(ask(steady, 250, 10), ask(steady, null, 10), 'as usual');
  const oven = ask(steady, 2_250, 10);
  assert.ok(oven > ask(steady, null, 10) + 2_000 && oven < ask(steady, null, 10) + 4_000);
  assert.ok(ask(steady, 2_250, 1) > 1_500, 'the first hour is nearly all of it');
  assert.equal(ask([], 300, 2), 600);
  assert.equal(
    expectedUseWh({ history: [], nowMs, untilMs: nowMs + hourMs, zone, powerW: null }),
    null,
  );
});
