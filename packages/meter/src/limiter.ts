// The limiter (COSEM class 71): demand over the power limit, or phases too uneven, for too long
// opens the switch; supply comes back after a delay, and after several trips waits for a hand.
// A cut for a limit is not a cut for want of credit: what must run below the limit keeps running.

import { powerLimitAt } from '@prewatt/protection';
import type { PowerLimitCause } from '@prewatt/protocol';
import { milliWhOfAmount, usableOf } from './account.ts';
import { homeOf, rulesOf } from './config.ts';
import { neverOpens } from './control-mode.ts';
import { idleLimiter } from './limiter-state.ts';
import { record } from './log.ts';
import type { Draft, MeterState } from './state.ts';
import { awaitHand, closeByHand, closeFor, isOpenFor, openFor } from './switch.ts';

/** Trips within an hour of each other, after which a hand must close the switch. */
const tripsUntilHand = 5;
const forgetTripsMs = 3_600_000;

export type Load = { readonly powerW: number; readonly phasesW: readonly number[] | null };

type Excess = { readonly reason: 'powerLimit' | 'unbalance'; readonly limitW: number };

export type PowerLimit = { readonly limitW: number; readonly by: PowerLimitCause };

/** The limit in force and why: as set, or the lower one of the rules' soft landing. */
export function powerLimitInForce(state: MeterState | Draft): PowerLimit | null {
  const { powerLimitW } = state.settings;
  const landing = landingOf(state);
  if (landing !== null && (powerLimitW === null || landing < powerLimitW)) {
    return { limitW: landing, by: 'softLanding' };
  }
  return powerLimitW === null ? null : { limitW: powerLimitW, by: 'setting' };
}

export const powerLimitOf = (state: MeterState | Draft): number | null =>
  powerLimitInForce(state)?.limitW ?? null;

function landingOf(state: MeterState | Draft): number | null {
  const rules = rulesOf(state);
  if (rules.softLanding.length === 0 || state.settings.paymentMode === 'credit') return null;
  const availableMilliWh = milliWhOfAmount(state, usableOf(state));
  return powerLimitAt(rules, { availableMilliWh, ...homeOf(state) });
}

/** Null also where the control mode has no opening to act with. */
function excessOf(draft: Draft, load: Load): Excess | null {
  if (neverOpens(draft)) return null;
  const { unbalanceLimitW } = draft.settings;
  const powerLimitW = powerLimitOf(draft);
  if (powerLimitW !== null && load.powerW > powerLimitW) {
    return { reason: 'powerLimit', limitW: powerLimitW };
  }
  if (unbalanceLimitW === null || load.phasesW === null) return null;
  const difference = Math.max(...load.phasesW) - Math.min(...load.phasesW);
  return difference > unbalanceLimitW ? { reason: 'unbalance', limitW: unbalanceLimitW } : null;
}

/** The next instant at which the limiter acts under an even load; infinity for never. */
export function limiterDueMs(draft: Draft, load: Load): number {
  const { limiter, settings } = draft;
  if (limiter.reopenAtMs !== null) return limiter.reopenAtMs;
  if (draft.loadSwitch !== 'connected' || excessOf(draft, load) === null) {
    return Number.POSITIVE_INFINITY;
  }
  return (limiter.overSinceMs ?? draft.atMs) + settings.overForMs;
}

/** Acts at the draft's instant. */
export function settleLimiter(draft: Draft, load: Load): void {
  const { limiter } = draft;
  if (limiter.reopenAtMs !== null) {
    if (draft.atMs >= limiter.reopenAtMs) reopen(draft);
    return;
  }
  const excess = draft.loadSwitch === 'connected' ? excessOf(draft, load) : null;
  if (excess === null) {
    if (limiter.overSinceMs !== null) draft.limiter = { ...limiter, overSinceMs: null };
    return;
  }
  const overSinceMs = limiter.overSinceMs ?? draft.atMs;
  if (draft.atMs - overSinceMs < draft.settings.overForMs) {
    if (limiter.overSinceMs === null) draft.limiter = { ...limiter, overSinceMs };
    return;
  }
  trip(draft, load, excess);
}

function trip(draft: Draft, load: Load, { reason, limitW }: Excess): void {
  const { limiter } = draft;
  const isRepeat = draft.atMs - limiter.lastTripMs < forgetTripsMs;
  const trips = isRepeat ? limiter.trips + 1 : 1;
  if (reason === 'powerLimit') {
    record(draft, { code: 'limitReached', limitW, powerW: load.powerW, trip: trips });
  } else {
    const phasesW = [...(load.phasesW ?? [])].map(Math.round);
    record(draft, { code: 'unbalance', limitW, phasesW });
  }
  const reopenAtMs = draft.atMs + draft.settings.reconnectAfterMs;
  draft.limiter = { overSinceMs: null, trips, lastTripMs: draft.atMs, reopenAtMs };
  openFor(draft, reason);
}

function reopen(draft: Draft): void {
  const waitsForHand = draft.limiter.trips >= tripsUntilHand;
  draft.limiter = { ...draft.limiter, reopenAtMs: null };
  if (waitsForHand) awaitHand(draft);
  clear(draft);
}

function clear(draft: Draft): void {
  const wasOn = draft.loadSwitch === 'connected';
  closeFor(draft, 'powerLimit', 'delay');
  closeFor(draft, 'unbalance', 'delay');
  if (!wasOn && draft.loadSwitch === 'connected') record(draft, { code: 'limitCleared' });
}

/** A new limit: what tripped under the old one does not count. */
export function resetLimiter(draft: Draft): void {
  const wasTripped = isOpenFor(draft, 'powerLimit') || isOpenFor(draft, 'unbalance');
  draft.limiter = idleLimiter;
  if (wasTripped) clear(draft);
}

/** A hand at the meter has seen to the load. */
export function pressAfterTrips(draft: Draft): void {
  draft.limiter = { ...draft.limiter, trips: 0 };
  closeByHand(draft);
}
