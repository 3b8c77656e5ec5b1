// Memory of a three-phase meter: registers, power and voltage of each phase. A single-phase meter
// has none: its registers are the totals.

import type { MeterConfig } from './config.ts';

export type Three = readonly [number, number, number];

export type PhaseState = {
  readonly importMilliWh: Three;
  readonly exportMilliWh: Three;
  readonly powerW: Three;
  readonly voltageV: Three;
  readonly lost: readonly [boolean, boolean, boolean];
  /** Reported and not yet over. */
  readonly unbalanced: boolean;
};

export const noneOfThree: Three = [0, 0, 0];

export function newPhases(config: MeterConfig): PhaseState | null {
  if (config.phases !== 3) return null;
  const nominal = config.nominalVoltageV ?? 230;
  return {
    importMilliWh: noneOfThree,
    exportMilliWh: noneOfThree,
    powerW: noneOfThree,
    voltageV: [nominal, nominal, nominal],
    lost: [false, false, false],
    unbalanced: false,
  };
}
