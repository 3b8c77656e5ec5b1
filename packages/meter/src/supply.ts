// Credit and supply: when to warn, when to open the switch, when protection keeps supply on, when
// to close again.

import { mayDisconnect } from '@prewatt/protection';
import {
  amountOfWh,
  availableOf,
  milliWhOfAmount,
  moneyOf,
  owedOf,
  spendableOf,
  usableOf,
} from './account.ts';
import { homeOf, rulesOf, veryLowThresholdWhOf } from './config.ts';
import { neverOpens } from './control-mode.ts';
import { offerEmergency, releaseReserve } from './credits.ts';
import { record } from './log.ts';
import type { Draft } from './state.ts';
import { closeFor, creditBit, openFor } from './switch.ts';

const dayMs = 86_400_000;
const quarterHourMs = 900_000;

/** Brings warnings and switch in line with the credit at the draft's instant. */
export function settleSupply(draft: Draft): void {
  if (draft.settings.paymentMode === 'credit') {
    draft.awaitsCreditUntilMs = null;
    closeFor(draft, 'credit', 'credit');
    return;
  }
  if (awaitsCredit(draft)) return;
  settleWarnings(draft, spendableOf(draft));
  const usable = usableOf(draft);
  settleExhausted(draft, usable);
  if (usable > 0) {
    draft.protectedUntilMs = null;
    if ((draft.openReasons & creditBit) !== 0) closeFor(draft, 'credit', 'credit');
    return;
  }
  if ((draft.openReasons & creditBit) === 0) openUnlessProtected(draft);
}

/** Nothing is cut or warned of while the customer's own credit is on its way. */
function awaitsCredit(draft: Draft): boolean {
  const untilMs = draft.awaitsCreditUntilMs ?? null;
  if (untilMs === null) return false;
  if (draft.atMs < untilMs && draft.loadSwitch === 'connected') {
    draft.protectedUntilMs = untilMs;
    return true;
  }
  draft.awaitsCreditUntilMs = null;
  draft.protectedUntilMs = null;
  return false;
}

/** Whether the rules allow a cut now; if not, until when (null: no end in sight). */
export function cutAllowed(
  draft: Draft,
): { readonly allowed: true } | { readonly allowed: false; readonly until: number | null } {
  return mayDisconnect(rulesOf(draft), {
    atMs: draft.atMs,
    zone: draft.config.zone,
    // What was used on promises was paid for.
    owedMilliWh: milliWhOfAmount(draft, owedOf(draft)) - (draft.promisedUsedMilliWh ?? 0),
    ...homeOf(draft),
  });
}

function settleWarnings(draft: Draft, spendable: number): void {
  const low = amountOfWh(draft, draft.config.lowCreditThresholdWh);
  if (!draft.lowCredit && spendable <= low) {
    draft.lowCredit = true;
    record(draft, { code: 'creditLow', ...left(draft) });
    offerEmergency(draft);
  } else if (draft.lowCredit && spendable >= clearedAt(low)) {
    draft.lowCredit = false;
    // A top-up over the threshold: emergency credit that was not needed is put back.
    draft.emergencySelected = false;
  }
  const veryLow = amountOfWh(draft, veryLowThresholdWhOf(draft));
  if (!draft.veryLowCredit && spendable <= veryLow) {
    draft.veryLowCredit = true;
    record(draft, { code: 'creditVeryLow', ...left(draft) });
  } else if (draft.veryLowCredit && spendable >= clearedAt(veryLow)) {
    draft.veryLowCredit = false;
  }
}

/** A tenth above the threshold, so that credit that hovers there warns once. */
const clearedAt = (threshold: number): number =>
  threshold + Math.max(Math.floor(threshold / 10), 1);

function left(draft: Draft): { availableEnergyWh: number; availableMicroMinor?: number } {
  const available = Math.max(0, availableOf(draft));
  const availableEnergyWh = Math.floor(milliWhOfAmount(draft, available) / 1000);
  return moneyOf(draft) === null
    ? { availableEnergyWh }
    : { availableEnergyWh, availableMicroMinor: available };
}

function settleExhausted(draft: Draft, usable: number): void {
  if (!draft.exhausted && usable <= 0) {
    draft.exhausted = true;
    record(draft, { code: 'creditExhausted' });
  } else if (draft.exhausted && usable > 0) {
    draft.exhausted = false;
  }
}

function openUnlessProtected(draft: Draft): void {
  if (neverOpens(draft)) {
    // What is used from now on is owed; what was put aside goes before it.
    if (releaseReserve(draft)) settleSupply(draft);
    return;
  }
  if (draft.protectedUntilMs !== null && draft.atMs < draft.protectedUntilMs) return;
  const answer = cutAllowed(draft);
  if (answer.allowed) {
    draft.protectedUntilMs = null;
    // Also while something else holds the switch open: when that ends, credit is still missing.
    openFor(draft, 'credit');
    return;
  }
  // What the customer has put aside goes before what would be owed.
  if (releaseReserve(draft)) {
    settleSupply(draft);
    return;
  }
  if (draft.protectedUntilMs === null && draft.loadSwitch === 'connected') {
    record(draft, { code: 'protectedSupply' });
  }
  draft.protectedUntilMs = Math.min(answer.until ?? Number.MAX_SAFE_INTEGER, askAgainAtMs(draft));
}

/** A day later; or at the next quarter-hour where grace ends with what is owed by then. */
function askAgainAtMs(draft: Draft): number {
  const { days, owedLimitWh } = rulesOf(draft).graceAfterConversion;
  const pace = days > 0 && owedLimitWh !== null ? quarterHourMs : dayMs;
  return (Math.floor(draft.atMs / pace) + 1) * pace;
}
