import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  forecastDepletion,
  isInRange,
  type RangeWidths,
  scoresOfHome,
  soonestOf,
  type UsageInterval,
  usualWidths,
  widthsFrom,
} from './index.ts';

const zone = 'Africa/Nairobi';
const hourMs = 3_600_000;
const dayMs = 24 * hourMs;
const nowMs = Date.UTC(2026, 10, 24, 21);

const homeOf = (days: number, useWh: (day: number) => number): UsageInterval[] =>
  Array.from({ length: days * 24 }, (_, i) => ({
    startsAtMs: nowMs - days * dayMs + i * hourMs,
    endsAtMs: nowMs - days * dayMs + (i + 1) * hourMs,
    energyWh: BigInt(Math.round(useWh(Math.floor(i / 24)))),
  }));
/** The same scatter in each run: 0 to 1. */
const scatter = (n: number) => ((n * 7919) % 104_729) / 104_729;

test('widths hold 80 of 100 of the ends that they were measured on, half of the rest a side', () => {
  const scores = Array.from({ length: 1000 }, (_, i) => {
    const off = 6 * scatter(i + 1) - 3;
    return { nowMs: nowMs + i * 7 * dayMs, endMs: nowMs + i * 7 * dayMs, early: off, late: -off };
  });
  const widths = widthsFrom(scores);
  const held = scores.filter((score) => isInRange(score, widths)).length;
  assert.ok(held > 760 && held < 840, String(held));
  assert.ok(scores.filter((score) => score.early > widths.early).length < 130);
});

const weekOf = (week: number, early: number) => {
  const startMs = nowMs + week * 7 * dayMs;
  return { nowMs: startMs, endMs: startMs + 7 * dayMs, early, late: -early };
};
const steadyOver = (weeks: number) =>
  widthsFrom(
    Array.from({ length: 5000 }, (_, i) => ({
      ...weekOf(Math.floor((i * weeks) / 5000), -0.3),
      late: -0.3,
    })),
  );

test('few ends change the usual widths a little, steady homes leave a range that is no point', () => {
  assert.deepEqual(widthsFrom([]), usualWidths);
  const once = widthsFrom([{ nowMs, endMs: nowMs + dayMs, early: 9, late: 9 }]);
  assert.ok(once.early > usualWidths.early && once.early < usualWidths.early + 0.2);
  const steady = steadyOver(500);
  assert.ok(steady.early > 0 && steady.early < 0.3 && steady.late > 0 && steady.late < 0.3);
});

test('ends of few weeks leave room for weather that moves all homes, those of many do not', () => {
  const [two, eight, many] = [steadyOver(2), steadyOver(8), steadyOver(500)];
  assert.ok(two.early > eight.early && eight.early > many.early);
  // Thirty homes that a cold week moved together: it was seen, and nothing is added for it.
  const moved = [-1.5, 1.5, -1.5, 1.5].flatMap((early, week) =>
    Array.from({ length: 30 }, () => weekOf(week, early)),
  );
  const { early } = widthsFrom(moved);
  assert.ok(early > 1.1 && early <= 1.5, String(early));
});

test('a home is scored on credits of its past that are over, and not over a hole', () => {
  const history = homeOf(28, (day) => 200 + 200 * scatter(day + 1));
  const scores = scoresOfHome({ history, nowMs, zone });
  assert.ok(scores.length >= 12 && scores.every(({ endMs }) => endMs <= nowMs));
  const holed = history.filter((_, i) => i < 20 * 24 || i > 20 * 24 + 6);
  const fewer = scoresOfHome({ history: holed, nowMs, zone });
  assert.ok(fewer.length > 0 && fewer.length < scores.length);
  assert.deepEqual(scoresOfHome({ history: homeOf(5, () => 250), nowMs, zone }), []);
});

test('wider widths move the ends of the range and leave the middle', () => {
  const history = homeOf(28, (day) => 200 + 200 * scatter(day + 1));
  const ask = (widths: RangeWidths) =>
    forecastDepletion({ history, availableEnergyWh: 20_000n, nowMs, zone, widths });
  const [narrow, wide] = [ask({ early: 0.5, late: 0.5 }), ask({ early: 2, late: 2 })];
  assert.ok(narrow !== null && wide !== null);
  assert.equal(narrow.expectedAtMs, wide.expectedAtMs);
  assert.ok(wide.earliestAtMs < narrow.earliestAtMs && wide.latestAtMs > narrow.latestAtMs);
});

test('power that ends credit before the range is said beside it, and is the soonest end', () => {
  const history = homeOf(28, () => 250);
  const ask = (powerW: number | null, availableEnergyWh = 1_400n) =>
    forecastDepletion({ history, availableEnergyWh, nowMs, zone, powerW });
  const surge = ask(10_500);
  assert.equal(surge?.atPresentUseMs, nowMs + 8 * 60_000);
  assert.equal(surge && soonestOf(surge), surge?.atPresentUseMs);
  assert.equal(surge?.expectedAtMs, ask(null)?.expectedAtMs, 'the usual end stays what it is');
  const wide = { early: 20, late: 20 };
  const inRange = (powerW: number) =>
    forecastDepletion({
      ...{ history, availableEnergyWh: 1_400n, nowMs, zone, powerW, widths: wide },
    });
  assert.ok((inRange(600)?.earliestAtMs ?? nowMs) < (inRange(600)?.atPresentUseMs ?? 0));
  assert.equal(inRange(450)?.atPresentUseMs, null, 'not much sooner than usual');
  for (const powerW of [null, 0, 100, 250]) {
    const usual = ask(powerW);
    assert.equal(usual?.atPresentUseMs, null, `${powerW} W`);
    assert.equal(usual && soonestOf(usual), usual?.earliestAtMs);
  }
  assert.equal(ask(2_000, 200_000n)?.atPresentUseMs, null, 'no home draws 2 kW for days');
});
