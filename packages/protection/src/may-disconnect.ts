// May supply be cut now? The one answer that meter, wallet and simulation share.

import { minutesOf, type ProtectionRules } from './rules.ts';

export type DisconnectReason = 'vulnerable' | 'holiday' | 'friendlyHours';

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
  /** The home has somebody who depends on supply: never cut, a person is called. */
  readonly vulnerable: boolean;
};

const searchDays = 40;

/** Whether supply may be cut at the instant, and if not, why and until when. */
export function mayDisconnect(rules: ProtectionRules, moment: SupplyMoment): MayDisconnect {
  if (moment.vulnerable) return { allowed: false, because: 'vulnerable', until: null };
  const first = windowAt(rules, moment.atMs, moment.zone);
  if (first === null) return { allowed: true };
  const limit = moment.atMs + searchDays * 86_400_000;
  let endsAtMs = first.endsAtMs;
  while (endsAtMs < limit) {
    const next = windowAt(rules, endsAtMs, moment.zone);
    if (next === null) return { allowed: false, because: first.because, until: endsAtMs };
    endsAtMs = next.endsAtMs;
  }
  return { allowed: false, because: first.because, until: null };
}

type Window = { readonly because: 'holiday' | 'friendlyHours'; readonly endsAtMs: number };

/** The protected window that holds the instant, with its end; always later than the instant. */
function windowAt(rules: ProtectionRules, atMs: number, zone: string): Window | null {
  if (rules.holidays.length === 0 && rules.friendlyHours.length === 0) return null;
  const local = Temporal.Instant.fromEpochMilliseconds(atMs).toZonedDateTimeISO(zone);
  const today = local.toPlainDate();
  if (rules.holidays.includes(today.toString())) {
    return { because: 'holiday', endsAtMs: instantOf(today, 1440, zone) };
  }
  let endsAtMs = atMs;
  for (const day of [today.subtract({ days: 1 }), today]) {
    for (const hours of rules.friendlyHours) {
      if (!hours.weekdays.includes(day.dayOfWeek)) continue;
      const from = minutesOf(hours.from);
      const to = minutesOf(hours.to);
      const start = instantOf(day, from, zone);
      const end = instantOf(day, to <= from ? to + 1440 : to, zone);
      // Between start and end by instants, so that a clock change inside the window neither opens
      // nor shuts it.
      if (start <= atMs && atMs < end && end > endsAtMs) endsAtMs = end;
    }
  }
  return endsAtMs > atMs ? { because: 'friendlyHours', endsAtMs } : null;
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
