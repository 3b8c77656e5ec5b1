import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { energyBetween, type Home, loadHomes, powerAt } from './homes.ts';

const homes = loadHomes();
const zone = 'Africa/Johannesburg';
const hourMs = 3_600_000;
const dayMs = 24 * hourMs;
const homeNamed = (id: string): Home => {
  const home = homes.find((one) => one.id === id);
  assert.ok(home);
  return home;
};
const demo = homeNamed('home-01');

test('forty homes of the size of prepaid homes, the first near 6 kWh a day', () => {
  assert.equal(homes.length, 40);
  assert.equal(new Set(homes.map((home) => home.id)).size, 40);
  for (const { id, meanWhPerDay } of homes) {
    assert.ok(meanWhPerDay > 1_500 && meanWhPerDay < 12_000, `${id} ${meanWhPerDay}`);
  }
  assert.ok(Math.abs(demo.meanWhPerDay - 6_000) < 300);
});

test('spans that join add up exactly, wherever they are cut', () => {
  const start = Date.UTC(2026, 2, 20);
  fc.assert(
    fc.property(
      fc.constantFrom(...homes),
      fc.constantFrom(zone, 'Europe/Berlin', 'America/New_York'),
      fc.array(fc.integer({ min: 1, max: 2 * dayMs }), { minLength: 1, maxLength: 12 }),
      (home, in_, steps) => {
        let at = start;
        let sum = 0;
        for (const step of steps) {
          sum += energyBetween(home, { fromMs: at, toMs: at + step, zone: in_ });
          at += step;
        }
        assert.equal(sum, energyBetween(home, { fromMs: start, toMs: at, zone: in_ }));
        assert.ok(Number.isSafeInteger(sum) && sum >= 0);
      },
    ),
    { numRuns: 200 },
  );
});

test('four weeks take the whole load, starting anywhere', () => {
  const fromMs = Date.UTC(2026, 10, 18, 7, 13);
  const energy = energyBetween(demo, { fromMs, toMs: fromMs + 28 * dayMs, zone });
  assert.equal(energy, demo.runningMilliWh.at(-1));
});

test('weekdays stay weekdays, and an offset of whole weeks moves only the weeks', () => {
  // Monday 2026-11-16 and the Monday of the load lie whole weeks apart.
  const monday = Date.UTC(2026, 10, 15, 22);
  const dayOf = (fromMs: number, offsetDays = 0) =>
    energyBetween(demo, { fromMs, toMs: fromMs + dayMs, zone, offsetDays });
  const mondays = [0, 1, 2, 3].map((week) => demo.runningMilliWh[week * 336 + 48] as number);
  const starts = [0, 1, 2, 3].map((week) => demo.runningMilliWh[week * 336] as number);
  const loads = mondays.map((end, week) => end - (starts[week] ?? 0));
  assert.ok(loads.includes(dayOf(monday)));
  assert.equal(dayOf(monday, 7), dayOf(monday + 7 * dayMs));
});

test('a day of 23 hours leaves out the hour that the clock skips', () => {
  const berlin = 'Europe/Berlin';
  const midnight = Date.UTC(2026, 2, 28, 23);
  const span = { zone: berlin, fromMs: midnight, toMs: midnight + 23 * hourMs };
  const usual = { zone, fromMs: midnight - hourMs, toMs: midnight + 23 * hourMs };
  const skipped = { zone, fromMs: midnight + hourMs, toMs: midnight + 2 * hourMs };
  assert.equal(
    energyBetween(demo, span),
    energyBetween(demo, usual) - energyBetween(demo, skipped),
  );
});

test('power is the mean of its half-hour', () => {
  const atMs = Date.UTC(2026, 10, 18, 16, 40);
  const halfHour = { fromMs: atMs - 10 * 60_000, toMs: atMs + 20 * 60_000, zone };
  assert.equal(powerAt(demo, { atMs, zone }), Math.round(energyBetween(demo, halfHour) / 500));
});
