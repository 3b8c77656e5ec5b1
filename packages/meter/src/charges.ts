// Charges (COSEM class 113) as energy flows and days pass: consumption, which keeps the remainder
// that is too small to bill, and standing charges, collected at each midnight, also while supply is
// off. The third kind, at a top-up, is the paying back in account.ts.

import { changeMoney, moneyOf, settleOwed, usableOf } from './account.ts';
import { type MoneyCredit, type PricedRun, type Rated, rateEnergy } from './money.ts';
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
  const wantedWh = Math.floor((money.unratedMilliWh + wantedMilliWh) / 1000);
  const run = runFor(draft, wantedWh);
  if (run !== null && chargeOfRun(run, run.usedWh + wantedWh) - run.chargedMicro <= usable) {
    return { milliWh: wantedMilliWh, ends: false };
  }
  closeRun(draft);
  return affordableExactly(draft, wantedMilliWh);
}

/** Near the end of credit, or of a price: by the tariff itself. */
function affordableExactly(draft: Draft, wantedMilliWh: number): Affordable {
  const money = moneyOf(draft);
  const usable = usableOf(draft);
  if (money === null || usable <= 0) return { milliWh: 0, ends: true };
  const unrated = money.unratedMilliWh;
  const wantedWh = Math.floor((unrated + wantedMilliWh) / 1000);
  changeMoney(draft, { exactWh: Math.max(money.exactWh, wantedWh) });
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
  if (energyWh > 0) chargeEnergy(draft, energyWh);
}

function chargeEnergy(draft: Draft, energyWh: number): void {
  const run = runFor(draft, energyWh);
  const money = moneyOf(draft);
  if (money === null) return;
  if (run === null) {
    closeRun(draft);
    charge(draft, costOf(draft, moneyOf(draft) ?? money, energyWh));
    changeMoney(draft, { exactWh: Math.max(0, money.exactWh - energyWh) });
    return;
  }
  const usedWh = run.usedWh + energyWh;
  const upTo = chargeOfRun(run, usedWh);
  changeMoney(draft, {
    chargedMicro: money.chargedMicro + upTo - run.chargedMicro,
    run: { ...run, usedWh, chargedMicro: upTo },
  });
  settleOwed(draft);
}

/** Sizes of a run that are tried, in watt-hours. */
const runSizes = [16_000, 2_000];
/** Rounding of the halves of a run, in millionths of a minor unit; given back when it closes. */
const runTolerance = 2;

const chargeOfRun = (run: PricedRun, usedWh: number): number =>
  Math.ceil((run.micro * usedWh) / run.energyWh) + run.slackMicro;

/** The run that holds so much more energy, opened if there is none; null: rate it exactly. */
function runFor(draft: Draft, energyWh: number): PricedRun | null {
  const money = moneyOf(draft);
  if (money === null || money.exactWh > 0) return null;
  const run = money.run ?? openRun(draft, money);
  return run !== null && energyWh <= run.energyWh - run.usedWh ? run : null;
}

/** Looks the price of the energy ahead up: one price for both halves, and nothing else due. */
function openRun(draft: Draft, money: MoneyCredit): PricedRun | null {
  const isClear = costOf(draft, money, 0).micro === 0;
  for (const energyWh of isClear ? runSizes : []) {
    const { micro } = costOf(draft, money, energyWh);
    const half = costOf(draft, money, energyWh / 2).micro;
    const slackMicro = Math.abs(2 * half - micro);
    if (micro <= 0 || slackMicro > runTolerance) continue;
    const run = { atMs: draft.atMs, energyWh, micro, usedWh: 0, chargedMicro: 0, slackMicro };
    changeMoney(draft, { run });
    return run;
  }
  changeMoney(draft, { exactWh: runSizes.at(-1) ?? 0 });
  return null;
}

/** Charges what of a run was used by the tariff itself, and moves the position on. */
export function closeRun(draft: Draft): void {
  const money = moneyOf(draft);
  if (money === null || money.run === null) return;
  const { run } = money;
  const rated = costOf(draft, money, run.usedWh, run.atMs);
  const micro = rated.micro - run.chargedMicro;
  changeMoney(draft, { run: null });
  charge(draft, { micro, position: rated.position });
}

/** Credit has ended: what is left does not pay for a watt-hour. */
export function markSpent(draft: Draft): void {
  if (moneyOf(draft) !== null && usableOf(draft) > 0) changeMoney(draft, { spent: true });
}

/** Standing charges that are due by now, and the price as it stands. */
export function collectStanding(draft: Draft): void {
  const money = moneyOf(draft);
  if (money === null || draft.settings.paymentMode === 'credit') return;
  const rated = costOf(draft, money, 0);
  changeMoney(draft, { standingMicro: money.standingMicro + rated.micro });
  charge(draft, rated);
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
function costOf(draft: Draft, money: MoneyCredit, energyWh: number, atMs = draft.atMs): Rated {
  const { tariff } = draft.settings;
  if (tariff !== null) {
    const { position } = money;
    const { zone } = draft.config;
    const rated = rateEnergy({ tariff, position, energyWh, atMs, zone });
    if (rated !== null) return rated;
  }
  return { micro: Math.ceil((energyWh * money.microPerKwh) / 1000), position: money.position };
}
