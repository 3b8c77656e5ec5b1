// How well the warnings of the end of credit do, on load that is known: a home is given credit
// worth its true use of the next days and hears what the rule of the server tells it, hour by
// hour. Beside it, on the same credits, a meter's fixed threshold.

import { fileZone, type Home, homeOf, type LoadSeries } from './evaluated-home.ts';
import { forecastFrom } from './forecast.ts';
import { type CreditDays, creditDays, everyMidnight } from './forecast-evaluation.ts';
import { type WarningKind, warningDue } from './warnings.ts';

/** Sums over the credits of one size. */
export type WarningTally = {
  credits: number;
  /** Days lived on these credits. */
  days: number;
  /** Credits whose end was told at least 24 hours ahead. */
  told24h: number;
  /** Hours between the first warning and the end, summed over credits that were warned of. */
  noticeHours: number;
  warned: number;
  /** Warnings after which credit lasted more than twice as long as they said. */
  falseAlarms: number;
  surges: number;
  /** Surges after which credit lasted for more than four hours. */
  falseSurges: number;
};

export type WarningScores = Readonly<Record<'forecast' | 'threshold', WarningTally>>;
export type WarningEvaluation = Readonly<Record<CreditDays, WarningScores>>;

const hourMs = 3_600_000;
const dayMs = 24 * hourMs;
/** A server forecasts a home anew at least that often. */
const modelMs = 6 * hourMs;
const farMs = 4 * dayMs;
/** At which a meter says "low" when nobody set another threshold. */
export const thresholdWh = 3_000;
/** What "low" is taken to say. */
const thresholdSaysMs = 48 * hourMs;

const newTally = (): WarningTally => ({
  ...{ credits: 0, days: 0, told24h: 0, noticeHours: 0, warned: 0 },
  ...{ falseAlarms: 0, surges: 0, falseSurges: 0 },
});
const newScores = (): WarningScores => ({ forecast: newTally(), threshold: newTally() });
export const newWarningEvaluation = (): WarningEvaluation => ({
  3: newScores(),
  7: newScores(),
  14: newScores(),
});

/** Adds the sums of `more` to `total`. */
export function addWarnings(total: WarningEvaluation, more: WarningEvaluation): void {
  for (const days of creditDays) {
    for (const who of ['forecast', 'threshold'] as const) {
      const into = total[days][who];
      for (const key of Object.keys(into) as (keyof WarningTally)[]) {
        into[key] += more[days][who][key];
      }
    }
  }
}

/** Evaluates one home from each of the starts; credits over a missing reading are left out. */
export function evaluateWarnings(series: LoadSeries, starts = everyMidnight): WarningEvaluation {
  const home = homeOf(series);
  const evaluation = newWarningEvaluation();
  const longest = Math.max(...creditDays);
  for (let day = starts.fromDay; day + longest <= home.days; day += starts.everyDays) {
    for (const days of creditDays) {
      const nowMs = series.startsAtMs + day * dayMs;
      const credit = { nowMs, endMs: nowMs + days * dayMs };
      const used = home.usedMilliWh(credit.nowMs, credit.endMs);
      if (used === null || used <= 0 || home.modelAt(nowMs) === null) continue;
      const told = tellings(home, { ...credit, intervalMs: series.intervalMs });
      count(evaluation[days].forecast, credit, told);
      count(evaluation[days].threshold, credit, thresholdTelling(home, { ...credit, series }));
    }
  }
  return evaluation;
}

type Credit = { readonly nowMs: number; readonly endMs: number };
type Telling = { readonly kind: WarningKind; readonly atMs: number; readonly saidMs: number };

function tellings(home: Home, o: Credit & { readonly intervalMs: number }): Telling[] {
  const said: Telling[] = [];
  let lastsMs: number | null = null;
  const stepMs = Math.max(hourMs, o.intervalMs);
  for (let atMs = o.nowMs; atMs < o.endMs; atMs += stepMs) {
    const model = home.modelAt(o.nowMs + Math.floor((atMs - o.nowMs) / modelMs) * modelMs);
    const left = home.usedMilliWh(atMs, o.endMs);
    if (model === null || left === null) continue;
    const forecast = forecastFrom(model, {
      availableEnergyWh: BigInt(left),
      nowMs: atMs,
      zone: fileZone,
      powerW: powerAt(home, { atMs, intervalMs: o.intervalMs }),
    });
    if (forecast === null) continue;
    lastsMs ??= forecast.expectedAtMs - atMs;
    // Far from the end nothing is due: as the server, look less often.
    if (forecast.earliestAtMs - atMs > farMs) {
      atMs += modelMs - stepMs;
      continue;
    }
    const told = said.map(({ kind }) => kind);
    const surgeToldAtMs = said.find(({ kind }) => kind === 'surge')?.atMs ?? null;
    const { kind } = warningDue({
      ...{ nowMs: atMs, zone: fileZone, forecast, lastsMs, told, surgeToldAtMs, quiet: null },
      mayCut: () => ({ allowed: true }),
    });
    if (kind === null) continue;
    const saysMs = kind === 'surge' ? (forecast.atPresentUseMs ?? atMs) : forecast.expectedAtMs;
    said.push({ kind, atMs, saidMs: saysMs - atMs });
  }
  return said;
}

/** Of the interval that has just ended; null where that is longer than an hour or missing. */
function powerAt(
  home: Home,
  o: { readonly atMs: number; readonly intervalMs: number },
): number | null {
  if (o.intervalMs > hourMs) return null;
  const used = home.usedMilliWh(o.atMs - o.intervalMs, o.atMs);
  return used === null ? null : (used * hourMs) / o.intervalMs;
}

function thresholdTelling(home: Home, o: Credit & { readonly series: LoadSeries }): Telling[] {
  for (let atMs = o.nowMs; atMs < o.endMs; atMs += o.series.intervalMs) {
    const left = home.usedMilliWh(atMs, o.endMs);
    if (left === null || left > thresholdWh * 1000) continue;
    return [{ kind: 'twoDays', atMs, saidMs: thresholdSaysMs }];
  }
  return [];
}

function count(tally: WarningTally, { nowMs, endMs }: Credit, said: readonly Telling[]): void {
  const warnings = said.filter(({ kind }) => kind !== 'surge');
  const surges = said.filter(({ kind }) => kind === 'surge');
  const first = warnings[0];
  tally.credits += 1;
  tally.days += (endMs - nowMs) / dayMs;
  if (first !== undefined) {
    tally.warned += 1;
    tally.noticeHours += (endMs - first.atMs) / hourMs;
    if (endMs - first.atMs >= dayMs) tally.told24h += 1;
  }
  for (const { atMs, saidMs } of warnings) if (endMs - atMs > 2 * saidMs) tally.falseAlarms += 1;
  tally.surges += surges.length;
  for (const { atMs } of surges) if (endMs - atMs > 4 * hourMs) tally.falseSurges += 1;
}
