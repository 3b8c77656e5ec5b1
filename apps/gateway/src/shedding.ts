// A mini-grid whose battery runs low: which homes are cut, in which order, after which notice. A
// pure decision over time; the clinic comes last or, without an order, never. What is not known (a
// battery that does not answer) cuts nobody and gives nothing back.

import type { SheddingSetting } from './site.ts';

export type SheddingState = {
  /** So many groups, lowest order first, are cut. */
  readonly groupsCut: number;
  /** Since when the next group has its notice; null: none has. */
  readonly noticeSinceMs: number | null;
  readonly steppedAtMs: number;
};

export const nothingShed: SheddingState = { groupsCut: 0, noticeSinceMs: null, steppedAtMs: 0 };

export type SheddingInput = {
  readonly nowMs: number;
  /** Null: not known. */
  readonly batteryPermille: number | null;
  /** How many groups there are. */
  readonly groups: number;
};

export function decideShedding(
  state: SheddingState,
  { nowMs, batteryPermille, groups }: SheddingInput,
  setting: SheddingSetting,
): SheddingState {
  if (batteryPermille === null) return state;
  const mayStep = nowMs - state.steppedAtMs >= setting.stepMinutes * 60_000;
  if (batteryPermille <= setting.cutAtPermille) {
    if (state.groupsCut >= groups) return { ...state, noticeSinceMs: null };
    const noticeSinceMs = state.noticeSinceMs ?? nowMs;
    const isDue = nowMs - noticeSinceMs >= setting.noticeMinutes * 60_000;
    return isDue && mayStep
      ? { groupsCut: state.groupsCut + 1, noticeSinceMs: null, steppedAtMs: nowMs }
      : { ...state, noticeSinceMs };
  }
  const isBack = batteryPermille >= setting.restoreAtPermille && state.groupsCut > 0 && mayStep;
  return isBack
    ? { groupsCut: state.groupsCut - 1, noticeSinceMs: null, steppedAtMs: nowMs }
    : { ...state, noticeSinceMs: null };
}

export type SupplyOfHome = 'on' | 'cutByBattery' | { readonly cutAtMs: number };

/** How a home of an order stands. `orders`: those of the site, each once, lowest first. */
export function supplyOf(
  { groupsCut, noticeSinceMs }: SheddingState,
  { order, orders }: { readonly order: number | undefined; readonly orders: readonly number[] },
  { noticeMinutes }: SheddingSetting,
): SupplyOfHome {
  const group = order === undefined ? -1 : orders.indexOf(order);
  if (group < 0) return 'on';
  if (group < groupsCut) return 'cutByBattery';
  const isNext = group === groupsCut && noticeSinceMs !== null;
  return isNext ? { cutAtMs: noticeSinceMs + noticeMinutes * 60_000 } : 'on';
}
