// A circuit of lamps behind a contactor: the level that is due of a lamp becomes on or off, since a
// contactor does not dim.

import {
  type DueStretch,
  dueStretches,
  type LevelAsked,
  type LevelDue,
  levelIn,
  type Override,
} from './level.ts';
import type { Night } from './night.ts';
import { type DimProgramme, levelsOf } from './programme.ts';

export type CircuitRules = {
  /** Levels in place of the programme's, the newest last. */
  readonly overrides: readonly Override[];
  /** Little credit: levels are dimmed to this share. Null: there is enough. */
  readonly dimToPercent: number | null;
  /** A level below it is off. */
  readonly onFromPercent: number;
  /** A crossing: on while the sun is down, also without credit. */
  readonly isProtected: boolean;
};

const fullPercent = 100;

const askedOf = (rules: CircuitRules, hasCredit: boolean): LevelAsked => {
  const { overrides, dimToPercent, isProtected } = rules;
  const withCredit = dimToPercent === null ? 'enough' : 'low';
  return {
    overrides,
    standing: hasCredit ? withCredit : 'usedUp',
    // By how many nights credit is short is decided by whoever gives the rules.
    rules: { dimBelowNights: 0, dimToPercent: dimToPercent ?? fullPercent },
    floorPercent: isProtected ? fullPercent : null,
  };
};

const switched = ({ onFromPercent }: CircuitRules, due: LevelDue): LevelDue => ({
  ...{ levelPercent: due.levelPercent >= onFromPercent ? fullPercent : 0, because: due.because },
});

/** On (100) or off (0) at a moment of a night, and why. */
export const circuitIn = (
  night: Night,
  rules: CircuitRules,
  at: { readonly hasCredit: boolean; readonly atMs: number },
): LevelDue => switched(rules, levelIn(night, askedOf(rules, at.hasCredit), at.atMs));

/** The whole night of a circuit. */
export const circuitStretches = (
  night: Night,
  rules: CircuitRules,
  hasCredit: boolean,
): readonly DueStretch[] =>
  dueStretches(night, askedOf(rules, hasCredit)).map((stretch) => ({
    ...stretch,
    ...switched(rules, stretch),
  }));

/** Levels of a programme that a contactor cannot give, and what becomes of each. */
export const undimmableOf = (
  programme: DimProgramme,
  { onFromPercent }: Pick<CircuitRules, 'onFromPercent'>,
): readonly { readonly levelPercent: number; readonly isOn: boolean }[] =>
  levelsOf(programme)
    .filter((levelPercent) => levelPercent > 0 && levelPercent < fullPercent)
    .map((levelPercent) => ({ levelPercent, isOn: levelPercent >= onFromPercent }));
