// How long credit will last: the model of the home's use, run forward hour by hour. The early end
// of the range is what is announced to a customer, so it is the end that must not be too hopeful.

import { localHourClock } from './local-hours.ts';
import { type UsageInterval, type UsageModel, usageModel } from './usage-model.ts';

export type Forecast = {
  readonly expectedAtMs: number;
  readonly earliestAtMs: number;
  readonly latestAtMs: number;
};

/** Nobody plans further ahead than this with prepaid credit. */
const horizonMs = 400 * 86_400_000;
/** How many spreads of one day the ends of the range lie from the middle. */
const rangeWidth = 1.8;
/** The early end lies further out: a forecast that is too hopeful costs supply. */
export const widths = { early: 1.3 } as const;
/** The part of a home's unrest that does not average out over the days: seasons, guests, habits. */
const lastingPart = 0.7;

/**
 * When the credit will be used up; null without half a day of history, or when the home uses
 * nothing. Instants never lie before `nowMs` nor more than 400 days after it.
 */
export function forecastDepletion(o: {
  readonly history: readonly UsageInterval[];
  readonly availableEnergyWh: bigint;
  readonly nowMs: number;
  readonly zone: string;
}): Forecast | null {
  const model = usageModel(o.history, o);
  return model === null ? null : forecastFrom(model, o);
}

/** The forecast of a model that was made at the same instant; null when the home uses nothing. */
export function forecastFrom(
  model: UsageModel,
  o: { readonly availableEnergyWh: bigint; readonly nowMs: number; readonly zone: string },
): Forecast | null {
  if (model.dailyWh <= 0) return null;
  const creditWh = Number(o.availableEnergyWh);
  const unrest = unrestOf(model, Math.max(0, creditWh) / model.dailyWh);
  const at = (factor: number) => depletionMs(model, { ...o, creditWh, factor });
  return {
    expectedAtMs: at(1),
    earliestAtMs: at(1 + widths.early * unrest),
    latestAtMs: at(1 / (1 + unrest)),
  };
}

/** How far use may lie from what is expected over so many days, as a part of it. */
export function unrestOf(model: UsageModel, days: number): number {
  const averagedOut = 1 / Math.max(1, days);
  return (
    rangeWidth * model.spreadOfDay * Math.sqrt(lastingPart ** 2 + averagedOut + 0.5 / model.days)
  );
}

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
  o: { readonly creditWh: number; readonly nowMs: number; readonly zone: string; factor: number },
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
