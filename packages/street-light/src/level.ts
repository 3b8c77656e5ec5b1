// Which level is due of a lamp at a moment: its programme, an override with an end, what credit is
// left, and the floor of a crossing that is never dark. The one place where these are weighed.

import { minuteMs } from '@prewatt/quantities';
import type { Standing } from './credit.ts';
import { type Night, type NightAsked, nightDateAt, nightOf } from './night.ts';

export type Override = {
  readonly levelPercent: number;
  readonly fromMs: number;
  readonly untilMs: number;
};

export type CreditRules = {
  /** Below so many nights of credit lamps are dimmed. */
  readonly dimBelowNights: number;
  /** What is left of a level then. */
  readonly dimToPercent: number;
};

export type LevelAsked = {
  /** Of those that hold at the moment, the last one counts: the newest. */
  readonly overrides: readonly Override[];
  readonly standing: Standing;
  readonly rules: CreditRules;
  /** A protected crossing burns at this level at least while the sun is down. Null: not one. */
  readonly floorPercent: number | null;
};

export type LevelCause = 'programme' | 'override' | 'lowCredit' | 'noCredit' | 'protected';
export type LevelDue = { readonly levelPercent: number; readonly because: LevelCause };

/** A lamp that burns is dimmed to one per cent at least: nothing is off before credit is. */
const dimmed = (levelPercent: number, dimToPercent: number): number =>
  levelPercent === 0 ? 0 : Math.max(1, Math.round((levelPercent * dimToPercent) / 100));

const programmeAt = ({ stretches }: Night, atMs: number): number =>
  stretches.find(({ fromMs, toMs }) => atMs >= fromMs && atMs < toMs)?.levelPercent ?? 0;

/** Of a moment in this night. */
export function levelIn(night: Night, asked: LevelAsked, atMs: number): LevelDue {
  const due = withoutFloor(programmeAt(night, atMs), asked, atMs);
  const { floorPercent } = asked;
  const isDark = night.dark !== null && atMs >= night.dark.fromMs && atMs < night.dark.toMs;
  if (floorPercent === null || !isDark || due.levelPercent >= floorPercent) return due;
  return { levelPercent: floorPercent, because: 'protected' };
}

function withoutFloor(
  programme: number,
  { overrides, standing, rules }: LevelAsked,
  atMs: number,
): LevelDue {
  const override = overrides.findLast(({ fromMs, untilMs }) => atMs >= fromMs && atMs < untilMs);
  const levelPercent = override?.levelPercent ?? programme;
  const because = override === undefined ? 'programme' : 'override';
  if (levelPercent === 0 || standing === 'enough') return { levelPercent, because };
  if (standing === 'usedUp') return { levelPercent: 0, because: 'noCredit' };
  return { levelPercent: dimmed(levelPercent, rules.dimToPercent), because: 'lowCredit' };
}

export const levelDueAt = (of: NightAsked, asked: LevelAsked, atMs: number): LevelDue =>
  levelIn(nightOf(of, nightDateAt(atMs, of.zone)), asked, atMs);

export type DueStretch = LevelDue & { readonly fromMs: number; readonly toMs: number };

/** The whole night as it will be burnt: by programme, overrides, credit and floor. */
export function dueStretches(night: Night, asked: LevelAsked): readonly DueStretch[] {
  const edges = [
    ...night.stretches.flatMap(({ fromMs, toMs }) => [fromMs, toMs]),
    ...(night.dark === null ? [] : [night.dark.fromMs, night.dark.toMs]),
    ...asked.overrides.flatMap(({ fromMs, untilMs }) => [fromMs, untilMs]),
  ].filter((atMs) => atMs >= night.fromMs && atMs <= night.toMs);
  const sorted = [...new Set(edges)].sort((a, b) => a - b);
  const stretches: DueStretch[] = [];
  for (const [index, fromMs] of sorted.slice(0, -1).entries()) {
    const toMs = sorted[index + 1] ?? night.toMs;
    const due = levelIn(night, asked, fromMs);
    const before = stretches.at(-1);
    const isSame = before?.levelPercent === due.levelPercent && before.because === due.because;
    if (before !== undefined && isSame) stretches[stretches.length - 1] = { ...before, toMs };
    else stretches.push({ ...due, fromMs, toMs });
  }
  return stretches;
}

/** So long a level that was asked for may be under way before it counts as late. */
export const lateAfterMs = 10 * minuteMs;
