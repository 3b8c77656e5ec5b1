// Instants as words: times of day in the utility's zone, ages relative to business time.

type Parts =
  | 'time'
  | 'exactTime'
  | 'dateTime'
  | 'day'
  | 'clock'
  | 'weekday'
  | 'weekdayOnly'
  | 'month'
  | 'date';

const options: Record<Parts, Intl.DateTimeFormatOptions> = {
  time: { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' },
  exactTime: { hour: '2-digit', minute: '2-digit', second: '2-digit', hourCycle: 'h23' },
  dateTime: {
    day: 'numeric',
    month: 'short',
    hour: '2-digit',
    minute: '2-digit',
    second: '2-digit',
    hourCycle: 'h23',
  },
  day: { weekday: 'long', day: 'numeric', month: 'long', year: 'numeric' },
  clock: {
    weekday: 'short',
    day: 'numeric',
    month: 'short',
    hour: '2-digit',
    minute: '2-digit',
    hourCycle: 'h23',
  },
  weekdayOnly: { weekday: 'short' },
  month: { month: 'long', year: 'numeric' },
  date: { day: 'numeric', month: 'long', year: 'numeric' },
  weekday: { weekday: 'short', day: 'numeric', month: 'short' },
};

const formatters = new Map<string, Intl.DateTimeFormat>();

function formatter(parts: Parts, zone: string): Intl.DateTimeFormat {
  const key = `${parts} ${zone}`;
  const known = formatters.get(key);
  if (known !== undefined) return known;
  const made = new Intl.DateTimeFormat('en-GB', { ...options[parts], timeZone: zone });
  formatters.set(key, made);
  return made;
}

/** "14:03" */
export const timeOfDay = (epochMs: number, zone: string): string =>
  formatter('time', zone).format(epochMs);

/** "14:03:09" */
export const exactTimeOfDay = (epochMs: number, zone: string): string =>
  formatter('exactTime', zone).format(epochMs);

/** "24 Nov, 14:03:09" */
export const dateAndTime = (epochMs: number, zone: string): string =>
  formatter('dateTime', zone).format(epochMs);

/** "Tue, 24 Nov, 14:03": the clock in the header and forecasts. */
export const weekdayAndTime = (epochMs: number, zone: string): string =>
  formatter('clock', zone).format(epochMs);

/** "Thu, 23:17" within the next six days, where a weekday is enough; "Thu, 3 Dec" beyond. */
export function soon(epochMs: number, nowMs: number, zone: string): string {
  const near = epochMs - nowMs < 6 * 86_400_000;
  const weekday = formatter('weekdayOnly', zone).format(epochMs);
  return near
    ? `${weekday}, ${timeOfDay(epochMs, zone)}`
    : formatter('weekday', zone).format(epochMs);
}

/** The civil date YYYY-MM-DD that holds the instant, in the zone. */
export function civilDate(epochMs: number, zone: string): string {
  const parts = new Intl.DateTimeFormat('en-GB', {
    timeZone: zone,
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
  }).formatToParts(epochMs);
  const part = (type: string) => parts.find((p) => p.type === type)?.value ?? '';
  return `${part('year')}-${part('month')}-${part('day')}`;
}

/** "2026-11-24T14:03" in the zone, as a field for date and time has it. */
export const civilMinute = (epochMs: number, zone: string): string =>
  `${civilDate(epochMs, zone)}T${timeOfDay(epochMs, zone)}`;

/** The instant of such a text; null for what is none. An hour that comes twice is the first. */
export function instantOf(minute: string, zone: string): number | null {
  const asUtc = Date.parse(`${minute}:00Z`);
  if (!/^\d{4}-\d\d-\d\dT\d\d:\d\d$/.test(minute) || Number.isNaN(asUtc)) return null;
  // What the zone's clock is ahead of UTC, as it was shortly before and shortly after.
  const found = [asUtc - halfDayMs, asUtc + halfDayMs]
    .map((nearMs) => asUtc - (Date.parse(`${civilMinute(nearMs, zone)}:00Z`) - nearMs))
    .filter((atMs) => civilMinute(atMs, zone) === minute);
  return found.length === 0 ? null : Math.min(...found);
}

const halfDayMs = 43_200_000;

/** "Tuesday, 24 November 2026" for a civil date YYYY-MM-DD. */
export const longDay = (date: string): string =>
  formatter('day', 'UTC').format(Date.parse(`${date}T00:00:00Z`));

/** "Tue, 24 Nov" for a civil date YYYY-MM-DD. */
export const shortDay = (date: string): string =>
  formatter('weekday', 'UTC').format(Date.parse(`${date}T00:00:00Z`));

/** The civil date after one. */
export const nextDay = (date: string): string =>
  new Date(Date.parse(`${date}T00:00:00Z`) + 86_400_000).toISOString().slice(0, 10);

/**
 * "now", "40 s ago", "12 min ago", "5 h ago", "3 days ago", rounded down. What seems to lie ahead
 * is "now" too: it has happened, and the clock here is a little behind the server's.
 */
export function age(epochMs: number, nowMs: number): string {
  const seconds = Math.floor((nowMs - epochMs) / 1000);
  return seconds < 5 ? 'now' : `${duration(seconds)} ago`;
}

/** Of a value that is called "now": its age once that is not true any more, else nothing. */
export const ageOfNow = (epochMs: number, nowMs: number): string =>
  nowMs - epochMs < 15 * 60_000 ? '' : age(epochMs, nowMs);

/** "in 40 s", "in 2 h" for what is to come, "now" once it is due. */
export function until(epochMs: number, nowMs: number): string {
  const seconds = Math.floor((epochMs - nowMs) / 1000);
  return seconds < 1 ? 'now' : `in ${duration(seconds)}`;
}

/** "40 s", "12 min", "5 h", "3 days": the largest unit that fits, rounded down. */
export function duration(seconds: number): string {
  if (seconds < 60) return `${seconds} s`;
  if (seconds < 3600) return `${Math.floor(seconds / 60)} min`;
  if (seconds < 48 * 3600) return `${Math.floor(seconds / 3600)} h`;
  return `${Math.floor(seconds / 86_400)} days`;
}

/** "November 2026" from "2026-11". */
export const monthText = (month: string): string =>
  formatter('month', 'UTC').format(Date.parse(`${month}-01`));

/** "1 January 2027" from "2027-01-01". */
export const dayOfYear = (date: string): string =>
  formatter('date', 'UTC').format(Date.parse(`${date}T00:00:00Z`));
