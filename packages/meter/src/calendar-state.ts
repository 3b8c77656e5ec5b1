// Memory of civil days and months: registers at the last midnights and month starts, bounded, and
// the energy of each tariff period.

import { localMinute, nextMidnightMs } from './local-time.ts';
import type { RegisterValue } from './stored.ts';

/** All registers at the start of a civil month. */
export type BillingSnapshot = {
  /** The month that begins, "2026-11". */
  readonly month: string;
  readonly atMs: number;
  readonly values: readonly RegisterValue[];
};

export type CalendarState = {
  /** The civil month of the last midnight, "2026-11". */
  readonly month: string;
  readonly nextDayAtMs: number;
  /** Import at the last midnights, newest last. */
  readonly dayStarts: readonly { readonly atMs: number; readonly importWh: number }[];
  readonly snapshots: readonly BillingSnapshot[];
  /** Import by tariff period, in the order of the document's periods; empty without periods. */
  readonly periodMilliWh: readonly number[];
  /** The period that holds now, and when that must be looked at again. */
  readonly period: number;
  readonly periodUntilMs: number;
};

export function newCalendar(zone: string, atMs: number): CalendarState {
  return {
    month: localMinute(zone, atMs).slice(0, 7),
    nextDayAtMs: nextMidnightMs(zone, atMs),
    dayStarts: [],
    snapshots: [],
    periodMilliWh: [],
    period: 0,
    periodUntilMs: atMs,
  };
}
