// Spans and instants in messages, in a language: "2 to 4 days", "Wed 08:00". By CLDR, with digits
// that are typed and letters that a short message has.

import { countText, zonedAt } from '@prewatt/quantities';
import { sayTo, spokenOf } from './say.ts';

export type SpanUnit = 'minute' | 'hour' | 'day';

/** "4 days" */
export function countIn(language: string | null, count: number, unit: SpanUnit): string {
  if (spokenOf(language) === 'en') return countText(count, unit);
  return plain(unitsOf(language, unit).format(count));
}

/** "2 to 4 days" */
export function rangeIn(
  language: string | null,
  { from, to, unit }: { readonly from: number; readonly to: number; readonly unit: SpanUnit },
): string {
  if (from === 0) return sayTo(language, 'alert.lessThan', { span: countIn(language, to, unit) });
  if (from === to) return countIn(language, to, unit);
  if (spokenOf(language) === 'en') return `${from} to ${to} ${unit}s`;
  return plain(unitsOf(language, unit).formatRange(from, to));
}

/** "Wed" */
export const weekdayIn = (language: string | null, at: Temporal.ZonedDateTime): string =>
  at.toLocaleString(localeOf(language), { weekday: 'short' });

/** "Wed 08:00" */
export function weekdayTimeIn(language: string | null, atMs: number, zone: string): string {
  const at = zonedAt(atMs, zone);
  return `${weekdayIn(language, at)} ${at.toPlainTime().toString().slice(0, 5)}`;
}

/** "Wed, 9 Dec" */
export const dateIn = (
  language: string | null,
  day: Temporal.PlainDate | Temporal.ZonedDateTime,
): string =>
  plain(
    day.toLocaleString(localeOf(language, 'en-GB'), {
      ...{ weekday: 'short', day: 'numeric', month: 'short' },
    }),
  );

const localeOf = (language: string | null, english = 'en'): string => {
  const spoken = spokenOf(language);
  if (spoken === 'en') return english;
  return spoken === 'ar' ? 'ar-u-nu-latn' : spoken;
};

const unitsOf = (language: string | null, unit: SpanUnit): Intl.NumberFormat =>
  new Intl.NumberFormat(localeOf(language), { style: 'unit', unit, unitDisplay: 'long' });

/** Dashes and spaces that a short message lacks would make it cost twice as much. */
const plain = (text: string): string => text.replace(/–/g, '-').replace(/[\u00a0\u202f]/g, ' ');
