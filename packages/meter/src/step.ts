// One step of the meter: time, demand and inputs in, the next state and what leaves the meter out.

import type { DownMessage, TokenOutcome, UpMessage } from '@prewatt/protocol';
import { advance } from './advance.ts';
import { receive, send } from './head-end-link.ts';
import { record } from './log.ts';
import type { Draft, MeterState, StoredEvent } from './state.ts';
import { pressReconnect, settleSupply } from './supply.ts';
import { enterToken } from './tokens.ts';
import { outcomeToWire } from './wire.ts';

export type MeterInput = {
  /** An instant at or before the meter's own counts nothing: a meter's time does not run back. */
  readonly atMs: number;
  /**
   * Milliwatt-hours (integer) that the home would draw from the last step until now with supply on.
   */
  readonly demandMilliWh?: number;
  /** Power that the home draws now with supply on. */
  readonly demandW?: number;
  /** Mains at the meter since the last step; absent = present. */
  readonly powerPresent?: boolean;
  /** Whether messages can leave; absent = as before. */
  readonly linkUp?: boolean;
  /** Digits that a person finished entering. */
  readonly keypad?: string;
  readonly reconnectPressed?: boolean;
  readonly coverOpened?: boolean;
  readonly received?: readonly DownMessage[];
};

export type MeterOutput = {
  /**
   * To be sent only after the state is stored: a number once sent must not be given to another
   * message.
   */
  readonly messages: readonly UpMessage[];
  /** Milliwatt-hours that flowed. */
  readonly flowedMilliWh: number;
  /** Answer to `keypad`. */
  readonly keypadOutcome: TokenOutcome | null;
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
  const demandMilliWh = input.demandMilliWh ?? 0;
  if (!Number.isSafeInteger(demandMilliWh) || demandMilliWh < 0) {
    throw new RangeError('demandMilliWh must be an integer of at least 0');
  }
  if (!Number.isSafeInteger(input.atMs)) throw new RangeError('atMs must be an integer');
  const draft: Draft = { ...state };
  const flowedMilliWh = passTime(draft, input, demandMilliWh);
  const linkUp = input.linkUp ?? state.linkUp;
  const linkCameUp = linkUp && (!state.linkUp || !state.powerPresent);
  draft.linkUp = linkUp;
  let keypadOutcome: TokenOutcome | null = null;
  if (draft.powerPresent) {
    if (input.coverOpened === true) {
      record(draft, {
        code: 'coverOpened',
        evidence: {
          importEnergyWh: Math.floor(draft.importMilliWh / 1000),
          powerW: draft.powerW,
          exportEnergyWh: 0,
        },
      });
    }
    if (input.keypad !== undefined && input.keypad !== '') {
      keypadOutcome = outcomeToWire(enterToken(draft, input.keypad, 'keypad'));
    }
    for (const message of input.received ?? []) receive(draft, message);
    if (input.reconnectPressed === true) pressReconnect(draft);
    draft.powerW = draft.loadSwitch === 'connected' ? Math.round(input.demandW ?? 0) : 0;
  }
  // Whoever watches wants to see a top-up or a cut at once, not at the next report.
  if (draft.eventSequence !== state.eventSequence) draft.nextStateAtMs = draft.atMs;
  const messages = send(draft, linkCameUp);
  const events = draft.eventLog.filter((event) => event.sequence > state.eventSequence);
  const mustStore =
    messages.length > 0 || events.length > 0 || draft.loadSwitch !== state.loadSwitch;
  return { state: draft, outputs: { messages, flowedMilliWh, keypadOutcome, events, mustStore } };
}

/** Time with mains counts; time without only passes, and leaves a gap in the profile. */
function passTime(draft: Draft, input: MeterInput, demandMilliWh: number): number {
  const powerPresent = input.powerPresent ?? true;
  if (draft.powerPresent && powerPresent) {
    return advance(draft, Math.max(draft.atMs, input.atMs), demandMilliWh);
  }
  if (draft.powerPresent) {
    record(draft, { code: 'powerFailed' });
    draft.powerW = 0;
  }
  const failedAtMs = draft.atMs;
  draft.atMs = Math.max(draft.atMs, input.atMs);
  if (!draft.powerPresent && powerPresent) {
    record(draft, { code: 'powerRestored', outageMs: draft.atMs - failedAtMs });
  }
  draft.powerPresent = powerPresent;
  if (powerPresent) settleSupply(draft);
  return 0;
}
