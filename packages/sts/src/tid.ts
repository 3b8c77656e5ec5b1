// Token identifiers (IEC 62055-41 clause 6.3.5): whole minutes since a base date in UTC, 24 bits.
// The minute 00:01 of each day is reserved; ordinary tokens of that minute take the next one.

import { isInteger } from './key-fields.ts';
import { err, ok, type Result } from './result.ts';

/** Year of the base date, two digits: 1993, 2014 or 2035, 1 January, 00:00 UTC. */
export type BaseDate = 93 | 14 | 35;

/**
 * Before the base date, past its 24 bits (about 31.9 years), or no argument of the kind.
 */
export type TidError =
  | 'instantInvalid'
  | 'beforeBaseDate'
  | 'afterBaseDate'
  | 'baseDateUnknown'
  | 'tidRange';

/** The largest TID, 2^24 - 1 minutes. */
export const maximumTid = 0xff_ffff;

const baseDateMs: Readonly<Record<BaseDate, number>> = {
  93: Date.UTC(1993, 0, 1),
  14: Date.UTC(2014, 0, 1),
  35: Date.UTC(2035, 0, 1),
};

const minutesPerDay = 1440;

/**
 * True for the minute 00:01 of a day; the base dates are midnights, so the day's offset is enough.
 * Clause 6.3.5.
 */
export function isReservedTid(tid: number): boolean {
  return tid % minutesPerDay === 1;
}

function minutesFromInstant(epochMs: number, baseDate: BaseDate): Result<number, TidError> {
  const baseMs = baseDateMs[baseDate];
  if (baseMs === undefined) return err('baseDateUnknown');
  if (!Number.isSafeInteger(epochMs)) return err('instantInvalid');
  const minutes = Math.floor((epochMs - baseMs) / 60_000);
  if (minutes < 0) return err('beforeBaseDate');
  return minutes > maximumTid ? err('afterBaseDate') : ok(minutes);
}

/**
 * The TID of an instant (milliseconds since 1970, UTC); in the reserved minute the next one.
 * Errors: baseDateUnknown, instantInvalid, beforeBaseDate, afterBaseDate. Clause 6.3.5.
 */
export function tidFromInstant(epochMs: number, baseDate: BaseDate): Result<number, TidError> {
  const minutes = minutesFromInstant(epochMs, baseDate);
  if (!minutes.ok) return minutes;
  return ok(isReservedTid(minutes.value) ? minutes.value + 1 : minutes.value);
}

/**
 * The reserved TID (00:01 UTC) of the day of an instant: one per meter and day, for special use.
 * Clause 6.3.5. Errors as for tidFromInstant.
 */
export function reservedTidOfDay(epochMs: number, baseDate: BaseDate): Result<number, TidError> {
  const minutes = minutesFromInstant(epochMs, baseDate);
  if (!minutes.ok) return minutes;
  return ok(minutes.value - (minutes.value % minutesPerDay) + 1);
}

/** The instant (milliseconds since 1970) at which the minute of a TID begins (clause 6.3.5). */
export function instantFromTid(tid: number, baseDate: BaseDate): Result<number, TidError> {
  const baseMs = baseDateMs[baseDate];
  if (baseMs === undefined) return err('baseDateUnknown');
  if (!isInteger(tid, 0, maximumTid)) return err('tidRange');
  return ok(baseMs + tid * 60_000);
}

/**
 * The next TID of one meter: the later of now and the last one plus one, never a reserved minute.
 * The caller keeps `lastTid` per meter and base date, and must read and store it under one lock:
 * then no two tokens of a meter share a TID (clause 6.3.5). Errors: as tidFromInstant, and tidRange
 * for a bad `lastTid`.
 */
export function nextTid(o: {
  readonly nowMs: number;
  readonly baseDate: BaseDate;
  readonly lastTid: number | null;
}): Result<number, TidError> {
  const now = tidFromInstant(o.nowMs, o.baseDate);
  if (!now.ok || o.lastTid === null) return now;
  if (!isInteger(o.lastTid, 0, maximumTid)) return err('tidRange');
  const following = isReservedTid(o.lastTid + 1) ? o.lastTid + 2 : o.lastTid + 1;
  const tid = Math.max(now.value, following);
  return tid > maximumTid ? err('afterBaseDate') : ok(tid);
}

/**
 * The base date that a roll-over leads to: a token says that the base date changes, not to which,
 * so it is the next one in use. After 35 none is known, and a meter stays there (clause 6.3.5).
 */
export const baseDateAfterRollover = (from: BaseDate): BaseDate => (from === 93 ? 14 : 35);
