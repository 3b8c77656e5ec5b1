// Three phases: each has its registers, power and voltage; loss of one and uneven load are told.

import { record } from './log.ts';
import { noneOfThree, type PhaseState, type Three } from './phase-state.ts';
import type { Draft } from './state.ts';

/** Below half of the nominal voltage a phase is lost; above 70 per cent it is back. */
const lostPercent = 50;
const backPercent = 70;

/** Adds energy to the phases in the proportion of their load; the parts sum to the whole. */
export function countPhases(
  draft: Draft,
  register: 'importMilliWh' | 'exportMilliWh',
  o: { readonly milliWh: number; readonly loads: readonly number[] | null },
): void {
  const { phases } = draft;
  if (phases === null || o.milliWh === 0) return;
  const parts = split(o.milliWh, o.loads);
  const before = phases[register];
  const after: Three = [before[0] + parts[0], before[1] + parts[1], before[2] + parts[2]];
  draft.phases = { ...phases, [register]: after };
}

function split(milliWh: number, loads: readonly number[] | null): Three {
  const [a, b, c] = (loads ?? [1, 1, 1]).map((load) => Math.abs(load)) as [number, number, number];
  const total = a + b + c;
  if (total === 0) return split(milliWh, null);
  const first = Math.floor((milliWh * a) / total);
  const firstTwo = Math.floor((milliWh * (a + b)) / total);
  return [first, firstTwo - first, milliWh - firstTwo];
}

/** Takes what the phases show now. */
export function observePhases(
  draft: Draft,
  o: { readonly phasesW?: readonly number[]; readonly voltagesV?: readonly number[] },
): void {
  if (draft.phases === null) return;
  if (o.voltagesV !== undefined) observeVoltages(draft, draft.phases, o.voltagesV);
  const isOn = draft.loadSwitch === 'connected';
  if (o.phasesW === undefined && isOn) return;
  const powerW = isOn ? three(o.phasesW ?? noneOfThree) : noneOfThree;
  draft.phases = { ...draft.phases, powerW };
}

const three = (values: readonly number[]): Three => [
  Math.round(values[0] ?? 0),
  Math.round(values[1] ?? 0),
  Math.round(values[2] ?? 0),
];

function observeVoltages(draft: Draft, before: PhaseState, voltagesV: readonly number[]): void {
  const voltageV = three(voltagesV);
  const nominal = draft.config.nominalVoltageV ?? 230;
  const lost = voltageV.map((volts, index) => {
    const was = before.lost[index] ?? false;
    return volts * 100 < nominal * (was ? backPercent : lostPercent);
  }) as unknown as PhaseState['lost'];
  draft.phases = { ...before, voltageV, lost };
  for (const index of [0, 1, 2] as const) {
    if (lost[index] === before.lost[index]) continue;
    const code = lost[index] ? 'phaseLost' : 'phaseRestored';
    record(draft, { code, phase: index + 1, voltageV: voltageV[index] });
  }
}
