// The days that a report is asked for, as instants of the utility's zone.

import { HttpProblem } from './problem.ts';

const mostDays = 3_700;

/** Both days are in it. Throws `daysOutOfRange` for days the wrong way round, and for too many. */
export function reportDays(
  days: { readonly from: string; readonly to: string },
  zone: string,
): { readonly fromMs: number; readonly untilMs: number } {
  const [first, last] = [Temporal.PlainDate.from(days.from), Temporal.PlainDate.from(days.to)];
  const count = first.until(last).days;
  if (count < 0 || count >= mostDays) {
    throw new HttpProblem({
      ...{ status: 422, code: 'daysOutOfRange', title: 'These days cannot be summed' },
      detail: 'Choose a first day that is not after the last one, and at most ten years.',
    });
  }
  const startOf = (day: Temporal.PlainDate) => day.toZonedDateTime(zone).epochMilliseconds;
  return { fromMs: startOf(first), untilMs: startOf(last.add({ days: 1 })) };
}
