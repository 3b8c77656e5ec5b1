// What a top-up gives back of the energy that was used while a rule kept supply on. The same cap
// and floor as for debt in money: no top-up is eaten up by the past.

import { floorEnergyOf, type ProtectionRules } from './rules.ts';

/**
 * The part of a credit that pays back owed energy, in integer milliwatt-hours: at most what is
 * owed, at most the rules' share of the credit, and never into the floor of energy that it must
 * yield.
 */
export function recoverOwed(
  rules: ProtectionRules,
  o: { readonly owedMilliWh: number; readonly creditedMilliWh: number },
): number {
  const share = Math.floor((o.creditedMilliWh * rules.debt.maximumSharePercent) / 100);
  const aboveFloor = o.creditedMilliWh - Number(floorEnergyOf(rules)) * 1000;
  return Math.max(0, Math.min(o.owedMilliWh, share, aboveFloor));
}
