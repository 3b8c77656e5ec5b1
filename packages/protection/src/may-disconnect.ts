// May supply be cut now? The one answer that meter, wallet and simulation share.

import { type LocalHourClock, localHourClock } from './local-hours.ts';
import { minutesOf, type ProtectionRules } from './rules.ts';

export type DisconnectReason =
  | 'medical'
  | 'vulnerable'
  | 'grace'
  | 'vendingOutage'
  | 'heat'
  | 'cold'
  | 'holiday'
  | 'friendlyHours';

export type MayDisconnect =
  | { readonly allowed: true }
  | {
      readonly allowed: false;
      readonly because: DisconnectReason;
      /**
       * The first instant at which a cut is allowed; null when no such instant lies within 40 days.
       */
      readonly until: number | null;
    };

export type SupplyMoment = {
  readonly atMs: number;
  readonly zone: string;
  /** Somebody in the home depends on supply: never cut, a person is called. */
  readonly vulnerable: boolean;
  /** A device that somebody's health depends on: never cut, a person is called. */
  readonly medical?: boolean;
  /** When the connection turned prepaid; null or left out: long ago. */
  readonly convertedAtMs?: number | null;
  /** What was used beyond credit by now; left out: nothing. */
  readonly owedMilliWh?: number;
};

const searchDays = 40;

/** Whether supply may be cut at the instant, and if not, why and until when. */
export function mayDisconnect(rules: ProtectionRules, moment: SupplyMoment): MayDisconnect {
  if (moment.medical === true) return { allowed: false, because: 'medical', until: null };
  if (moment.vulnerable) return { allowed: false, because: 'vulnerable', until: null };
  const spans = {
    zone: moment.zone,
    grace: graceWindow(rules, moment),
    outages: outagesOf(rules, moment),
  };
  const first = windowAt(rules, moment.atMs, spans);
  if (first === null) return { allowed: true };
  const limit = moment.atMs + searchDays * 86_400_000;
  let endsAtMs = first.endsAtMs;
  while (endsAtMs < limit) {
    const next = windowAt(rules, endsAtMs, spans);
    if (next === null) return { allowed: false, because: first.because, until: endsAtMs };
    endsAtMs = next.endsAtMs;
  }
  return { allowed: false, because: first.because, until: null };
}

type Span = { readonly startsAtMs: number; readonly endsAtMs: number };
type Window = { readonly because: DisconnectReason; readonly endsAtMs: number };

/**
 * When grace after conversion ends: null without it, before it begins and once it is over or used
 * up. Whatever else protects at the moment.
 */
export function graceUntilMs(rules: ProtectionRules, moment: SupplyMoment): number | null {
  const grace = graceWindow(rules, moment);
  const holds = grace !== null && grace.startsAtMs <= moment.atMs && moment.atMs < grace.endsAtMs;
  return holds ? grace.endsAtMs : null;
}

/** The protected window that holds the instant, with its end; always later than the instant. */
function windowAt(
  rules: ProtectionRules,
  atMs: number,
  o: { readonly zone: string; readonly grace: Span | null; readonly outages: readonly Span[] },
): Window | null {
  const { zone, grace } = o;
  if (grace !== null && grace.startsAtMs <= atMs && atMs < grace.endsAtMs) {
    return { because: 'grace', endsAtMs: grace.endsAtMs };
  }
  for (const { startsAtMs, endsAtMs } of o.outages) {
    if (startsAtMs <= atMs && atMs < endsAtMs) return { because: 'vendingOutage', endsAtMs };
  }
  const { holidays, friendlyHours, weather } = rules;
  if (holidays.length + friendlyHours.length + weather.days.length === 0) return null;
  const { because, endsAtMs: dayEndsAtMs, friendly } = protectionOfDay(rules, atMs, zone);
  if (because !== null) return { because, endsAtMs: dayEndsAtMs };
  let endsAtMs = atMs;
  for (const { startsAtMs, endsAtMs: end } of friendly) {
    if (startsAtMs <= atMs && atMs < end && end > endsAtMs) endsAtMs = end;
  }
  return endsAtMs > atMs ? { because: 'friendlyHours', endsAtMs } : null;
}

/** What the rules say of one civil day. */
type Day = {
  readonly because: 'heat' | 'cold' | 'holiday' | null;
  readonly endsAtMs: number;
  /** Friendly hours of this day and of the one before, which may last past midnight. */
  readonly friendly: readonly Span[];
};

const mostDaysKept = 128;
const daysKept = new WeakMap<ProtectionRules, { zone: string; readonly days: Map<number, Day> }>();
const clocks = new Map<string, LocalHourClock>();

