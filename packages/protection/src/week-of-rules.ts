// The week as the hours without a cut make it: when a cut is allowed, and where the border of a
// day opens a hole that the other nights do not have.

import type { ProtectionRules } from './rules.ts';
import { minutesOf } from './rules.ts';

const day = 1440;
const week = 7 * day;
const names = ['Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday', 'Sunday'];

/** Minutes from Monday 00:00; `to` may lie in the next week. */
type Span = { readonly from: number; readonly to: number };

/** When a cut is allowed, in order; none where it never or always is. */
export function cutsOfWeek({ friendlyHours }: Pick<ProtectionRules, 'friendlyHours'>): Span[] {
  const isSafe = new Array<boolean>(week).fill(false);
  for (const { weekdays, from, to } of friendlyHours) {
    const [start, end] = [minutesOf(from), minutesOf(to)];
    const length = end <= start ? end + day - start : end - start;
    for (const weekday of weekdays) {
      const first = (weekday - 1) * day + start;
      for (let minute = first; minute < first + length; minute += 1) isSafe[minute % week] = true;
    }
  }
  const spans: Span[] = [];
  for (let from = 0; from < week; from += 1) {
    if (isSafe[from] || !isSafe[(from + week - 1) % week]) continue;
    let to = from;
    while (!isSafe[to % week]) to += 1;
    spans.push({ from, to });
  }
  return spans;
}

/** "Monday 08:00 to 18:00", of each stretch in which a cut is allowed. */
export function weekSentences(rules: Pick<ProtectionRules, 'friendlyHours'>): string[] {
  const spans = cutsOfWeek(rules);
  if (spans.length === 0) return [];
  const said = spans.map((span) => `${dayName(span.from)} ${clock(span.from)} to ${ofEnd(span)}`);
  return [`In a week a cut is allowed: ${said.join('; ')}.`, ...holesOf(spans)];
}

/** A stretch that begins at midnight, where others begin in the morning, was hardly meant. */
function holesOf(spans: readonly Span[]): string[] {
  const begins = spans.map(({ from }) => from % day);
  const usual = Math.min(...begins.filter((minute) => minute > 0));
  if (!Number.isFinite(usual)) return [];
  return spans
    .filter(({ from }) => from % day === 0)
    .map(({ from }) => {
      const before = dayName(from + week - 1);
      return (
        `Look at ${dayName(from)}: a cut is allowed from 00:00, on other days from ${clock(usual)}. ` +
        `Hours of ${before} that run past midnight close it.`
      );
    });
}

const dayName = (minute: number): string => names[Math.floor((minute % week) / day)] ?? '';

const clock = (minute: number): string => {
  const [hours, minutes] = [Math.floor((minute % day) / 60), minute % 60];
  return `${String(hours).padStart(2, '0')}:${String(minutes).padStart(2, '0')}`;
};

function ofEnd({ from, to }: Span): string {
  if (to - from < day && Math.floor(to / day) === Math.floor(from / day)) return clock(to);
  return to % day === 0 && to - from === day - (from % day)
    ? '24:00'
    : `${dayName(to)} ${clock(to)}`;
}
