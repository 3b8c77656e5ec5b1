import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  addEvaluation,
  creditDays,
  evaluateForecasts,
  type LoadSeries,
  newEvaluation,
} from './index.ts';

const hourMs = 3_600_000;
const monday = Date.UTC(2026, 0, 5);

const load = (days: number, useWh: (day: number, hour: number) => number | null): LoadSeries => ({
  home: 'h',
  startsAtMs: monday,
  intervalMs: hourMs,
  energyWh: Array.from({ length: days * 24 }, (_, i) => useWh(Math.floor(i / 24), i % 24)),
});

test('a steady home is judged at each midnight with two days before and fourteen after', () => {
  const evaluation = evaluateForecasts(load(30, () => 250));
  for (const days of creditDays) {
    const { model, exponentialAverage } = evaluation[days];
    assert.equal(model.depletions, 30 - 14 - 2 + 1);
    assert.equal(exponentialAverage.absoluteErrorDays, 0);
    assert.ok(model.absoluteErrorDays / model.depletions < 0.04 * days);
    assert.equal(model.announced24h, model.depletions);
    assert.equal(model.announced72h, model.depletions);
    assert.equal(model.earlyEndTooHopeful, 0);
  }
});

test('the starts can be thinned out', () => {
  const thin = evaluateForecasts(
    load(40, () => 250),
    { fromDay: 14, everyDays: 7 },
  );
  // Days 14 and 21; day 28 has no fourteen days after it.
  assert.equal(thin[3].model.depletions, 2);
});

test('days with a missing reading are no truth, and a forecast still comes from before them', () => {
  const holed = load(30, (day, hour) => (day === 20 && hour === 7 ? null : 250));
  const whole = evaluateForecasts(load(30, () => 250));
  const evaluation = evaluateForecasts(holed);
  // Three days from each of the starts 18, 19, 20 would run over the hole; starts end at 16.
  assert.equal(evaluation[3].model.depletions, whole[3].model.depletions);
  // Seven days: starts 14, 15 and 16 run over it.
  assert.equal(evaluation[7].model.depletions, whole[7].model.depletions - 3);
});

test('a sudden doubling shows as too hopeful, a halving as too early', () => {
  const doubled = evaluateForecasts(load(31, (day) => (day < 17 ? 200 : 400)));
  const halved = evaluateForecasts(load(31, (day) => (day < 17 ? 400 : 200)));
  for (const who of ['model', 'exponentialAverage'] as const) {
    assert.ok(doubled[14][who].errorDays > 0);
    assert.ok(halved[14][who].errorDays < 0);
  }
});

test('a home that uses nothing has no depletion to judge', () => {
  const evaluation = evaluateForecasts(load(20, () => 0));
  assert.equal(evaluation[3].model.depletions, 0);
});

test('sums add up', () => {
  const one = evaluateForecasts(load(20, (day) => 200 + 10 * (day % 7)));
  const total = newEvaluation();
  addEvaluation(total, one);
  addEvaluation(total, one);
  assert.equal(total[7].model.depletions, 2 * one[7].model.depletions);
  assert.equal(total[7].model.absoluteErrorDays, 2 * one[7].model.absoluteErrorDays);
});

test('on unsteady homes the forecast errs less than the average and warns where that does not', () => {
  // Weekly rhythm, cold spells of nine days, and a scatter from a small fixed generator.
  const total = newEvaluation();
  for (let home = 1; home <= 12; home += 1) {
    let seed = home;
    const scatter = Array.from({ length: 70 }, () => {
      seed = (seed * 48_271) % 2_147_483_647;
      return 0.75 + (0.5 * seed) / 2_147_483_647;
    });
    const level = (day: number) =>
      (day % 7 >= 5 ? 1.5 : 1) * (Math.floor((day + home) / 9) % 2 === 0 ? 1 : 1.25);
    addEvaluation(
      total,
      evaluateForecasts(load(70, (day) => 300 * level(day) * (scatter[day] ?? 1))),
    );
  }
  for (const days of creditDays) {
    const { model, exponentialAverage: average } = total[days];
    assert.ok(model.absoluteErrorDays < average.absoluteErrorDays, `${days} days`);
    assert.ok(model.tooHopeful < model.depletions / 2, `${days} days`);
    assert.ok(model.announced24h > 0.97 * model.depletions);
    assert.ok(average.announced24h < 0.7 * average.depletions);
  }
});
