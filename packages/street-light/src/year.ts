// What lamps use in a year by a programme: each night of it, since the sun and the seasons move.

import { hourMs } from '@prewatt/quantities';
import { expectedWh, type LampPower } from './energy.ts';
import { type CreditRules, dueStretches } from './level.ts';
import { type NightAsked, nightOf } from './night.ts';

/** Lamps that are alike. */
export type LampKind = LampPower & {
  readonly count: number;
  /** Of protected crossings. */
  readonly floorPercent: number | null;
};

export type YearOfLamps = {
  readonly energyWh: number;
  /** In which a lamp that is no protected crossing burns, at whatever level. */
  readonly burningHours: number;
};

const nightsOfYear = 365;
const rules: CreditRules = { dimBelowNights: 0, dimToPercent: 100 };

/** With enough credit and no overrides. */
export function yearOf(
  of: NightAsked,
  kinds: readonly LampKind[],
  from: Temporal.PlainDate,
): YearOfLamps {
  let energyWh = 0;
  let burningMs = 0;
  for (let days = 0; days < nightsOfYear; days += 1) {
    const night = nightOf(of, from.add({ days }));
    for (const { fromMs, toMs, levelPercent } of night.stretches) {
      if (levelPercent > 0) burningMs += toMs - fromMs;
    }
    for (const kind of kinds) {
      const { floorPercent } = kind;
      const asked = { overrides: [], standing: 'enough', rules, floorPercent } as const;
      energyWh += kind.count * expectedWh(kind, dueStretches(night, asked));
    }
  }
  return { energyWh, burningHours: Math.round(burningMs / hourMs) };
}
