import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  addWarnings,
  evaluateWarnings,
  type LoadSeries,
  newWarningEvaluation,
  warningDue,
} from './index.ts';

const zone = 'UTC';
const hourMs = 3_600_000;
const dayMs = 24 * hourMs;
/** A Tuesday, 12:00. */
const noonMs = Date.UTC(2026, 10, 24, 12);

type Ask = Parameters<typeof warningDue>[0];
const endsIn = (hours: number, atPresentUseMs: number | null = null): Ask['forecast'] => ({
  expectedAtMs: noonMs + hours * hourMs,
  earliestAtMs: noonMs + hours * 0.7 * hourMs,
  latestAtMs: noonMs + hours * 1.5 * hourMs,
  atPresentUseMs,
});
const ask = (o: Partial<Ask>) =>
  warningDue({
    ...{ nowMs: noonMs, zone, lastsMs: 7 * dayMs, told: [], surgeToldAtMs: null, quiet: null },
    forecast: endsIn(100),
    mayCut: () => ({ allowed: true }),
    ...o,
  });

test('a credit of a week is told two days and half a day before its end, each once', () => {
  const far = ask({});
  assert.equal(far.kind, null);
  assert.ok(far.lookAgainMs > noonMs && far.lookAgainMs <= noonMs + 12 * hourMs);
  assert.equal(ask({ forecast: endsIn(47) }).kind, 'twoDays');
  assert.equal(ask({ forecast: endsIn(47), told: ['twoDays'] }).kind, null);
  assert.equal(ask({ forecast: endsIn(8), told: ['twoDays'] }).kind, 'halfDay');
  assert.equal(ask({ forecast: endsIn(8), told: ['twoDays', 'halfDay'] }).kind, null);
  assert.equal(ask({ forecast: endsIn(8) }).kind, 'halfDay', 'the graver one alone');
});

test('while a surge lasts, and for two hours, nothing more is told; then the usual warnings', () => {
  const surging = endsIn(8, noonMs + hourMs);
  assert.equal(ask({ forecast: surging }).kind, 'surge');
  const held = ask({ forecast: surging, told: ['surge'] });
  assert.equal(held.kind, null);
  assert.ok(held.lookAgainMs <= noonMs + hourMs / 4, 'asked again soon');
  assert.equal(ask({ forecast: endsIn(8), told: ['surge'] }).kind, 'halfDay');
  const nearItself = endsIn(3, noonMs + hourMs);
  assert.equal(ask({ forecast: nearItself, told: ['surge'] }).kind, null, 'it lasts');
  assert.equal(ask({ forecast: nearItself, told: ['twoDays'] }).kind, 'halfDay');
  // The kettle is off for a moment, twenty minutes after the text.
  const pause = { forecast: endsIn(8), told: ['surge'] as const };
  assert.equal(ask({ ...pause, surgeToldAtMs: noonMs - hourMs / 3 }).kind, null);
  assert.equal(ask({ ...pause, surgeToldAtMs: noonMs - 2 * hourMs }).kind, 'halfDay');
});

test('who bought for a day is told once, half way, and not at the till', () => {
  const day = { lastsMs: 20 * hourMs };
  assert.equal(ask({ ...day, forecast: endsIn(20) }).kind, null);
  assert.equal(ask({ ...day, forecast: endsIn(9) }).kind, 'halfDay');
  assert.equal(ask({ lastsMs: 60 * hourMs, forecast: endsIn(58) }).kind, null);
  assert.equal(ask({ lastsMs: 60 * hourMs, forecast: endsIn(35) }).kind, 'twoDays');
});

test('a warning that would fall into quiet hours comes before they begin', () => {
  const eveningMs = noonMs + 9.75 * hourMs;
  // 48 hours before the end is 02:00; the night of who chose nothing begins at 22:00.
  const forecast = endsIn(62);
  assert.equal(ask({ nowMs: eveningMs, forecast }).kind, null);
  assert.equal(ask({ nowMs: eveningMs + 0.25 * hourMs, forecast }).kind, 'twoDays');
  const quiet = { fromMinute: 21 * 60, toMinute: 7 * 60 };
  assert.equal(ask({ nowMs: eveningMs, forecast, quiet }).kind, 'twoDays');
});

test('an end at night is told half a day before the night', () => {
  // The end is at 03:00, the night begins at 22:00: told from 10:00 on.
  const forecast = endsIn(15);
  assert.equal(ask({ nowMs: noonMs - 3 * hourMs, forecast, told: ['twoDays'] }).kind, null);
  assert.equal(ask({ nowMs: noonMs - 2 * hourMs, forecast, told: ['twoDays'] }).kind, 'halfDay');
});

test('an end within a protected period counts from its beginning, one just before is told earlier', () => {
  const fromMs = noonMs + 18 * hourMs;
  const mayCut: Ask['mayCut'] = (atMs) =>
    atMs >= fromMs && atMs < fromMs + 20 * hourMs
      ? { allowed: false, because: 'holiday', until: fromMs + 20 * hourMs }
      : { allowed: true };
  const told = ['twoDays'] as const;
  // The period begins at 06:00: half a day before it is 18:00 of this day.
  const eveningMs = noonMs + 6 * hourMs;
  assert.equal(ask({ nowMs: eveningMs, forecast: endsIn(30), told, mayCut }).kind, 'halfDay');
  assert.equal(ask({ nowMs: eveningMs, forecast: endsIn(30), told }).kind, null);
  // An end at 14:00, and from 15:00 on nobody is cut, nor turned on again: told from 20:00 on.
  const before: Ask['mayCut'] = (atMs) =>
    atMs >= noonMs + 27 * hourMs
      ? { allowed: false, because: 'friendlyHours', until: null }
      : { allowed: true };
  const late = { nowMs: noonMs + 8.5 * hourMs, forecast: endsIn(26), told };
  assert.equal(ask(late).kind, null);
  assert.equal(ask({ ...late, mayCut: before }).kind, 'halfDay');
});

test('power that ends credit within two hours is told once, and not where the end is near anyhow', () => {
  const soonMs = noonMs + 8 * 60_000;
  assert.equal(ask({ forecast: endsIn(90, soonMs) }).kind, 'surge');
  assert.equal(ask({ forecast: endsIn(90, soonMs), told: ['surge'] }).kind, null);
  assert.equal(ask({ forecast: endsIn(90, noonMs + 3 * hourMs) }).kind, null);
  const near = ask({ forecast: endsIn(3, soonMs), told: ['twoDays', 'halfDay'] });
  assert.equal(near.kind, null);
});

test('the rule on known load: steady homes are told two days ahead, a fixed threshold hours', () => {
  const load = (useWh: number): LoadSeries => ({
    ...{ home: 'h', startsAtMs: Date.UTC(2026, 0, 5), intervalMs: hourMs },
    energyWh: Array.from({ length: 30 * 24 }, (_, i) => useWh * (i % 24 > 17 ? 2 : 0.7)),
  });
  const total = newWarningEvaluation();
  const one = evaluateWarnings(load(500), { fromDay: 7, everyDays: 7 });
  addWarnings(total, one);
  addWarnings(total, one);
  const { forecast, threshold } = total[7];
  assert.equal(forecast.credits, 2 * one[7].forecast.credits);
  assert.equal(forecast.told24h, forecast.credits);
  assert.equal(forecast.falseAlarms + forecast.surges, 0);
  assert.ok(forecast.noticeHours / forecast.warned > 40);
  assert.equal(threshold.told24h, 0);
  assert.equal(threshold.warned, threshold.credits);
});
