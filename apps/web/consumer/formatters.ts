// Money, energy and times in English, in the utility's currency and zone: for pages of shops and
// what the server writes. A customer's page speaks by its voice (text/voice.ts). Inside this
// package only.

import type { CurrencyJson, Frame, MeterRow } from '@prewatt/api';
import { formatKwh } from '@prewatt/quantities';
import { clockText, type LiveVoice, powerText, whenText } from './live-labels.ts';
import { localeOf, moneyText, signText, type Voice, voiceOf } from './text/voice.ts';

/** "R 1,234.50" with the currency's short sign where there is one. No break inside. Exact. */
export const money = (amountMinor: string, currency: CurrencyJson): string =>
  moneyText(amountMinor, { currency, locale: localeOf('en', currency) });

const noCurrency: CurrencyJson = { code: 'XXX', scale: 2 };
const english = (zone: string, hours: 12 | 24 = 24): LiveVoice =>
  voiceOf({ language: 'en', zone, currency: noCurrency, hours, moneyForm: 'sign' }).live;

type Used = Pick<MeterRow, 'usedTodayWh' | 'usedTodaySince' | 'usedTodayEstimated'>;

/** "4.3 kWh", "about 4.3 kWh", "1.2 kWh since 10:30"; null where nothing is known. */
export function usedTodayText(
  row: Used,
  { clock, number, say, words: { home } }: Voice,
): string | null {
  if (row.usedTodayWh === null) return null;
  const energy = `${number(formatKwh(BigInt(row.usedTodayWh)))} kWh`;
  if (row.usedTodaySince !== null) {
    return say(home.usedSince, { energy, time: clock(Date.parse(row.usedTodaySince)) });
  }
  return row.usedTodayEstimated ? say(home.usedAbout, { energy }) : energy;
}

/** A whole number of money where it is whole: "R 50" for buttons; else as `money`. */
export function shortMoney(amountMinor: string, currency: CurrencyJson): string {
  const zeros = currency.scale > 0 ? `.${'0'.repeat(currency.scale)}` : '';
  const text = money(amountMinor, currency);
  return zeros !== '' && text.endsWith(zeros) ? text.slice(0, -zeros.length) : text;
}

/** "R", "£" or, where there is no short sign, the code. */
export const currencySign = (currency: CurrencyJson): string =>
  signText({ currency, locale: localeOf('en', currency) });

/** A sentence with sums by code ("ZAR 2.25") as the rest of the page writes money ("R 2.25"). */
export function withSign(
  sentence: string,
  { currency, moneyForm }: Pick<Frame, 'currency' | 'moneyForm'>,
): string {
  if (moneyForm === 'code') return sentence;
  const [before = ''] = money('0', currency).split(/\d/);
  return sentence.replaceAll(new RegExp(`\\b${currency.code} (?=-?\\d)`, 'g'), () => before);
}

/** A sentence with hours of the day ("18:00", "24:00") by the clock of the page ("6:00 pm"). */
export function withClock(sentence: string, { hours }: Pick<Frame, 'hours'>): string {
  if (hours === 24) return sentence;
  const voice = english('UTC', 12);
  return sentence.replaceAll(/\b([01]\d|2[0-4]):([0-5]\d)\b/g, (_, hour, minute) =>
    clockText((Number(hour) * 60 + Number(minute)) * 60_000, voice),
  );
}

/** What was bought: energy, or money on a meter that counts in money. */
export const credit = (
  bought: { readonly energyWh: string; readonly creditMinor: string | null },
  currency: CurrencyJson,
): string =>
  bought.creditMinor === null ? kwh(bought.energyWh) : money(bought.creditMinor, currency);

/** "12.3 kWh". */
export function kwh(energyWh: string, digits = 1): string {
  return `${formatKwh(BigInt(energyWh), digits)}\u00a0kWh`;
}

/** "1.26 kW", "350 W". */
export const power = (powerW: string, { zone }: Frame): string =>
  powerText(BigInt(powerW), english(zone));

/** "today 12:31", "Thursday 19:00", "3 December 08:15". */
export function dayAndTime(atMs: number, frame: Frame): string {
  return whenText(atMs, frame.nowMs, english(frame.zone));
}

/** "Tue 24 Nov 2026, 12:31": for receipts and lists that outlive the day. */
export function fullTime(atMs: number, zone: string): string {
  const form = new Intl.DateTimeFormat('en-GB', {
    weekday: 'short',
    day: 'numeric',
    month: 'short',
    year: 'numeric',
    timeZone: zone,
  });
  return `${form.format(atMs)} ${clockText(atMs, english(zone))}`;
}

/** An instant as `datetime` attributes want it. */
export function machineTime(atMs: number): string {
  return Temporal.Instant.fromEpochMilliseconds(atMs).toString();
}

/** "1234 5678 9012 3456 7890", as a person reads and types it. */
export function tokenGroups(token: string): readonly string[] {
  return token.match(/.{1,4}/g) ?? [];
}

/** Today's civil date in the zone, "2026-11-24". */
export function today(frame: Frame): string {
  return Temporal.Instant.fromEpochMilliseconds(frame.nowMs)
    .toZonedDateTimeISO(frame.zone)
    .toPlainDate()
    .toString();
}
