// The supply forecast as a short text for a message: in days that a person counts, in the
// utility's zone.

import type { Forecast } from '@prewatt/protection';
import {
  type Currency,
  dayMs,
  formatKwh,
  formatMoney,
  hourMs,
  minuteMs,
} from '@prewatt/quantities';
import { countIn, rangeIn, sayTo, weekdayTimeIn } from '../../messaging/texts/index.ts';
import type { Promised } from './promises.ts';
import type { SupplyForecast } from './supply-forecast.ts';

/** How long supply lasts, in whole numbers that promise no more than the forecast. */
export type Lasting = {
  readonly asUsual: {
    /** Of 0 to 2 days only the end is told. */
    readonly from: number;
    readonly to: number;
    readonly unit: 'hour' | 'day';
  };
  /** Where use now is another than usual: how long that may go on. */
  readonly atPresentUseMs: number | null;
};

/** Null without a forecast, or when it lasts for long. */
export function lastingOf(forecast: Forecast | null, nowMs: number): Lasting | null {
  if (forecast === null) return null;
  const early = Math.max(0, forecast.earliestAtMs - nowMs);
  const late = Math.max(0, forecast.latestAtMs - nowMs);
  if (early > 60 * dayMs) return null;
  const { atPresentUseMs: endMs } = forecast;
  const atPresentUseMs = endMs === null || endMs <= nowMs ? null : endMs - nowMs;
  return { asUsual: spanOf(early, late), atPresentUseMs };
}

/** The early end rounded down, the late one up: nobody is told more than the range says. */
function spanOf(early: number, late: number): Lasting['asUsual'] {
  if (late <= 3 * hourMs) return { from: 0, to: 3, unit: 'hour' };
  const unit = late <= 36 * hourMs ? 'hour' : 'day';
  const unitMs = unit === 'hour' ? hourMs : dayMs;
  return { from: Math.floor(early / unitMs), to: Math.ceil(late / unitMs), unit };
}

/**
 * ", enough for 2 to 4 days as you use it", ", enough for 8 minutes at present use, 2 to 4 hours as
 * usual"; null without a forecast, or when it lasts for long.
 */
export function lastingText(
  forecast: Forecast | null,
  nowMs: number,
  language: string,
): string | null {
  const lasting = lastingOf(forecast, nowMs);
  if (lasting === null) return null;
  const usual = rangeIn(language, lasting.asUsual);
  if (lasting.atPresentUseMs === null) return sayTo(language, 'alert.enough', { usual });
  const present = shortText(lasting.atPresentUseMs, language);
  return sayTo(language, 'alert.enoughNow', { present, usual });
}

/** Never more than is left: "8 minutes", "1 hour". */
export function shortText(leftMs: number, language: string): string {
  const minutes = Math.floor(leftMs / 60_000);
  if (minutes < 1) return sayTo(language, 'alert.underMinute', {});
  if (minutes < 60) return countIn(language, minutes, 'minute');
  const hours = Math.floor(minutes / 60);
  return countIn(language, hours, 'hour');
}

/** "2 to 4 days", "less than 3 hours" */
export const spanText = (asUsual: Lasting['asUsual'], language: string): string =>
  rangeIn(language, asUsual);

/** "6.2 kWh" or "ZAR 12.00"; null where nobody knows. */
export function leftText({ left }: SupplyForecast, currency: Currency): string | null {
  if (left === null) return null;
  return 'minor' in left ? formatMoney(left.minor, currency) : `${formatKwh(left.energyWh)} kWh`;
}

/** "about Thu 18:30": to ten minutes within half a day, else to half an hour. */
export function endText(
  atMs: number,
  o: { readonly nowMs: number; readonly zone: string; readonly language: string },
): string {
  const stepMs = (atMs - o.nowMs < 12 * hourMs ? 10 : 30) * minuteMs;
  const roundMs = Math.round(atMs / stepMs) * stepMs;
  const time = weekdayTimeIn(o.language, roundMs, o.zone);
  return sayTo(o.language, 'alert.about', { time });
}

/** "until Wed 08:00; about 3.1 kWh will be owed", and "about ZAR 3.10" in wallet mode. */
export function promiseText(
  { untilMs, ...promised }: Promised,
  o: { readonly zone: string; readonly currency: Currency; readonly language: string },
): string | null {
  if (untilMs === null) return null;
  const time = weekdayTimeIn(o.language, untilMs, o.zone);
  const owed = owedText(promised, (minor) => formatMoney(minor, o.currency), o.language);
  return owed === null
    ? sayTo(o.language, 'alert.until', { time })
    : sayTo(o.language, 'alert.untilOwed', { time, owed });
}

/**
 * "3.1 kWh", "ZAR 3.10 (ZAR 20.15 at present use)"; null when nobody can say, or when it would be
 * printed as nothing.
 */
export function owedText(
  o: Pick<Promised, 'owedEnergyWh' | 'owedMinor' | 'atPresentUse'>,
  sum: (minor: bigint) => string,
  language: string,
): string | null {
  const { owedMinor, owedEnergyWh, atPresentUse: now } = o;
  const energy = (wh: bigint) => `${formatKwh(wh)} kWh`;
  const usual =
    owedMinor !== null
      ? owedMinor > 0n && sum(owedMinor)
      : owedEnergyWh !== null && owedEnergyWh >= 50n && energy(owedEnergyWh);
  const present = now && ('minor' in now ? sum(now.minor) : energy(now.energyWh));
  if (usual === false) return present && sayTo(language, 'alert.owedNow', { present });
  return present === null ? usual : sayTo(language, 'alert.owedUsualAndNow', { usual, present });
}
