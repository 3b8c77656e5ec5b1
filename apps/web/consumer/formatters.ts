// Money, energy and times as people read them, in the utility's currency and zone. Inside this
// package only.

import type { CurrencyJson, Frame, MeterRow } from '@prewatt/api';
import { formatAmount, formatKwh, formatMoney } from '@prewatt/quantities';
import { clockText, dayText } from './live-labels.ts';

/**
 * "R 1,234.50" with the currency's short sign where there is one. No break inside. Exact for any
 * bigint.
 */
export function money(amountMinor: string, currency: CurrencyJson): string {
  const amount = BigInt(amountMinor);
  if (!/^[A-Z]{3}$/.test(currency.code)) return formatMoney(amount, currency);
  const form = new Intl.NumberFormat('en', {
    style: 'currency',
    currency: currency.code,
    currencyDisplay: 'narrowSymbol',
    minimumFractionDigits: currency.scale,
    maximumFractionDigits: currency.scale,
  });
  const exact = formatAmount(amount, currency) as Intl.StringNumericLiteral;
  const parts = form.formatToParts(exact);
  const spaced = parts.some((part) => part.type === 'literal');
  // Letters need a space before digits ("R 120.50"), signs do not ("£120.50"); Intl gives it to
  // codes only.
  return parts
    .map((part) => {
      const letter = part.type === 'currency' && /[A-Za-z]$/.test(part.value);
      return letter && !spaced ? `${part.value}\u00a0` : part.value;
    })
    .join('');
}

type Used = Pick<MeterRow, 'usedTodayWh' | 'usedTodaySince' | 'usedTodayEstimated'>;

/** "4.3 kWh", "about 4.3 kWh", "1.2 kWh since 10:30"; null where nothing is known. */
export function usedTodayText(row: Used, zone: string): string | null {
  if (row.usedTodayWh === null) return null;
  const energy = `${formatKwh(BigInt(row.usedTodayWh))} kWh`;
  if (row.usedTodaySince === null) return row.usedTodayEstimated ? `about ${energy}` : energy;
  return `${energy} since ${clockText(Date.parse(row.usedTodaySince), zone)}`;
}

/** A whole number of money where it is whole: "R 50" for buttons; else as `money`. */
export function shortMoney(amountMinor: string, currency: CurrencyJson): string {
  const zeros = currency.scale > 0 ? `.${'0'.repeat(currency.scale)}` : '';
  const text = money(amountMinor, currency);
  return zeros !== '' && text.endsWith(zeros) ? text.slice(0, -zeros.length) : text;
}

/** "R", "£" or, where there is no short sign, the code. */
export function currencySign(currency: CurrencyJson): string {
  const printed = money('0', currency);
  return printed.replace(/[\d.\s]+/g, '');
}

/** A sentence with sums by code ("ZAR 2.25") with the sign of the rest of the page ("R 2.25"). */
export function withSign(sentence: string, currency: CurrencyJson): string {
  const [before = ''] = money('0', currency).split(/\d/);
  return sentence.replaceAll(new RegExp(`\\b${currency.code} (?=-?\\d)`, 'g'), () => before);
}

/** "12.3 kWh". */
/** What was bought: energy, or money on a meter that counts in money. */
export const credit = (
  bought: { readonly energyWh: string; readonly creditMinor: string | null },
  currency: CurrencyJson,
): string =>
  bought.creditMinor === null ? kwh(bought.energyWh) : money(bought.creditMinor, currency);

export function kwh(energyWh: string, digits = 1): string {
  return `${formatKwh(BigInt(energyWh), digits)}\u00a0kWh`;
}

/** "today 12:31", "Thursday 19:00", "3 December 08:15". */
export function dayAndTime(atMs: number, frame: Frame): string {
  return `${dayText(atMs, frame.nowMs, frame.zone)} ${clockText(atMs, frame.zone)}`;
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
  return `${form.format(atMs)} ${clockText(atMs, zone)}`;
}

/** An instant as `datetime` attributes want it. */
export function machineTime(atMs: number): string {
  return Temporal.Instant.fromEpochMilliseconds(atMs).toString();
}

/** Civil dates: "Tue 24 Nov" from "2026-11-24". */
export function dateText(date: string): string {
  return Temporal.PlainDate.from(date).toLocaleString('en-GB', {
    weekday: 'short',
    day: 'numeric',
    month: 'short',
  });
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
