// The days that a round looks at: whole civil days of the utility, yesterday the last.

import { dayMs, zonedAt } from '@prewatt/quantities';

export type Span = {
  /** Civil day, YYYY-MM-DD, and its midnight. */
  readonly fromDay: string;
  readonly fromMs: number;
  readonly days: number;
};

export const spanDays = 60;

/** `day` is the day of the round, which itself is not over. */
export function spanBefore(day: string, zone: string): Span {
  const from = Temporal.PlainDate.from(day).subtract({ days: spanDays });
  const fromMs = from.toZonedDateTime(zone).epochMilliseconds;
  return { fromDay: from.toString(), fromMs, days: spanDays };
}

export const addDays = (day: string, days: number): string =>
  new Date(Date.parse(`${day}T00:00:00Z`) + days * dayMs).toISOString().slice(0, 10);

/** Today in the utility, and the hour. */
export function todayOf(nowMs: number, zone: string): { day: string; hour: number } {
  const local = zonedAt(nowMs, zone);
  return { day: local.toPlainDate().toString(), hour: local.hour };
}
