// Civil time in the meter: midnights (standing charges, the day's use), month starts (billing
// snapshots), tariff periods and the instant at which a new tariff is in force.

import { periodAt, type Tariff } from '@prewatt/tariff';
import type { BillingSnapshot, CalendarState } from './calendar-state.ts';
import { closeRun, collectStanding } from './charges.ts';
import { localMinute, nextMidnightMs, nextWallMinuteMs } from './local-time.ts';
import { record } from './log.ts';
import { momentOf, tariffOf } from './money.ts';
import { enqueue } from './outbox.ts';
import { registersOf } from './registers.ts';
import type { Draft, MeterState } from './state.ts';

const daysKept = 8;
const snapshotsKept = 13;
/** Registers for tariff periods, as on the wire. */
const periodsLimit = 8;

/** The next instant at which a day, a tariff period or a tariff begins. */
export function calendarDueMs(draft: Draft): number {
  const { nextDayAtMs, periodUntilMs } = draft.calendar;
  const activatesAtMs = draft.settings.nextTariff?.activatesAtMs ?? Number.MAX_SAFE_INTEGER;
  return Math.min(nextDayAtMs, periodUntilMs, activatesAtMs);
}

/** What begins at, or began before, the draft's instant. */
export function settleCalendar(draft: Draft): void {
  if (draft.atMs < calendarDueMs(draft)) return;
  closeRun(draft);
  const { nextTariff } = draft.settings;
  if (nextTariff !== null && draft.atMs >= nextTariff.activatesAtMs) activateTariff(draft);
  if (draft.atMs >= draft.calendar.nextDayAtMs) beginDay(draft);
  if (draft.atMs >= draft.calendar.periodUntilMs) beginPeriod(draft);
}

function beginDay(draft: Draft): void {
  const { zone } = draft.config;
  const importWh = Math.floor(draft.importMilliWh / 1000);
  const { calendar } = draft;
  const dayStarts = [...calendar.dayStarts.slice(1 - daysKept), { atMs: draft.atMs, importWh }];
  const nextDayAtMs = nextMidnightMs(zone, draft.atMs);
  draft.calendar = { ...calendar, dayStarts, nextDayAtMs };
  const month = localMinute(zone, draft.atMs).slice(0, 7);
  if (month !== calendar.month) beginMonth(draft, month);
  collectStanding(draft);
}

function beginMonth(draft: Draft, month: string): void {
  const values = registersOf(draft);
  const snapshot: BillingSnapshot = { month, atMs: draft.atMs, values };
  const snapshots = [...draft.calendar.snapshots.slice(1 - snapshotsKept), snapshot];
  draft.calendar = { ...draft.calendar, month, snapshots };
  enqueue(draft, { kind: 'registers', capturedAtMs: draft.atMs, cause: 'billing', values });
}

/** Taken since the civil month began; since the meter was new if it knows no earlier. */
export function usedThisMonthWh(state: MeterState | Draft): number {
  const begin = state.calendar.snapshots.at(-1);
  const from = begin?.values.find(({ register }) => register === 'importEnergyWh')?.value ?? 0;
  return Math.floor(state.importMilliWh / 1000) - from;
}

function activateTariff(draft: Draft): void {
  const { nextTariff } = draft.settings;
  if (nextTariff === null) return;
  const { documentJson, parameters } = nextTariff;
  draft.settings = { ...draft.settings, tariff: { documentJson, parameters }, nextTariff: null };
  beginPeriod(draft);
  record(draft, { code: 'settingChanged', setting: 'tariff', origin: 'remote' });
}

/** The tariff period of the draft's instant, and when to look again. */
export function beginPeriod(draft: Draft): void {
  const { tariff } = draft.settings;
  const periods = tariff === null ? [] : tariffOf(tariff).periods;
  draft.calendar = { ...draft.calendar, ...periodOf(draft, periods) };
  // What is due already is owed before the next top-up comes, which it may then not eat up whole.
  collectStanding(draft);
}

function periodOf(
  draft: Draft,
  periods: ReturnType<typeof tariffOf>['periods'],
): Pick<CalendarState, 'period' | 'periodMilliWh' | 'periodUntilMs'> {
  const { tariff } = draft.settings;
  const { periodMilliWh } = draft.calendar;
  if (tariff === null || periods.length === 0) {
    return { period: 0, periodMilliWh, periodUntilMs: Number.MAX_SAFE_INTEGER };
  }
  const { zone } = draft.config;
  const code = periodAt(tariffOf(tariff), momentOf(zone, draft.atMs));
  const minutes = periods.flatMap(({ from, to }) => [
    minuteOf(from ?? '00:00'),
    minuteOf(to ?? '24:00'),
  ]);
  const counted = countedPeriodsOf(tariffOf(tariff));
  return {
    period: Math.max(
      0,
      counted.findIndex((period) => period.code === code),
    ),
    periodMilliWh: counted.map((_, index) => periodMilliWh[index] ?? 0),
    periodUntilMs: nextWallMinuteMs(
      zone,
      draft.atMs,
      minutes.toSorted((a, b) => a - b),
    ),
  };
}

/** One register for each period, however many stretches of the day it has. */
export function countedPeriodsOf({ periods }: Tariff): Tariff['periods'] {
  const isFirst = ({ code }: Tariff['periods'][number], index: number) =>
    periods.findIndex((period) => period.code === code) === index;
  return periods.filter(isFirst).slice(0, periodsLimit);
}

const minuteOf = (time: string): number => Number(time.slice(0, 2)) * 60 + Number(time.slice(3, 5));

/** Counts import for the period that holds. */
export function countPeriod(draft: Draft, milliWh: number): void {
  const { calendar } = draft;
  if (calendar.periodMilliWh.length === 0) return;
  const periodMilliWh = calendar.periodMilliWh.map((counted, index) =>
    index === calendar.period ? counted + milliWh : counted,
  );
  draft.calendar = { ...calendar, periodMilliWh };
}
