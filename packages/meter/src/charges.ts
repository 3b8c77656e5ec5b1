// Charges (COSEM class 113) as energy flows and days pass: consumption, which keeps the remainder
// that is too small to bill, and standing charges, collected at each midnight, also while supply is
// off. The third kind, at a top-up, is the paying back in account.ts.

import { changeMoney, moneyOf, settleOwed, usableOf } from './account.ts';
import { type MoneyCredit, type Rated, rateEnergy } from './money.ts';
import type { Draft } from './state.ts';

/** Milliwatt-hours of `wanted` that credit pays for, and whether credit ends there. */
export type Affordable = { readonly milliWh: number; readonly ends: boolean };

/** `usable` of the account buys at the draft's instant; the caller has seen that it is not zero. */
export function affordable(draft: Draft, wantedMilliWh: number, usable: number): Affordable {
  const money = moneyOf(draft);
  if (money === null) {
    const ends = wantedMilliWh >= usable;
    return { milliWh: ends ? usable : wantedMilliWh, ends };
  }
  if (wantedMilliWh === 0) return { milliWh: 0, ends: false };
  const unrated = money.unratedMilliWh;
  const wantedWh = Math.floor((unrated + wantedMilliWh) / 1000);
  if (costOf(draft, money, wantedWh).micro <= usable) {
    return { milliWh: wantedMilliWh, ends: false };
  }
  let enough = 0;
  let tooMuch = wantedWh;
  while (tooMuch - enough > 1) {
    const middle = Math.floor((enough + tooMuch) / 2);
    if (costOf(draft, money, middle).micro <= usable) enough = middle;
    else tooMuch = middle;
  }
  return { milliWh: Math.max(0, enough * 1000 - unrated), ends: true };
}

/** Charges what flowed, at the draft's instant: call it before time moves on. */
export function chargeConsumption(draft: Draft, milliWh: number): void {
  const money = moneyOf(draft);
  if (money === null) return;
  const total = money.unratedMilliWh + milliWh;
  const energyWh = Math.floor(total / 1000);
  changeMoney(draft, { unratedMilliWh: total - energyWh * 1000 });
  if (energyWh > 0) charge(draft, costOf(draft, money, energyWh));
}

/** Credit has ended: what is left does not pay for a watt-hour. */
export function markSpent(draft: Draft): void {
  if (moneyOf(draft) !== null && usableOf(draft) > 0) changeMoney(draft, { spent: true });
}

/** Standing charges that are due by now, and the price as it stands. */
export function collectStanding(draft: Draft): void {
  const money = moneyOf(draft);
  if (money === null || draft.settings.paymentMode === 'credit') return;
  charge(draft, costOf(draft, money, 0));
  refreshPrice(draft);
}

/** Looks the price of the next kilowatt-hour up. */
export function refreshPrice(draft: Draft): void {
  const money = moneyOf(draft);
  if (money === null) return;
  // Without the standing charges that are due anyway.
  const micro = costOf(draft, money, 1000).micro - costOf(draft, money, 0).micro;
  changeMoney(draft, { microPerKwh: Math.max(0, micro) });
}

function charge(draft: Draft, rated: Rated): void {
  const money = moneyOf(draft);
  if (money === null) return;
  changeMoney(draft, {
    chargedMicro: money.chargedMicro + rated.micro,
    position: rated.position,
  });
  settleOwed(draft);
}

/**
 * A document without a price for this much (beyond its last block, say) charges the last price
 * known: a meter must not stop counting.
 */
function costOf(draft: Draft, money: MoneyCredit, energyWh: number): Rated {
  const { tariff } = draft.settings;
  if (tariff !== null) {
    const { position } = money;
    const { zone } = draft.config;
    const rated = rateEnergy({ tariff, position, energyWh, atMs: draft.atMs, zone });
    if (rated !== null) return rated;
  }
  return { micro: Math.ceil((energyWh * money.microPerKwh) / 1000), position: money.position };
}
