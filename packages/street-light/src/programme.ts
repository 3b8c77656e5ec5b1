// A dim programme: when lamps burn and how brightly, by the clock and by the sun, for weekdays and
// seasons. Data alone, with the check that a person's document has to pass.

import { err, ok, type Result } from '@prewatt/quantities';

export type LightMoment =
  /** Minutes after midnight, by the clock of the place. */
  | { readonly by: 'clock'; readonly minute: number }
  | { readonly by: 'sunset' | 'sunrise'; readonly offsetMinutes: number };

export type DimStep = { readonly at: LightMoment; readonly levelPercent: number };

/** A night is named by the day on which it begins. */
export type NightPlan = {
  /** 1 is Monday. */
  readonly weekdays: readonly number[];
  /** Both included, as `MM-DD`; may go over the new year. Null: all year. */
  readonly season: { readonly from: string; readonly to: string } | null;
  readonly on: LightMoment;
  readonly off: LightMoment;
  /** From `on` until the first step. */
  readonly levelPercent: number;
  readonly steps: readonly DimStep[];
};

/** The first plan whose day and season it is holds. */
export type DimProgramme = { readonly plans: readonly NightPlan[] };

export type ProgrammeFault =
  | 'noPlan'
  | 'tooManyPlans'
  | 'tooManySteps'
  | 'level'
  | 'minute'
  | 'offset'
  | 'weekday'
  | 'season'
  | 'onByMorning'
  | 'offByEvening'
  | 'nightWithoutPlan';

export const mostPlans = 12;
export const mostSteps = 12;
export const mostOffsetMinutes = 180;
const noonMinute = 720;
const minutesOfDay = 1_440;
export const allWeekdays: readonly number[] = [1, 2, 3, 4, 5, 6, 7];

const isWithin = (value: number, least: number, most: number): boolean =>
  Number.isInteger(value) && value >= least && value <= most;

function faultOfMoment(moment: LightMoment): ProgrammeFault | null {
  if (moment.by === 'clock') return isWithin(moment.minute, 0, minutesOfDay - 1) ? null : 'minute';
  return isWithin(moment.offsetMinutes, -mostOffsetMinutes, mostOffsetMinutes) ? null : 'offset';
}

/** 2000 was a leap year: the 29th of February is a day of a season. */
const isDayOfYear = (text: string): boolean => {
  if (!/^\d\d-\d\d$/.test(text)) return false;
  const [month = 0, day = 0] = text.split('-').map(Number);
  if (!isWithin(month, 1, 12)) return false;
  return isWithin(day, 1, Temporal.PlainYearMonth.from({ year: 2000, month }).daysInMonth);
};

/** Each level that a programme knows, once, the highest first. */
export const levelsOf = ({ plans }: DimProgramme): readonly number[] =>
  [
    ...new Set(
      plans.flatMap(({ levelPercent, steps }) => [
        levelPercent,
        ...steps.map((step) => step.levelPercent),
      ]),
    ),
  ].sort((a, b) => b - a);

function faultOfPlan(plan: NightPlan): ProgrammeFault | null {
  const { weekdays, season, on, off, levelPercent, steps } = plan;
  if (weekdays.length === 0 || !weekdays.every((day) => isWithin(day, 1, 7))) return 'weekday';
  if (season !== null && !(isDayOfYear(season.from) && isDayOfYear(season.to))) return 'season';
  if (steps.length > mostSteps) return 'tooManySteps';
  for (const moment of [on, off, ...steps.map(({ at }) => at)]) {
    const fault = faultOfMoment(moment);
    if (fault !== null) return fault;
  }
  const levels = [levelPercent, ...steps.map((step) => step.levelPercent)];
  if (!levels.every((level) => isWithin(level, 0, 100))) return 'level';
  if (on.by === 'sunrise') return 'onByMorning';
  if (off.by === 'sunset') return 'offByEvening';
  return null;
}

/** Each night of the year has a plan: its weekday has one that holds all the year. */
export function checkProgramme({ plans }: DimProgramme): Result<DimProgramme, ProgrammeFault> {
  if (plans.length === 0) return err('noPlan');
  if (plans.length > mostPlans) return err('tooManyPlans');
  for (const plan of plans) {
    const fault = faultOfPlan(plan);
    if (fault !== null) return err(fault);
  }
  const covered = new Set(plans.flatMap(({ season, weekdays }) => (season ? [] : weekdays)));
  return covered.size === 7 ? ok({ plans }) : err('nightWithoutPlan');
}

const dayText = ({ month, day }: Temporal.PlainDate): string =>
  `${String(month).padStart(2, '0')}-${String(day).padStart(2, '0')}`;

function isInSeason(season: NightPlan['season'], date: Temporal.PlainDate): boolean {
  if (season === null) return true;
  const { from, to } = season;
  const day = dayText(date);
  return from <= to ? from <= day && day <= to : day >= from || day <= to;
}

/** Null: no plan holds on that day, which a checked programme does not have. */
export const planOf = ({ plans }: DimProgramme, date: Temporal.PlainDate): NightPlan | null =>
  plans.find(
    ({ weekdays, season }) => weekdays.includes(date.dayOfWeek) && isInSeason(season, date),
  ) ?? null;

/** Whether a minute of the clock belongs to the morning in which the night ends. */
export const isOfMorning = (minute: number): boolean => minute < noonMinute;
