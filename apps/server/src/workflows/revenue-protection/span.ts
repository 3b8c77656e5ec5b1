// The days that a round looks at: whole civil days of the utility, yesterday the last.

import { dayMs, zonedAt } from '@prewatt/quantities';

export type Span = {
  /** Civil day, YYYY-MM-DD, and its midnight. */
  readonly fromDay: string;
  readonly fromMs: number;
  readonly days: number;
};

/** Of a network that was read for as long. */
export const mostDays = 60;
/** A judgement takes so many: fewer are not worth a round of their own length. */
const fewestDays = 14;

/** `day` is the day of the round, which itself is not over. */
export function spanBefore(day: string, zone: string, days = mostDays): Span {
  const from = Temporal.PlainDate.from(day).subtract({ days });
  const fromMs = from.toZonedDateTime(zone).epochMilliseconds;
  return { fromDay: from.toString(), fromMs, days };
}

/** Days between the first reading of the network and the day, within the bounds. */
export function daysSince(firstMs: number | null, day: string, zone: string): number {
  if (firstMs === null) return mostDays;
  const first = zonedAt(firstMs, zone).toPlainDate();
  const days = first.until(Temporal.PlainDate.from(day), { largestUnit: 'days' }).days;
  return Math.max(fewestDays, Math.min(mostDays, days));
}

export const addDays = (day: string, days: number): string =>
  new Date(Date.parse(`${day}T00:00:00Z`) + days * dayMs).toISOString().slice(0, 10);

/** Today in the utility, and the hour. */
export function todayOf(nowMs: number, zone: string): { day: string; hour: number } {
  const local = zonedAt(nowMs, zone);
  return { day: local.toPlainDate().toString(), hour: local.hour };
}
