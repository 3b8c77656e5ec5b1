// Tokens from keypad and head-end through one acceptance, so that the same token by both ways
// counts once.

import { recoverOwed } from '@prewatt/protection';
import { type AcceptanceEffect, type AcceptanceOutcome, acceptToken } from '@prewatt/sts/accept';
import { record } from './log.ts';
import { availableMilliWhOf, type Draft, type StoredOutcome, type TokenEffect } from './state.ts';
import { settleSupply } from './supply.ts';

/** A tenth of a kilowatt-hour, the unit of electricity credit tokens (IEC 62055-41, 6.3.6). */
const unitMilliWh = 100_000;
/** The most credit the register shows: 10 GWh, the range of one token five times over. */
const maximumCreditMilliWh = 10_000_000_000_000;

/**
 * Kinds that this meter refuses with FunctionError, unburnt, rather than accept without carrying
 * out.
 */
const unsupported = [
  'setMaximumPowerLimit',
  'setTariffRate',
  'clearTamper',
  'setPhaseUnbalanceLimit',
  'setWaterFactor',
  'extendedSet',
  'extendedRead',
] as const;

/** Decides and carries out one token, and leaves its event in the log. */
export function enterToken(
  draft: Draft,
  digits: string,
  origin: 'keypad' | 'remote',
): StoredOutcome {
  const room = maximumCreditMilliWh - availableMilliWhOf(draft);
  const decision = acceptToken(draft.acceptance, {
    digits,
    nowMs: draft.atMs,
    origin,
    headroom: { electricity: BigInt(Math.floor(room / unitMilliWh)) },
    unsupported,
  });
  draft.acceptance = decision.state;
  const outcome = carryOut(draft, decision.outcome);
  draft.lastToken = { atMs: draft.atMs, origin, outcome };
  const lastFour = digits.replace(/\D/g, '').slice(-4);
  if (lastFour !== '') record(draft, { code: 'token', origin, lastFour, outcome });
  settleSupply(draft);
  return outcome;
}

function carryOut(draft: Draft, outcome: AcceptanceOutcome): StoredOutcome {
  if (!outcome.accepted) {
    return { result: 'refused', refusal: outcome.refusal, tid: outcome.tid };
  }
  const { effect } = outcome;
  let creditedEnergyWh = 0;
  if (effect.kind === 'credit') {
    const creditedMilliWh = Number(effect.units) * unitMilliWh;
    draft.creditedMilliWh += creditedMilliWh;
    draft.owedMilliWh -= recoverOwed(draft.config.protection, {
      owedMilliWh: draft.owedMilliWh,
      creditedMilliWh,
    });
    creditedEnergyWh = creditedMilliWh / 1000;
  } else if (effect.kind === 'clearCredit') {
    // Credit only: what is owed stays owed.
    draft.clearedMilliWh += availableMilliWhOf(draft);
  }
  const tid = 'tid' in effect ? effect.tid : null;
  return { result: 'accepted', effect: effectName(effect.kind), tid, creditedEnergyWh };
}

function effectName(kind: AcceptanceEffect['kind']): TokenEffect {
  switch (kind) {
    case 'credit':
      return 'credit';
    case 'test':
      return 'test';
    case 'keyChangePart':
    case 'keyChanged':
      return kind;
    case 'clearCredit':
      return 'management';
    default:
      throw new Error(`accepted although unsupported: ${kind}`);
  }
}
