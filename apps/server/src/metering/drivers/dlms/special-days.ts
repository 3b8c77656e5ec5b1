// Days by name of a tariff (Special days table, 11). The table has no passive half: what stands in
// it counts at once. So the day profiles of the tariff to come have numbers that none in force has,
// and until it begins the days of the one in force stand beside, each with its own year.

import { type AccessResult, type Data, dateTimeOf } from '@prewatt/dlms';
import {
  type AttributeValue,
  activityCalendarClass,
  attributeOf,
  mostSpecialDays,
  specialDaysClass,
} from '@prewatt/dlms/classes';
import type { MeterTaskResult } from '@prewatt/protocol';
import { err, ok, type Result } from '@prewatt/quantities';
import type { SaidCalendar } from './said-tariff.ts';
import { fail, refuse, type TaskPlace, unless } from './task-place.ts';
import { readOne, valueIn } from './values.ts';

export type SpecialDays = AttributeValue<typeof specialDaysClass, 'entries'>;
type Entry = Omit<SpecialDays[number], 'index'>;

const highestDayId = 255;

/** What is added to each number of a day profile; refused where there is no room for them. */
export async function dayNumbersFrom(
  { session, model }: TaskPlace,
  calendar: SaidCalendar | null,
): Promise<Result<number, MeterTaskResult>> {
  if (calendar === null || model.calendar === null || model.specialDays === null) return ok(0);
  const read = await readOne(
    session,
    attributeOf(activityCalendarClass, model.calendar, 'dayProfileTableActive'),
  );
  if (!read.ok) return err(fail(read.error));
  const active = read.value.ok
    ? valueIn(activityCalendarClass, 'dayProfileTableActive', read.value.value)
    : null;
  // A number that is in force would be another day at once.
  if (active === null && calendar.specialDays.length > 0) return err(unread(read.value));
  const taken = (active ?? []).map(({ dayId }) => dayId);
  const count = calendar.days.length;
  const free = [0, Math.max(0, ...taken)].find(
    (offset) =>
      offset + count <= highestDayId && taken.every((id) => id <= offset || id > offset + count),
  );
  return free === undefined ? err(refuse('range')) : ok(free);
}

/** A value that the meter keeps to itself, or gives in another form. */
export const unread = (read: Result<Data, AccessResult>): MeterTaskResult =>
  (read.ok ? null : unless(ok(read.error), 'unsupported')) ?? refuse('unsupported');

export type DaysToWrite = {
  readonly specialDays: SaidCalendar['specialDays'];
  /** Added to each number of a day profile. */
  readonly offset: number;
  readonly activatesAtMs: number;
  /** What the meter's clock says; null: it has none, and nothing is known to be due. */
  readonly clock: Result<number | null, MeterTaskResult>;
};

/** The whole table as it is to be written; null: it stays as it is. */
export async function daysToWrite(
  { session, model, offsetAt }: TaskPlace,
  o: DaysToWrite,
): Promise<Result<SpecialDays | null, MeterTaskResult>> {
  if (model.specialDays === null) return ok(null);
  const read = await readOne(session, attributeOf(specialDaysClass, model.specialDays, 'entries'));
  if (!read.ok) return err(fail(read.error));
  const present = read.value.ok ? valueIn(specialDaysClass, 'entries', read.value.value) : null;
  if (present === null) return err(unread(read.value));
  if (present.length === 0 && o.specialDays.length === 0) return ok(null);
  const civil = (atMs: number): Temporal.PlainDate => {
    const { year, month, dayOfMonth } = dateTimeOf(atMs, { offsetMinutes: offsetAt(atMs) });
    return new Temporal.PlainDate(year ?? 1970, month ?? 1, dayOfMonth ?? 1);
  };
  if (!o.clock.ok) return o.clock;
  const clockMs = o.clock.value;
  const isDue = clockMs !== null && o.activatesAtMs <= clockMs;
  const begins = civil(o.activatesAtMs);
  const before = isDue || clockMs === null ? [] : daysUntil(civil(clockMs), begins);
  if (before === null) return err(refuse('range'));
  const entries = tableOf(present, o, { before, begins });
  return entries === null || entries.length > mostSpecialDays
    ? err(refuse('range'))
    : ok(entries.map((entry, nth) => ({ index: nth + 1, ...entry })));
}

/** A tariff is not told longer ahead. */
const mostDaysAhead = 400;

function daysUntil(
  from: Temporal.PlainDate,
  until: Temporal.PlainDate,
): readonly Temporal.PlainDate[] | null {
  const days = from.until(until, { largestUnit: 'days' }).days;
  if (days > mostDaysAhead) return null;
  return Array.from({ length: Math.max(0, days) }, (_, nth) => from.add({ days: nth }));
}

type Times = {
  readonly before: readonly Temporal.PlainDate[];
  readonly begins: Temporal.PlainDate;
};

/** Null: a day of both tariffs cannot be told apart, or the meter has days that are no dates. */
function tableOf(
  present: SpecialDays,
  { specialDays, offset }: DaysToWrite,
  { before, begins }: Times,
): readonly Entry[] | null {
  if (before.length > 0 && present.some(({ date }) => !isPlain(date))) return null;
  const falls = (on: Temporal.PlainDate, year: number | null, month: number, day: number) =>
    (year === null || year === on.year) && month === on.month && day === on.day;
  const kept = before.flatMap((on) => {
    const found = present.find(({ date }) =>
      falls(on, date.year, date.month ?? 0, date.dayOfMonth ?? 0),
    );
    if (found === undefined) return [];
    const date = { year: on.year, month: on.month, dayOfMonth: on.day, dayOfWeek: null };
    return [{ date, dayId: found.dayId }];
  });
  const coming: Entry[] = [];
  for (const { year, month, dayOfMonth, day } of specialDays) {
    if (year === null && before.some((on) => falls(on, null, month, dayOfMonth))) return null;
    if (year !== null) {
      const on = new Temporal.PlainDate(year, month, dayOfMonth);
      if (Temporal.PlainDate.compare(on, begins) < 0) continue;
    }
    coming.push({ date: { year, month, dayOfMonth, dayOfWeek: null }, dayId: day + offset });
  }
  return [...kept, ...coming];
}

const isPlain = ({ month, dayOfMonth, dayOfWeek }: Entry['date']): boolean =>
  month !== null && month <= 12 && dayOfMonth !== null && dayOfMonth <= 31 && dayOfWeek === null;
