// One step of the meter: time, demand and inputs in, the next state and what leaves the meter out.

import type { DownMessage, TokenOutcome, UpMessage } from '@prewatt/protocol';
import { advance } from './advance.ts';
import { settleCalendar } from './calendar.ts';
import { type CardTaken, takeCard } from './card.ts';
import { receive, send } from './head-end-link.ts';
import { enterDigits } from './keypad.ts';
import { pressAfterTrips } from './limiter.ts';
import { record } from './log.ts';
import { countPhases, observePhases } from './phases.ts';
import { flagProfile } from './profile.ts';
import { type PromiseInput, takePromise } from './promises.ts';
import type { Draft, MeterState } from './state.ts';
import type { StoredEvent } from './stored.ts';
import { settleSupply } from './supply.ts';
import { observeReverse, observeTamper, type Sensors } from './tamper.ts';
import { outcomeToWire } from './wire.ts';

export type MeterInput = {
  /** An instant at or before the last one counts nothing: a meter's time does not run back. */
  readonly atMs: number;
  /**
   * Milliwatt-hours (integer) that the home would draw from the last step until now with supply on.
   */
  readonly demandMilliWh?: number;
  /** Milliwatt-hours (integer) that flowed back into the grid since the last step. */
  readonly exportMilliWh?: number;
  /** Power that the home draws now with supply on. */
  readonly demandW?: number;
  /** Of each phase of a three-phase meter: power that it would carry, voltage. */
  readonly phasesW?: readonly [number, number, number];
  readonly voltagesV?: readonly [number, number, number];
  /** Mains at the meter since the last step; absent = present. */
  readonly powerPresent?: boolean;
  /** Whether messages can leave; absent = as before. */
  readonly linkUp?: boolean;
  /** Digits that a person finished entering: a token, or a short code (keypad.ts). */
  readonly keypad?: string;
  /** All that a smart card holds which was put in (@prewatt/card). */
  readonly card?: Uint8Array;
  /** Of a sale at the site whose token is still to come; or of one whose token is in. */
  readonly promise?: PromiseInput;
  readonly reconnectPressed?: boolean;
  readonly sensors?: Sensors;
  readonly received?: readonly DownMessage[];
};

export type MeterOutput = {
  /**
   * To be sent only after the state is stored: a number once sent must not be given to another
   * message.
   */
  readonly messages: readonly UpMessage[];
  /** Milliwatt-hours that flowed into the home. */
  readonly flowedMilliWh: number;
  /** Answer to `keypad`; null for a short code. */
  readonly keypadOutcome: TokenOutcome | null;
  /** Answer to `card`; null when none was put in. */
  readonly card: CardTaken | null;
  /** Whether `promise` was taken; null when there was none. */
  readonly promiseTaken: boolean | null;
  readonly events: readonly StoredEvent[];
  /**
   * A token was handled, the switch moved, or a message is about to leave: store before anything
   * else.
   */
  readonly mustStore: boolean;
};

/**
 * Moves the meter on. Total: whatever arrives, it answers. Throws RangeError on a demand or instant
 * that is no integer.
 */
export function step(
  state: MeterState,
  input: MeterInput,
): { state: MeterState; outputs: MeterOutput } {
  checkInput(input);
  const draft: Draft = { ...state };
  const flowedMilliWh = passTime(draft, input);
  const linkUp = input.linkUp ?? state.linkUp;
  const linkCameUp = linkUp && (!state.linkUp || !state.powerPresent);
  draft.linkUp = linkUp;
  let keypadOutcome: TokenOutcome | null = null;
  let card: CardTaken | null = null;
  let promiseTaken: boolean | null = null;
  // The sensors run on the battery.
  if (input.sensors !== undefined) observeTamper(draft, input.sensors);
  if (draft.powerPresent) {
    if (input.keypad !== undefined && input.keypad !== '') {
      const outcome = enterDigits(draft, input.keypad);
      keypadOutcome = outcome === null ? null : outcomeToWire(outcome);
    }
    if (input.promise !== undefined) {
      promiseTaken = takePromise(draft, input.promise);
      settleSupply(draft);
    }
    if (input.card !== undefined) card = takeCard(draft, input.card);
    for (const message of input.received ?? []) receive(draft, message);
    if (input.reconnectPressed === true) pressReconnect(draft);
    draft.powerW = draft.loadSwitch === 'connected' ? Math.round(input.demandW ?? 0) : 0;
    if (draft.phases !== null) observePhases(draft, input);
  }
  // Whoever watches wants to see a top-up or a cut at once, not at the next report.
  if (draft.eventSequence !== state.eventSequence) draft.nextStateAtMs = draft.atMs;
  const messages = send(draft, linkCameUp);
  const events =
    draft.eventSequence === state.eventSequence
      ? noEvents
      : draft.eventLog.filter((event) => event.sequence > state.eventSequence);
  const mustStore =
    messages.length > 0 ||
    events.length > 0 ||
    card !== null ||
    promiseTaken !== null ||
    draft.loadSwitch !== state.loadSwitch;
  const outputs = { messages, flowedMilliWh, keypadOutcome, card, promiseTaken, events, mustStore };
  return { state: draft, outputs };
}

