// The account (COSEM class 111): one set of rules for energy credit and money credit. An amount is
// in the unit of the account: milliwatt-hours, or millionths of a minor unit.
// Law, in either unit: credited - charged - cleared = available - owed.

import { recoverOwed } from '@prewatt/protection';
import { emergencyOf, rulesOf } from './config.ts';
import { availableMicroOf, type MoneyCredit } from './money.ts';
import type { Draft, MeterState } from './state.ts';

type Meter = MeterState | Draft;

/** Credit in milliwatt-hours, never negative. */
export function availableMilliWhOf(state: Meter): number {
  return (
    state.creditedMilliWh -
    state.importMilliWh +
    state.unchargedMilliWh -
    state.clearedMilliWh +
    state.owedMilliWh
  );
}

/** The money credit of a meter that counts in money; null for energy credit. */
export const moneyOf = (state: Meter): MoneyCredit | null =>
  state.settings.creditUnit === 'money' ? state.money : null;

/** Token credit with what is put aside. */
export function availableOf(state: Meter): number {
  const money = moneyOf(state);
  return money === null ? availableMilliWhOf(state) : availableMicroOf(money);
}

export function owedOf(state: Meter): number {
  const money = moneyOf(state);
  return money === null ? state.owedMilliWh : money.owedMicro;
}

/** Promised by sales whose tokens are still to come, and not used; none where money is counted. */
export function promisedLeftMilliWhOf(state: Meter): number {
  if (moneyOf(state) !== null || state.promises === undefined) return 0;
  const promised = state.promises.reduce((sum, { milliWh }) => sum + milliWh, 0);
  return Math.max(0, promised - (state.promisedUsedMilliWh ?? 0));
}

/**
 * Token credit without what is put aside, and without money too small for a watt-hour; and what is
 * promised.
 */
export function spendableOf(state: Meter): number {
  const money = moneyOf(state);
  if (money === null) {
    return Math.max(0, availableMilliWhOf(state) - state.reserved) + promisedLeftMilliWhOf(state);
  }
  return money.spent ? 0 : Math.max(0, availableMicroOf(money) - state.reserved);
}

/** Emergency credit that is not used yet, taken or not. */
export const emergencyLeftOf = (state: Meter): number =>
  Math.max(0, amountOfWh(state, emergencyOf(state).presetWh) - state.emergencyUsed);

/** What may flow before supply must end: the credits selected or in use (class 111, available). */
export function usableOf(state: Meter): number {
  if (!state.emergencySelected) return spendableOf(state);
  if (moneyOf(state)?.spent === true) return 0;
  return spendableOf(state) + emergencyLeftOf(state);
}

/** So many watt-hours in the unit of the account, at the present price. */
export function amountOfWh(state: Meter, energyWh: number): number {
  const money = moneyOf(state);
  return money === null ? energyWh * 1000 : Math.ceil((energyWh * money.microPerKwh) / 1000);
}

/** An amount in milliwatt-hours, at the present price. */
export function milliWhOfAmount(state: Meter, amount: number): number {
  const money = moneyOf(state);
  if (money === null) return amount;
  return money.microPerKwh === 0 ? 0 : Math.floor((amount / money.microPerKwh) * 1_000_000);
}

/** Changes the fields of the money credit. */
export function changeMoney(draft: Draft, changes: Partial<MoneyCredit>): void {
  if (draft.money !== null) draft.money = { ...draft.money, ...changes };
}

/**
 * After a charge: what token credit does not cover is owed, out of what was promised, then out of
 * the emergency credit if that was taken. What was put aside, and not taken, goes only when nothing
 * else is left.
 */
export function settleOwed(draft: Draft): void {
  const promised = Math.min(draft.reserved - availableOf(draft), promisedLeftMilliWhOf(draft));
  if (promised > 0) {
    draft.promisedUsedMilliWh = (draft.promisedUsedMilliWh ?? 0) + promised;
    owe(draft, promised);
  }
  if (draft.emergencySelected) {
    const missing = draft.reserved - availableOf(draft);
    const lent = Math.min(missing, emergencyLeftOf(draft));
    if (lent > 0) {
      draft.emergencyUsed += lent;
      owe(draft, lent);
    }
  }
  const missing = -availableOf(draft);
  if (missing > 0) owe(draft, missing);
  capReserve(draft);
}

/** Put aside is never more than there is. */
export function capReserve(draft: Draft): void {
  if (draft.reserved > 0)
    draft.reserved = Math.min(draft.reserved, Math.max(0, availableOf(draft)));
}

function owe(draft: Draft, amount: number): void {
  const money = moneyOf(draft);
  if (money === null) draft.owedMilliWh += amount;
  else changeMoney(draft, { owedMicro: money.owedMicro + amount });
}

/**
 * A top-up: credited whole, then part of it pays back what is owed (emergency credit first), then
 * part is put aside. Both parts are capped, so that any top-up turns supply on.
 */
export function topUp(draft: Draft, amount: number): void {
  const money = moneyOf(draft);
  if (draft.awaitsCreditUntilMs != null) {
    draft.awaitsCreditUntilMs = null;
    draft.protectedUntilMs = null;
  }
  if (money === null) draft.creditedMilliWh += amount;
  else changeMoney(draft, { creditedMicro: money.creditedMicro + amount, spent: false });
  const recovered = recoveredFrom(draft, amount);
  payBack(draft, recovered);
  draft.paidBack += recovered;
  putAside(draft, amount - recovered);
}

/** The rules' share and floor, applied through energy so that they are the same in both units. */
function recoveredFrom(draft: Draft, amount: number): number {
  // What was used on promises is paid back by their own tokens, whole.
  const owed = owedOf(draft) - (draft.promisedUsedMilliWh ?? 0);
  if (owed <= 0 || amount <= 0) return 0;
  const rules = rulesOf(draft);
  if (moneyOf(draft) === null) {
    return recoverOwed(rules, { owedMilliWh: owed, creditedMilliWh: amount });
  }
  const credited = milliWhOfAmount(draft, amount);
  if (credited <= 0) return 0;
  const recovered = recoverOwed(rules, {
    owedMilliWh: milliWhOfAmount(draft, owed) + 1,
    creditedMilliWh: credited,
  });
  return Math.min(owed, Math.floor((amount / credited) * recovered));
}

/** Lowers what is owed; the oldest claim, emergency credit, first. */
export function payBack(draft: Draft, amount: number): void {
  lowerOwed(draft, amount);
  draft.emergencyUsed = Math.max(0, draft.emergencyUsed - amount);
}

/** Lowers what is owed and leaves emergency credit as it is. */
export function lowerOwed(draft: Draft, amount: number): void {
  const money = moneyOf(draft);
  if (money === null) draft.owedMilliWh -= amount;
  else changeMoney(draft, { owedMicro: money.owedMicro - amount });
}

function putAside(draft: Draft, amount: number): void {
  const { reserve } = draft.config;
  if (reserve === undefined || amount <= 0) return;
  const room = Math.max(0, amountOfWh(draft, reserve.limitWh) - draft.reserved);
  draft.reserved += Math.min(room, Math.floor((amount * reserve.sharePercent) / 100));
}

/** Takes credit away (ClearCredit, a change of mode); what is owed stays owed. */
export function clearCredit(draft: Draft, amount: number): void {
  const money = moneyOf(draft);
  if (money === null) draft.clearedMilliWh += amount;
  else changeMoney(draft, { clearedMicro: money.clearedMicro + amount });
  capReserve(draft);
}