// A meter asks at each step and a warning at each hour ahead, nearly always about the same few
// days: worked out once, they are looked up. The result is the same without.
function protectionOfDay(rules: ProtectionRules, atMs: number, zone: string): Day {
  const number = Math.floor(clockOf(zone).localHourAt(atMs) / 24);
  const days = daysKeptOf(rules, zone);
  const known = days.get(number);
  if (known !== undefined) return known;
  if (days.size >= mostDaysKept) days.clear();
  const day = dayFrom(rules, atMs, zone);
  days.set(number, day);
  return day;
}

function daysKeptOf(rules: ProtectionRules, zone: string): Map<number, Day> {
  const kept = daysKept.get(rules);
  if (kept?.zone === zone) return kept.days;
  const days = new Map<number, Day>();
  daysKept.set(rules, { zone, days });
  return days;
}

function clockOf(zone: string): LocalHourClock {
  const clock = clocks.get(zone) ?? localHourClock(zone);
  clocks.set(zone, clock);
  return clock;
}

function dayFrom(rules: ProtectionRules, atMs: number, zone: string): Day {
  const today = Temporal.Instant.fromEpochMilliseconds(atMs).toZonedDateTimeISO(zone).toPlainDate();
  const friendly = [today.subtract({ days: 1 }), today].flatMap((day) =>
    rules.friendlyHours
      .filter(({ weekdays }) => weekdays.includes(day.dayOfWeek))
      .map((hours) => {
        const [from, to] = [minutesOf(hours.from), minutesOf(hours.to)];
        // Between start and end by instants, so that a clock change inside the window neither
        // opens nor shuts it.
        const startsAtMs = instantOf(day, from, zone);
        return { startsAtMs, endsAtMs: instantOf(day, to <= from ? to + 1440 : to, zone) };
      }),
  );
  const because = reasonOfDay(rules, today.toString());
  return { because, endsAtMs: instantOf(today, 1440, zone), friendly };
}

/** Why the whole civil day is without cuts; null when it is not. */
function reasonOfDay(rules: ProtectionRules, date: string): 'heat' | 'cold' | 'holiday' | null {
  const { protects, days } = rules.weather;
  for (const day of days) {
    if (day.date === date && protects.includes(day.kind)) return day.kind;
  }
  return rules.holidays.includes(date) ? 'holiday' : null;
}

/** From the conversion to the end of the last day of grace; null without grace, or when used up. */
function graceWindow(rules: ProtectionRules, moment: SupplyMoment): Span | null {
  const { days, workingDaysOnly, owedLimitWh } = rules.graceAfterConversion;
  const startsAtMs = moment.convertedAtMs ?? null;
  if (days === 0 || startsAtMs === null) return null;
  // Long past: the year that weekends and holidays could make of 90 days.
  if (moment.atMs - startsAtMs > 366 * 86_400_000) return null;
  const owed = moment.owedMilliWh ?? 0;
  if (owedLimitWh !== null && owed > Number(owedLimitWh) * 1000) return null;
  let day = Temporal.Instant.fromEpochMilliseconds(startsAtMs)
    .toZonedDateTimeISO(moment.zone)
    .toPlainDate();
  for (let counted = 0; counted < days; ) {
    day = day.add({ days: 1 });
    const works = day.dayOfWeek <= 5 && !rules.holidays.includes(day.toString());
    if (!workingDaysOnly || works) counted += 1;
  }
  return { startsAtMs, endsAtMs: instantOf(day, 1440, moment.zone) };
}

/** Times without a cut because nothing could be bought; none for a home that owes too much. */
function outagesOf(rules: ProtectionRules, moment: SupplyMoment): readonly Span[] {
  const { vendingOutages, whenVendingStops } = rules;
  if (vendingOutages === undefined) return [];
  const limitWh = whenVendingStops?.owedLimitWh ?? null;
  if (limitWh !== null && (moment.owedMilliWh ?? 0) > Number(limitWh) * 1000) return [];
  return vendingOutages.map(({ from, until }) => ({
    startsAtMs: Date.parse(from),
    endsAtMs: Date.parse(until),
  }));
}

/** The instant of a wall-clock time of a civil day; minutes from 1440 on belong to the next day. */
function instantOf(day: Temporal.PlainDate, minutes: number, zone: string): number {
  const date = minutes >= 1440 ? day.add({ days: 1 }) : day;
  const rest = minutes % 1440;
  return date.toZonedDateTime({
    timeZone: zone,
    plainTime: { hour: Math.floor(rest / 60), minute: rest % 60 },
  }).epochMilliseconds;
}
