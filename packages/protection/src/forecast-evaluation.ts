// How good the forecast is, on load that is known: a home lives through its file day by day, is
// given credit worth its true use of the next days, and is told when it will end. Beside it runs
// the plain exponential average of daily use, so that each figure has its measure.

import { type Home, homeOf, type LoadSeries, fileZone as zone } from './evaluated-home.ts';
import { forecastFrom } from './forecast.ts';
import { isInRange, type RangeScore, rangeScore, usualWidths, widthsFrom } from './range.ts';

/** Sums over the depletions of one size of credit, of which the shown figures are made. */
export type ForecastTally = {
  /** Depletions with a forecast of both kinds. */
  depletions: number;
  /** Starts at which the model had nothing to say. */
  withoutForecast: number;
  absoluteErrorDays: number;
  errorDays: number;
  tooHopeful: number;
  earlyEndTooHopeful: number;
  announced24h: number;
  announced72h: number;
  /** Hours by which the day-ahead warning came before the end, summed over those announced. */
  leadHours24h: number;
};

export type ForecastScores = Readonly<Record<'model' | 'exponentialAverage', ForecastTally>> & {
  /** Of each end: the widths at which the range would have held it. */
  readonly ends: RangeScore[];
};

export const creditDays = [3, 7, 14] as const;
export type CreditDays = (typeof creditDays)[number];
export type ForecastEvaluation = Readonly<Record<CreditDays, ForecastScores>>;

const hourMs = 3_600_000;
const dayMs = 24 * hourMs;
/** A forecast that says more counts as this much, for both: an average near zero promises years. */
const greatestDays = 60;
const cautiousWidths = { ...usualWidths, early: 2.34 };
/** Warnings are looked at this often. */
const checkMs = 6 * hourMs;

const newTally = (): ForecastTally => ({
  depletions: 0,
  withoutForecast: 0,
  absoluteErrorDays: 0,
  errorDays: 0,
  tooHopeful: 0,
  earlyEndTooHopeful: 0,
  announced24h: 0,
  announced72h: 0,
  leadHours24h: 0,
});
const newScores = (): ForecastScores => ({
  model: newTally(),
  exponentialAverage: newTally(),
  ends: [],
});

export const newEvaluation = (): ForecastEvaluation => ({
  3: newScores(),
  7: newScores(),
  14: newScores(),
});

/** Which midnights are judged: from the day of the file on, every so many days. */
export type Starts = { readonly fromDay: number; readonly everyDays: number };

export const everyMidnight: Starts = { fromDay: 2, everyDays: 1 };

/**
 * Evaluates one home: a forecast at each midnight that has two days of file before it and fourteen
 * after it (or at those of `starts`), for each size of credit whose days have no missing reading.
 */
export function evaluateForecasts(series: LoadSeries, starts = everyMidnight): ForecastEvaluation {
  const home = homeOf(series);
  const evaluation = newEvaluation();
  const longest = Math.max(...creditDays);
  for (let day = starts.fromDay; day + longest <= home.days; day += starts.everyDays) {
    for (const days of creditDays) judge(home, { day, days, scores: evaluation[days] });
  }
  return evaluation;
}

/** Adds the sums of `more` to `total`. */
export function addEvaluation(total: ForecastEvaluation, more: ForecastEvaluation): void {
  for (const days of creditDays) {
    for (const who of ['model', 'exponentialAverage'] as const) {
      const into = total[days][who];
      for (const key of Object.keys(into) as (keyof ForecastTally)[]) {
        into[key] += more[days][who][key];
      }
    }
    for (const end of more[days].ends) total[days].ends.push(end);
  }
}

/** How many ends lay in the range, of how many. */
export type Coverage = {
  readonly ends: number;
  readonly inRange: number;
  readonly inUsual: number;
};

/**
 * How often the range held the end, the homes taken as those of one utility: with widths measured
 * on the ends that were past when the forecast was made, as a server does, and with the usual ones.
 */
export function coverageOf(evaluation: ForecastEvaluation): Readonly<Record<CreditDays, Coverage>> {
  const byEnd = creditDays
    .flatMap((days) => evaluation[days].ends)
    .sort((a, b) => a.endMs - b.endMs);
  const known = new Map<number, typeof usualWidths>();
  const widthsAt = (atMs: number) => {
    const widths = known.get(atMs) ?? widthsFrom(byEnd.filter(({ endMs }) => endMs <= atMs));
    known.set(atMs, widths);
    return widths;
  };
  const of = (ends: readonly RangeScore[]): Coverage => ({
    ends: ends.length,
    inRange: ends.filter((end) => isInRange(end, widthsAt(end.nowMs))).length,
    inUsual: ends.filter((end) => isInRange(end, usualWidths)).length,
  });
  return { 3: of(evaluation[3].ends), 7: of(evaluation[7].ends), 14: of(evaluation[14].ends) };
}

