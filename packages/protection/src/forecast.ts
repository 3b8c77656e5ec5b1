// How long credit will last: the model of the home's use, run forward hour by hour. What a home
// draws at this moment may end its credit long before a usual day would, so that end is said beside
// the usual one, and nothing is promised that it would break.

import { localHourClock } from './local-hours.ts';
import { type RangeWidths, unrestOf, usualWidths } from './range.ts';
import { type UsageInterval, type UsageModel, usageModel } from './usage-model.ts';

export type Forecast = {
  /** The middle, as usual: as many ends come before it as after it. */
  readonly expectedAtMs: number;
  /** The ends of the range that holds 80 of 100 true ends. */
  readonly earliestAtMs: number;
  readonly latestAtMs: number;
  /**
   * When credit ends if power stays as it is at this moment; null when the power is not known, or
   * when that is neither before the range begins nor within half of the usual time, so that it says
   * nothing of its own.
   */
  readonly atPresentUseMs: number | null;
};

export type ForecastAsk = {
  readonly availableEnergyWh: bigint;
  readonly nowMs: number;
  readonly zone: string;
  /** Of this moment; null or left out when it is not known. */
  readonly powerW?: number | null;
  /** Of the utility's own homes; the usual ones when left out. */
  readonly widths?: RangeWidths;
};

/** Nobody plans further ahead than this with prepaid credit. */
const horizonMs = 400 * 86_400_000;
/** No home keeps one power for longer than this. */
export const presentUseMs = 12 * 3_600_000;

/**
 * When the credit will be used up; null without half a day of history, or when the home uses
 * nothing. Instants never lie before `nowMs` nor more than 400 days after it.
 */
export function forecastDepletion(
  o: ForecastAsk & { readonly history: readonly UsageInterval[] },
): Forecast | null {
  const model = usageModel(o.history, o);
  return model === null ? null : forecastFrom(model, o);
}

/** The forecast of a model that was made at the same instant; null when the home uses nothing. */
export function forecastFrom(model: UsageModel, o: ForecastAsk): Forecast | null {
  if (model.dailyWh <= 0) return null;
  const creditWh = Number(o.availableEnergyWh);
  const { early, late } = o.widths ?? usualWidths;
  const unrest = unrestOf(model, Math.max(0, creditWh) / model.dailyWh);
  const powerW = o.powerW ?? null;
  const at = (factor: number) => depletionMs(model, { ...o, creditWh, factor });
  const earliestAtMs = at(1 + early * unrest);
  const present = powerW === null || powerW <= 0 ? null : (creditWh / powerW) * 3_600_000;
  const expectedAtMs = at(1);
  return {
    expectedAtMs,
    earliestAtMs,
    latestAtMs: at(1 / (1 + late * unrest)),
    atPresentUseMs: presentEnd({ nowMs: o.nowMs, lastsMs: present, earliestAtMs, expectedAtMs }),
  };
}

/**
 * The end at present use where it comes within half a day, and before the range or within half of
 * the time that credit usually lasts: a wide range begins early, and hides nothing.
 */
export function presentEnd(o: {
  readonly nowMs: number;
  readonly lastsMs: number | null;
  readonly earliestAtMs: number;
  readonly expectedAtMs: number;
}): number | null {
  const { nowMs, lastsMs, earliestAtMs, expectedAtMs } = o;
  if (lastsMs === null || lastsMs <= 0 || lastsMs > presentUseMs) return null;
  const endMs = nowMs + Math.floor(lastsMs);
  return endMs < earliestAtMs || lastsMs * 2 <= expectedAtMs - nowMs ? endMs : null;
}

/** The earliest end that a promise must bear: at present use, or the early end of the range. */
export const soonestOf = (forecast: Forecast): number =>
  Math.min(forecast.earliestAtMs, forecast.atPresentUseMs ?? Number.POSITIVE_INFINITY);

/** How long the power of this moment is taken to last: its weight halves in each such stretch. */
const powerHalfLifeMs = 3_600_000;

/**
 * What the home is expected to use from `nowMs` until then, in watt-hours: as it does at these
 * hours, but for a while as at this moment when its power is known. Null without half a day of
 * history and without a power. For the promise "supply stays on until 11:00; so much will be owed".
 */
export function expectedUseWh(o: {
  readonly history: readonly UsageInterval[];
  readonly nowMs: number;
  readonly untilMs: number;
  readonly zone: string;
  readonly powerW?: number | null;
}): bigint | null {
  const model = usageModel(o.history, o);
  const powerW = o.powerW ?? null;
  if (model === null && powerW === null) return null;
  const clock = localHourClock(o.zone);
  let usedWh = 0;
  for (let atMs = o.nowMs; atMs < o.untilMs; ) {
    const stopMs = Math.min(o.untilMs, clock.hourEndsAtMs(atMs));
    const usualW = model?.expectedWhOfHour(clock.localHourAt(atMs)) ?? powerW ?? 0;
    const watts = withPower(usualW, { powerW, aheadMs: (atMs + stopMs) / 2 - o.nowMs });
    usedWh += ((stopMs - atMs) / 3_600_000) * watts;
    atMs = stopMs;
  }
  return BigInt(Math.round(usedWh));
}

/** Usual watts so far ahead, drawn towards the power of this moment. */
export function withPower(
  usualW: number,
  o: { readonly powerW: number | null; readonly aheadMs: number },
): number {
  if (o.powerW === null || o.aheadMs < 0) return usualW;
  return usualW + 0.5 ** (o.aheadMs / powerHalfLifeMs) * (o.powerW - usualW);
}

/** Runs the credit down at `factor` times the expected use. */
function depletionMs(
  model: UsageModel,
  o: {
    readonly creditWh: number;
    readonly nowMs: number;
    readonly zone: string;
    readonly factor: number;
  },
): number {
  const clock = localHourClock(o.zone);
  const endMs = o.nowMs + horizonMs;
  let left = o.creditWh;
  let atMs = o.nowMs;
  while (left > 0 && atMs < endMs) {
    const untilMs = clock.hourEndsAtMs(atMs);
    const perMs = (o.factor * model.expectedWhOfHour(clock.localHourAt(atMs))) / 3_600_000;
    const used = perMs * (untilMs - atMs);
    if (used >= left) return Math.min(endMs, Math.floor(atMs + left / perMs));
    left -= used;
    atMs = untilMs;
  }
  return Math.min(atMs, endMs);
}
