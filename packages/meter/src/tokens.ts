// Tokens from keypad and head-end through one acceptance, so that the same token by both ways
// counts once; and what an accepted token does.

import type { TokenOrigin } from '@prewatt/protocol';
import { type AcceptanceEffect, type AcceptanceOutcome, acceptToken } from '@prewatt/sts/accept';
import { availableOf, clearCredit, moneyOf, topUp } from './account.ts';
import { refreshPrice } from './charges.ts';
import { resetLimiter } from './limiter.ts';
import { record } from './log.ts';
import { microPerE5Of } from './money.ts';
import { pagesOfTests } from './pages.ts';
import type { Draft } from './state.ts';
import type { StoredOutcome, TokenEffect } from './stored.ts';
import { settleSupply } from './supply.ts';
import { testSwitch } from './switch.ts';
import { clearTamper } from './tamper.ts';

/** A tenth of a kilowatt-hour, the unit of electricity credit tokens (IEC 62055-41, 6.3.6). */
const unitMilliWh = 100_000;
/** The most credit the register shows: 10 GWh, the range of one token five times over. */
const maximumCreditMilliWh = 10_000_000_000_000;
/** The most money: a thousand million minor units. */
const maximumCreditMicro = 1_000_000_000_000_000;

/**
 * Kinds that this meter refuses with FunctionError, unburnt, rather than accept without carrying
 * out.
 */
const unsupported = ['setTariffRate', 'setWaterFactor', 'extendedSet', 'extendedRead'] as const;
const unsupportedBySinglePhase = [...unsupported, 'setPhaseUnbalanceLimit'] as const;

/** Decides and carries out one token, and leaves its event in the log. */
export function enterToken(draft: Draft, digits: string, origin: TokenOrigin): StoredOutcome {
  const decision = acceptToken(draft.acceptance, {
    digits,
    nowMs: draft.atMs,
    // Only wrong digits at the keypad lock it; what a card brings was proved before.
    origin: origin === 'keypad' ? 'keypad' : 'remote',
    headroom: headroomOf(draft),
    limits: { maximumPowerLimit: { minimum: 1n, maximum: 1_000_000n } },
    unsupported: draft.phases === null ? unsupportedBySinglePhase : unsupported,
  });
  draft.acceptance = decision.state;
  const outcome = carryOut(draft, decision.outcome, origin);
  draft.lastToken = { atMs: draft.atMs, origin, outcome };
  const lastFour = digits.replace(/\D/g, '').slice(-4);
  if (lastFour !== '') record(draft, { code: 'token', origin, lastFour, outcome });
  settleSupply(draft);
  return outcome;
}

/** Only the register that the account counts in takes credit. */
function headroomOf(draft: Draft) {
  const money = moneyOf(draft);
  if (money === null) {
    const room = maximumCreditMilliWh - availableOf(draft);
    return { electricity: BigInt(Math.floor(room / unitMilliWh)) };
  }
  const { tariff } = draft.settings;
  const room = maximumCreditMicro - availableOf(draft);
  const unit = tariff === null ? 1 : microPerE5Of(tariff);
  return { electricityCurrency: BigInt(Math.floor(room / unit)) };
}

function carryOut(draft: Draft, outcome: AcceptanceOutcome, origin: TokenOrigin): StoredOutcome {
  if (!outcome.accepted) {
    return { result: 'refused', refusal: outcome.refusal, tid: outcome.tid };
  }
  const { effect } = outcome;
  const credited = creditOf(draft, effect);
  manage(draft, effect, origin);
  const tid = 'tid' in effect ? effect.tid : null;
  const isCredit = effect.kind === 'credit' || effect.kind === 'currencyCredit';
  const { paymentMode } = draft.settings;
  const mode = isCredit && paymentMode === 'credit' ? { paymentMode } : {};
  return { result: 'accepted', effect: effectName(effect.kind), tid, ...credited, ...mode };
}

/** Credits what the token carries. */
function creditOf(
  draft: Draft,
  effect: AcceptanceEffect,
): { creditedEnergyWh: number; creditedMicroMinor?: number } {
  if (effect.kind === 'credit') {
    const milliWh = Number(effect.units) * unitMilliWh;
    topUp(draft, milliWh);
    return { creditedEnergyWh: milliWh / 1000 };
  }
  const { tariff } = draft.settings;
  if (effect.kind !== 'currencyCredit' || tariff === null) return { creditedEnergyWh: 0 };
  const micro = Number(effect.amountE5) * microPerE5Of(tariff);
  refreshPrice(draft);
  if (micro >= 0) {
    topUp(draft, micro);
    return { creditedEnergyWh: 0, creditedMicroMinor: micro };
  }
  // A token that takes money away takes no more than there is.
  const taken = Math.min(-micro, availableOf(draft));
  clearCredit(draft, taken);
  return { creditedEnergyWh: 0, creditedMicroMinor: -taken };
}

function manage(draft: Draft, effect: AcceptanceEffect, origin: TokenOrigin): void {
  switch (effect.kind) {
    case 'clearCredit':
      // Credit only: what is owed stays owed.
      clearCredit(draft, availableOf(draft));
      record(draft, { code: 'settingChanged', setting: 'creditCleared', origin });
      return;
    case 'clearTamper':
      clearTamper(draft);
      record(draft, { code: 'settingChanged', setting: 'tamperCleared', origin });
      return;
    case 'setMaximumPowerLimit':
      draft.settings = { ...draft.settings, powerLimitW: Number(effect.watts) };
      resetLimiter(draft);
      record(draft, { code: 'settingChanged', setting: 'powerLimit', origin });
      return;
    case 'setPhaseUnbalanceLimit':
      draft.settings = { ...draft.settings, unbalanceLimitW: Number(effect.watts) };
      resetLimiter(draft);
      record(draft, { code: 'settingChanged', setting: 'unbalanceLimit', origin });
      return;
    case 'test':
      draft.asked = { atMs: draft.atMs, pages: pagesOfTests(effect.tests) };
      if (effect.tests === 'all' || effect.tests.includes(1)) testSwitch(draft);
      return;
    default:
  }
}

function effectName(kind: AcceptanceEffect['kind']): TokenEffect {
  switch (kind) {
    case 'credit':
    case 'currencyCredit':
      return 'credit';
    case 'test':
      return 'test';
    case 'keyChangePart':
    case 'keyChanged':
      return kind;
    case 'clearCredit':
    case 'clearTamper':
    case 'setMaximumPowerLimit':
    case 'setPhaseUnbalanceLimit':
      return 'management';
    default:
      throw new Error(`accepted although unsupported: ${kind}`);
  }
}
