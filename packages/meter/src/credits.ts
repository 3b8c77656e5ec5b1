// Credits (COSEM class 112): token credit first, then what the customer put aside, then emergency
// credit. Both of the latter are the customer's choice at the keypad, offered when credit is low.

import type { CreditKind, CreditPhase } from '@prewatt/protocol';
import {
  changeMoney,
  emergencyLeftOf,
  milliWhOfAmount,
  moneyOf,
  spendableOf,
  usableOf,
} from './account.ts';
import { emergencyOf } from './config.ts';
import { record } from './log.ts';
import type { Draft, MeterState } from './state.ts';

/**
 * How emergency credit stands. The transitions are those of class 112: low credit makes it
 * selectable (A), the keypad selects it (B), the end of token credit puts it in use (C), its own
 * end exhausts it (D), a top-up that pays it back enables it (E, F, G).
 */
export function emergencyStatusOf(state: MeterState | Draft): CreditPhase | null {
  if (emergencyOf(state).presetWh === 0 && state.emergencyUsed === 0) return null;
  if (state.emergencySelected) {
    if (usableOf(state) <= 0) return 'exhausted';
    return spendableOf(state) > 0 ? 'selected' : 'inUse';
  }
  if (emergencyLeftOf(state) <= 0) return 'exhausted';
  return state.lowCredit ? 'selectable' : 'enabled';
}

export function reserveStatusOf(state: MeterState | Draft): CreditPhase | null {
  if (state.config.reserve === undefined) return null;
  if (state.reserved <= 0) return 'exhausted';
  return state.lowCredit ? 'selectable' : 'enabled';
}

/** The credit that energy comes from now; null when none is left. */
export function creditInUseOf(state: MeterState | Draft): CreditKind | null {
  if (spendableOf(state) > 0) return 'token';
  return usableOf(state) > 0 ? 'emergency' : null;
}

export type Selection = 'selected' | 'notOffered' | 'notLow' | 'usedUp';

/** The customer asks for emergency credit. The caller settles supply after it. */
export function selectEmergency(draft: Draft): Selection {
  const { presetWh } = emergencyOf(draft);
  if (presetWh === 0 || draft.settings.paymentMode === 'credit') return 'notOffered';
  if (draft.emergencySelected) return usableOf(draft) > 0 ? 'selected' : 'usedUp';
  if (!draft.lowCredit) return 'notLow';
  const left = emergencyLeftOf(draft);
  if (left <= 0) return 'usedUp';
  draft.emergencySelected = true;
  if (moneyOf(draft) !== null) changeMoney(draft, { spent: false });
  record(draft, { code: 'emergencySelected', ...leftIn(draft, left) });
  return 'selected';
}

/** Credit has become low: emergency credit that needs no hand is taken now (class 112, J). */
export function offerEmergency(draft: Draft): void {
  if (emergencyOf(draft).automatic) selectEmergency(draft);
}

/** What was put aside becomes token credit. False when there is none. */
export function releaseReserve(draft: Draft): boolean {
  if (draft.reserved <= 0) return false;
  const left = leftIn(draft, draft.reserved);
  draft.reserved = 0;
  if (moneyOf(draft) !== null) changeMoney(draft, { spent: false });
  record(draft, { code: 'reserveSelected', ...left });
  return spendableOf(draft) > 0;
}

function leftIn(draft: Draft, amount: number): { leftEnergyWh: number; leftMicroMinor?: number } {
  const leftEnergyWh = Math.floor(milliWhOfAmount(draft, amount) / 1000);
  return moneyOf(draft) === null ? { leftEnergyWh } : { leftEnergyWh, leftMicroMinor: amount };
}
