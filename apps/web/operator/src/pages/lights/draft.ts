// A dim programme as it stands in the form: texts that a person changes, and the document that they
// mean. The server checks again.

import type { DimProgrammeJson } from '@prewatt/api';
import { err, ok } from '@prewatt/quantities';
import type { Read } from '../../text/entries.ts';

export const momentKinds = {
  clock: 'at (clock)',
  afterSunset: 'after sunset',
  beforeSunset: 'before sunset',
  afterSunrise: 'after sunrise',
  beforeSunrise: 'before sunrise',
} as const;
export type MomentKind = keyof typeof momentKinds;

/** The clock as "23:00"; minutes from the sun as "15". */
export type MomentDraft = { readonly kind: MomentKind; readonly text: string };
export type StepDraft = { readonly key: string; readonly at: MomentDraft; readonly level: string };
export type PlanDraft = {
  readonly key: string;
  readonly weekdays: readonly number[];
  /** "06-01" as a day of the year; both empty: all the year. */
  readonly from: string;
  readonly to: string;
  readonly on: MomentDraft;
  readonly off: MomentDraft;
  readonly level: string;
  readonly steps: readonly StepDraft[];
};

type Plan = DimProgrammeJson['plans'][number];
type Moment = Plan['on'];

export const allDays: readonly number[] = [1, 2, 3, 4, 5, 6, 7];

const momentDraft = (moment: Moment): MomentDraft => {
  if (moment.by === 'clock') {
    const hours = String(Math.floor(moment.minute / 60)).padStart(2, '0');
    return { kind: 'clock', text: `${hours}:${String(moment.minute % 60).padStart(2, '0')}` };
  }
  const { by, offsetMinutes } = moment;
  const text = String(Math.abs(offsetMinutes));
  if (by === 'sunset') return { kind: offsetMinutes < 0 ? 'beforeSunset' : 'afterSunset', text };
  return { kind: offsetMinutes < 0 ? 'beforeSunrise' : 'afterSunrise', text };
};

export const draftOf = ({ plans }: DimProgrammeJson): readonly PlanDraft[] =>
  plans.map((plan, index) => ({
    ...{ key: `plan ${index}`, weekdays: plan.weekdays },
    ...{ from: plan.season?.from ?? '', to: plan.season?.to ?? '' },
    ...{ on: momentDraft(plan.on), off: momentDraft(plan.off), level: String(plan.levelPercent) },
    steps: plan.steps.map((step, nth) => ({
      ...{
        key: `step ${index} ${nth}`,
        at: momentDraft(step.at),
        level: String(step.levelPercent),
      },
    })),
  }));

/** From sunset to sunrise, dimmed at night: what most streets want. */
export const usualProgramme: DimProgrammeJson = {
  plans: [
    {
      ...{ weekdays: [...allDays], season: null, levelPercent: 100 },
      on: { by: 'sunset', offsetMinutes: 0 },
      off: { by: 'sunrise', offsetMinutes: 0 },
      steps: [
        { at: { by: 'clock', minute: 23 * 60 }, levelPercent: 50 },
        { at: { by: 'clock', minute: 5 * 60 }, levelPercent: 100 },
      ],
    },
  ],
};

export function readMoment({ kind, text }: MomentDraft): Read<Moment> {
  if (kind === 'clock') {
    const match = /^([01]?\d|2[0-3]):([0-5]\d)$/.exec(text.trim());
    if (match === null) return err('Write a time, as 23:00.');
    return ok({ by: 'clock', minute: Number(match[1]) * 60 + Number(match[2]) });
  }
  const minutes = /^\d{1,3}$/.test(text.trim()) ? Number(text.trim()) : Number.NaN;
  if (!(minutes <= 180)) return err('Write minutes from 0 to 180.');
  const by = kind.endsWith('Sunset') ? 'sunset' : 'sunrise';
  return ok({ by, offsetMinutes: kind.startsWith('before') ? 0 - minutes : minutes });
}

export function readLevel(text: string, least = 0): Read<number> {
  const level = /^\d{1,3}$/.test(text.trim()) ? Number(text.trim()) : Number.NaN;
  return level >= least && level <= 100 ? ok(level) : err(`Write per cent from ${least} to 100.`);
}

/** The first thing that is wrong is said, with where it stands. */
export function readProgramme(plans: readonly PlanDraft[]): Read<DimProgrammeJson> {
  const read: Plan[] = [];
  for (const [index, draft] of plans.entries()) {
    const plan = readPlan(draft);
    if (!plan.ok) return err(plans.length === 1 ? plan.error : `Plan ${index + 1}: ${plan.error}`);
    read.push(plan.value);
  }
  return ok({ plans: read });
}

function readPlan(draft: PlanDraft): Read<Plan> {
  const on = readMoment(draft.on);
  if (!on.ok) return err(`On: ${on.error}`);
  const off = readMoment(draft.off);
  if (!off.ok) return err(`Off: ${off.error}`);
  const level = readLevel(draft.level);
  if (!level.ok) return err(`Level: ${level.error}`);
  if (draft.weekdays.length === 0) return err('Choose at least one weekday.');
  const season = readSeason(draft);
  if (!season.ok) return season;
  const steps: Plan['steps'] = [];
  for (const [index, step] of draft.steps.entries()) {
    const at = readMoment(step.at);
    if (!at.ok) return err(`Step ${index + 1}: ${at.error}`);
    const to = readLevel(step.level);
    if (!to.ok) return err(`Step ${index + 1}: ${to.error}`);
    steps.push({ at: at.value, levelPercent: to.value });
  }
  return ok({
    ...{ weekdays: draft.weekdays.toSorted(), season: season.value, on: on.value, off: off.value },
    ...{ levelPercent: level.value, steps },
  });
}

function readSeason({ from, to }: PlanDraft): Read<Plan['season']> {
  if (from.trim() === '' && to.trim() === '') return ok(null);
  const days = [from.trim(), to.trim()];
  if (!days.every((day) => /^(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])$/.test(day))) {
    return err('Season: write both days as month-day, as 06-01.');
  }
  return ok({ from: from.trim(), to: to.trim() });
}

/** "-26.2041" -> millionths of a degree. */
export function readDegrees(text: string, most: number): Read<number> {
  const match = /^[-−]?\d{1,3}(\.\d{1,6})?$/.test(text.trim());
  const degrees = match ? Number(text.trim().replace('−', '-')) : Number.NaN;
  if (!(Math.abs(degrees) <= most)) {
    return err(`Write degrees from -${most} to ${most}, as -26.2041.`);
  }
  return ok(Math.round(degrees * 1_000_000));
}
