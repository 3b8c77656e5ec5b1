// Civil days of a zone as spans of epoch milliseconds. Readings come in runs of the same day, so
// the last one is kept at hand.

import { zonedAt } from '@prewatt/quantities';
import type { MeterPlace } from '../../registry/connections/index.ts';

export type Day = { readonly date: string; readonly startMs: number; readonly endMs: number };

/** One day of one meter: what is validated and summed up at once. */
export type MeterDay = { readonly place: MeterPlace; readonly day: Day };

/** The day that holds the interval which ends at an instant: midnight belongs to the day before. */
export type DayOf = (endsAtMs: number) => Day;

const days = new Map<string, DayOf>();

export function dayFinder(zone: string): DayOf {
  const known = days.get(zone);
  if (known !== undefined) return known;
  let last: Day = { date: '', startMs: 0, endMs: 0 };
  const find: DayOf = (endsAtMs) => {
    if (endsAtMs > last.startMs && endsAtMs <= last.endMs) return last;
    last = dayOf(zonedAt(endsAtMs - 1, zone).toPlainDate(), zone);
    return last;
  };
  days.set(zone, find);
  return find;
}

export function dayOf(date: Temporal.PlainDate, zone: string): Day {
  return {
    date: date.toString(),
    startMs: date.toZonedDateTime(zone).epochMilliseconds,
    endMs: date.add({ days: 1 }).toZonedDateTime(zone).epochMilliseconds,
  };
}