type Depletion = { readonly nowMs: number; readonly endMs: number };
/** Days from the instant to the expected, the early and the cautious end. */
type Said = {
  readonly expectedDays: number;
  readonly earliestDays: number;
  readonly cautiousDays: number;
};
type Teller = (atMs: number, creditMilliWh: number) => Said | null;

function judge(
  home: Home,
  o: { readonly day: number; readonly days: CreditDays; readonly scores: ForecastScores },
): void {
  const nowMs = home.startsAtMs + o.day * dayMs;
  const endMs = nowMs + o.days * dayMs;
  const credit = home.usedMilliWh(nowMs, endMs);
  if (credit === null || credit <= 0) return;
  const tellers = { model: modelTeller(home), exponentialAverage: averageTeller(home) };
  const said = {
    model: tellers.model(nowMs, credit),
    exponentialAverage: tellers.exponentialAverage(nowMs, credit),
  };
  if (said.model === null || said.exponentialAverage === null) {
    for (const who of ['model', 'exponentialAverage'] as const) {
      if (said[who] === null) o.scores[who].withoutForecast += 1;
    }
    return;
  }
  for (const who of ['model', 'exponentialAverage'] as const) {
    const one = said[who];
    if (one === null) continue;
    record(o.scores[who], { said: one, days: o.days });
    announce(o.scores[who], { home, teller: tellers[who], nowMs, endMs });
  }
  const model = home.modelAt(nowMs);
  const score = model && rangeScore(model, { nowMs, endMs, usedWh: credit, zone });
  if (score !== null) o.scores.ends.push(score);
}

function record(tally: ForecastTally, o: { readonly said: Said; readonly days: number }): void {
  const error = o.said.expectedDays - o.days;
  tally.depletions += 1;
  tally.errorDays += error;
  tally.absoluteErrorDays += Math.abs(error);
  if (error > 0) tally.tooHopeful += 1;
  if (o.said.earliestDays > o.days) tally.earlyEndTooHopeful += 1;
}

/** The warning "less than so many hours left": does it stand that long before the true end? */
function announce(
  tally: ForecastTally,
  o: Depletion & { readonly home: Home; readonly teller: Teller },
): void {
  const standsAt = (atMs: number, hours: number): boolean => {
    const left = o.home.usedMilliWh(atMs, o.endMs);
    const said = left === null ? null : o.teller(atMs, left);
    return said !== null && said.cautiousDays * 24 <= hours;
  };
  if (standsAt(o.endMs - 72 * hourMs, 72)) tally.announced72h += 1;
  let sinceMs = o.endMs - 24 * hourMs;
  if (!standsAt(sinceMs, 24)) return;
  while (sinceMs - checkMs >= o.nowMs && standsAt(sinceMs - checkMs, 24)) sinceMs -= checkMs;
  tally.announced24h += 1;
  tally.leadHours24h += (o.endMs - sinceMs) / hourMs;
}

const modelTeller =
  (home: Home): Teller =>
  (atMs, creditMilliWh) => {
    const model = home.modelAt(atMs);
    if (model === null) return null;
    const credit = { availableEnergyWh: BigInt(creditMilliWh), nowMs: atMs, zone };
    const forecast = forecastFrom(model, credit);
    if (forecast === null) return null;
    const days = (untilMs: number) => Math.min(greatestDays, (untilMs - atMs) / dayMs);
    const cautious = forecastFrom(model, { ...credit, widths: cautiousWidths });
    return {
      expectedDays: days(forecast.expectedAtMs),
      earliestDays: days(forecast.earliestAtMs),
      cautiousDays: days(cautious?.earliestAtMs ?? forecast.earliestAtMs),
    };
  };

const averageTeller =
  (home: Home): Teller =>
  (atMs, creditMilliWh) => {
    const average = home.averageAt(atMs);
    if (average === null || average <= 0) return null;
    const days = Math.min(greatestDays, creditMilliWh / average);
    return { expectedDays: days, earliestDays: days, cautiousDays: days };
  };