const noEvents: readonly StoredEvent[] = [];

function checkInput({ demandMilliWh = 0, exportMilliWh = 0, atMs }: MeterInput): void {
  if (!Number.isSafeInteger(demandMilliWh) || demandMilliWh < 0) {
    throw new RangeError('demandMilliWh must be an integer of at least 0');
  }
  if (!Number.isSafeInteger(exportMilliWh) || exportMilliWh < 0) {
    throw new RangeError('exportMilliWh must be an integer of at least 0');
  }
  if (!Number.isSafeInteger(atMs)) throw new RangeError('atMs must be an integer');
}

/** A hand at the meter closes a switch that waits for it. */
function pressReconnect(draft: Draft): void {
  if (draft.loadSwitch === 'readyForReconnection') pressAfterTrips(draft);
}

/** Time with mains counts; time without only passes, and leaves a gap in the profile. */
function passTime(draft: Draft, input: MeterInput): number {
  const powerPresent = input.powerPresent ?? true;
  const moved = input.atMs > draft.inputAtMs;
  const before = draft.atMs;
  draft.inputAtMs = Math.max(draft.inputAtMs, input.atMs);
  const toMs = Math.max(before, draft.inputAtMs + draft.clockOffsetMs);
  if (draft.powerPresent && powerPresent) {
    if (!moved) {
      // What changed from outside (rules, thresholds) holds at once.
      settleCalendar(draft);
      settleSupply(draft);
      return 0;
    }
    return countTime(draft, input, toMs);
  }
  if (draft.powerPresent) {
    record(draft, { code: 'powerFailed' });
    flagProfile(draft, 'powerFailed');
    draft.powerW = 0;
  }
  skipTo(draft, toMs);
  if (!draft.powerPresent && powerPresent) {
    record(draft, { code: 'powerRestored', outageMs: outageOf(draft, toMs) });
    flagProfile(draft, 'powerFailed');
  }
  draft.powerPresent = powerPresent;
  if (powerPresent) {
    settleCalendar(draft);
    settleSupply(draft);
  }
  return 0;
}

function countTime(draft: Draft, input: MeterInput, toMs: number): number {
  const exported = input.exportMilliWh ?? 0;
  // Where export is not allowed, what is led backwards is taken like any demand.
  const isReverse = exported > 0 && draft.config.exportAllowed !== true;
  const taken = (input.demandMilliWh ?? 0) + (isReverse ? exported : 0);
  const demandMilliWh = taken + draft.heldMilliWh;
  const phasesW = input.phasesW ?? null;
  if (toMs <= draft.atMs) {
    // The clock was set back: energy waits until the meter's time moves again.
    draft.heldMilliWh = demandMilliWh;
    return 0;
  }
  draft.heldMilliWh = 0;
  if (isReverse || draft.tamper.sinceMs.reverseEnergy !== undefined)
    observeReverse(draft, isReverse);
  const flowed = advance(draft, { toMs, demandMilliWh, phasesW });
  if (exported > 0 && !isReverse) {
    draft.exportMilliWh += exported;
    countPhases(draft, 'exportMilliWh', { milliWh: exported, loads: phasesW });
  }
  return flowed;
}

/** Moves the clock without counting. */
export function skipTo(draft: Draft, toMs: number): void {
  draft.atMs = Math.max(draft.atMs, toMs);
}

function outageOf(draft: Draft, nowMs: number): number {
  const failed = draft.eventLog.findLast((event) => event.code === 'powerFailed');
  return Math.max(0, nowMs - (failed?.atMs ?? nowMs));
}
