// When a customer is told that credit is about to end: about two days and about half a day before
// the likely end, each once for a credit, and once more when the power of this moment ends it
// within two hours. One rule for the server and for the evaluation on load that is known.

import type { Forecast } from './forecast.ts';
import { localHourClock } from './local-hours.ts';
import type { MayDisconnect } from './may-disconnect.ts';

export const warningKinds = ['twoDays', 'halfDay', 'surge'] as const;
export type WarningKind = (typeof warningKinds)[number];

/** Minutes of the local day; the end may lie on the next day. */
export type DailySpan = { readonly fromMinute: number; readonly toMinute: number };

export type WarningAsk = {
  readonly nowMs: number;
  readonly zone: string;
  readonly forecast: Forecast;
  /** From when this credit was first seen to its end as it was expected then. */
  readonly lastsMs: number;
  readonly told: readonly WarningKind[];
  /** When the surge was told; null where none was, or nobody knows. */
  readonly surgeToldAtMs: number | null;
  /** The customer's quiet hours; null: none chosen, so that the night counts. */
  readonly quiet: DailySpan | null;
  /** Whether supply may be cut at the instant. */
  readonly mayCut: (atMs: number) => MayDisconnect;
};

export type WarningAnswer = {
  readonly kind: WarningKind | null;
  /** When to ask again, if nothing is heard before. */
  readonly lookAgainMs: number;
};

const minuteMs = 60_000;
const hourMs = 60 * minuteMs;
const dayMs = 24 * hourMs;
export const leadMs = { twoDays: 48 * hourMs, halfDay: 12 * hourMs, surge: 2 * hourMs } as const;
/** Who bought for less than this knows that it is for a day: one warning is enough. */
const longCreditMs = 36 * hourMs;
/** A credit that is told at once was bought for no reason: so much of it is over by then. */
const overBefore = 0.4;
/** Shops are shut and people sleep: nobody buys. */
export const night: DailySpan = { fromMinute: 22 * 60, toMinute: 6 * 60 };
/** A cut just before a protected period lasts through it: it is told so much earlier. */
const beforeProtectedMs = 6 * hourMs;
const lookMs = { least: 10 * minuteMs, most: 12 * hourMs } as const;

/** Which warning is due now, if any. */
export function warningDue(o: WarningAsk): WarningAnswer {
  const { nowMs, forecast, told } = o;
  if (isSurge(o)) {
    // What was said within the same minutes is not said again in other words.
    const kind = told.includes('surge') ? null : 'surge';
    return { kind, lookAgainMs: nowMs + lookMs.least };
  }
  if (isHeldBySurge(o)) return { kind: null, lookAgainMs: nowMs + lookMs.least };
  if (told.includes('halfDay')) return { kind: null, lookAgainMs: nowMs + lookMs.most };
  const endMs = forecast.expectedAtMs;
  const halfDayMs = outOfQuiet(halfDayDueMs(o, endMs), o);
  if (nowMs >= halfDayMs) return { kind: 'halfDay', lookAgainMs: nowMs + lookMs.most };
  if (told.includes('twoDays') || o.lastsMs < longCreditMs) {
    return { kind: null, lookAgainMs: lookAgain(nowMs, halfDayMs) };
  }
  const lead = Math.min(leadMs.twoDays, Math.floor(o.lastsMs * (1 - overBefore)));
  const twoDaysMs = outOfQuiet(endMs - lead, o);
  if (nowMs >= twoDaysMs) return { kind: 'twoDays', lookAgainMs: lookAgain(nowMs, halfDayMs) };
  return { kind: null, lookAgainMs: lookAgain(nowMs, twoDaysMs) };
}

/** A surge is news only where the usual end is not near itself, and no usual end is as soon. */
function isSurge({ nowMs, forecast }: WarningAsk): boolean {
  const { atPresentUseMs, earliestAtMs, expectedAtMs } = forecast;
  if (atPresentUseMs === null || atPresentUseMs >= earliestAtMs) return false;
  if (atPresentUseMs - nowMs > leadMs.surge) return false;
  return expectedAtMs - nowMs >= 2 * leadMs.surge;
}

/**
 * The surge has named both ends. A pause of the large appliance does not end it, and neither does
 * the usual end that comes nearer by it.
 */
function isHeldBySurge({ nowMs, forecast, told, surgeToldAtMs }: WarningAsk): boolean {
  if (!told.includes('surge')) return false;
  if (surgeToldAtMs !== null && nowMs < surgeToldAtMs + leadMs.surge) return true;
  const { atPresentUseMs, earliestAtMs } = forecast;
  if (atPresentUseMs === null || atPresentUseMs >= earliestAtMs) return false;
  return atPresentUseMs - nowMs <= leadMs.surge;
}

function halfDayDueMs(o: WarningAsk, endMs: number): number {
  // A credit of a few hours is told half way, not at once.
  const lead = Math.min(leadMs.halfDay, Math.floor(o.lastsMs / 2));
  const cut = o.mayCut(endMs);
  if (!cut.allowed) {
    const startMs = protectedSinceMs(o, endMs);
    return Math.min(startMs, spanStart(startMs, night, o.zone) ?? startMs) - lead;
  }
  const beforeNight = spanStart(endMs, night, o.zone) ?? endMs;
  const isBeforeProtected = !o.mayCut(endMs + beforeProtectedMs).allowed;
  return beforeNight - lead - (isBeforeProtected ? Math.min(beforeProtectedMs, lead) : 0);
}

/** The beginning of the protected period, to the hour; not more than two days back. */
function protectedSinceMs(o: WarningAsk, endMs: number): number {
  const floorMs = Math.max(o.nowMs, endMs - 2 * dayMs);
  let atMs = endMs;
  while (atMs - hourMs >= floorMs && !o.mayCut(atMs - hourMs).allowed) atMs -= hourMs;
  // Protected for days, or for good: no period that begins.
  return atMs - hourMs < floorMs ? endMs : atMs;
}

const outOfQuiet = (dueMs: number, o: WarningAsk): number =>
  movedOutOfQuiet(dueMs, { quiet: o.quiet ?? night, zone: o.zone });

/** Moved forward to the beginning of the quiet hours that it falls in. */
export const movedOutOfQuiet = (
  dueMs: number,
  o: { readonly quiet: DailySpan; readonly zone: string },
): number => spanStart(dueMs, o.quiet, o.zone) ?? dueMs;

/** The beginning of the span that holds the instant; null outside of it. */
function spanStart(atMs: number, { fromMinute, toMinute }: DailySpan, zone: string): number | null {
  const clock = localHourClock(zone);
  const hour = clock.localHourAt(atMs);
  const intoHourMs = hourMs - (clock.hourEndsAtMs(atMs) - atMs);
  const minute = (((hour % 24) + 24) % 24) * 60 + Math.floor(intoHourMs / minuteMs);
  const isIn =
    fromMinute < toMinute
      ? minute >= fromMinute && minute < toMinute
      : minute >= fromMinute || minute < toMinute;
  if (!isIn) return null;
  const sinceMinutes = minute >= fromMinute ? minute - fromMinute : minute + 1440 - fromMinute;
  return atMs - sinceMinutes * minuteMs - (intoHourMs % minuteMs);
}

/** Half way to what is due: the forecast may move. */
function lookAgain(nowMs: number, dueMs: number): number {
  const wait = (dueMs - nowMs) / 2;
  return nowMs + Math.min(lookMs.most, Math.max(lookMs.least, Math.floor(wait)));
}
