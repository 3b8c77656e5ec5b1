// The supply switch (COSEM class 70): three states, decided by why it is open. Nothing keeps it
// open and no hand is awaited: connected. A hand is awaited: readyForReconnection. Otherwise it is
// disconnected. Its control mode (control-mode.ts) says which ways there are between them.

import {
  type CloseCause,
  type ControlMode,
  type OpenCause,
  type OpenReason,
  openReasons,
} from '@prewatt/protocol';
import { allows, needsHandAfter, neverOpens, openingOf } from './control-mode.ts';
import { record } from './log.ts';
import type { Draft, MeterState } from './state.ts';

const bitOf = (reason: OpenReason): number => 1 << openReasons.indexOf(reason);
export const creditBit = bitOf('credit');

export const isOpenFor = (state: MeterState | Draft, reason: OpenReason): boolean =>
  (state.openReasons & bitOf(reason)) !== 0;

export const openReasonsOf = (state: MeterState | Draft): OpenReason[] =>
  openReasons.filter((reason) => isOpenFor(state, reason));

/** Whether something keeps the switch open after which only a hand closes it. */
export const handIsNeeded = (state: MeterState | Draft): boolean =>
  openReasonsOf(state).some((reason) => needsHandAfter(state, reason));

/** Opens, or keeps open, for a reason. False where the control mode has no such opening. */
export function openFor(draft: Draft, reason: OpenReason): boolean {
  if (!allows(draft, openingOf(reason))) return false;
  if (isOpenFor(draft, reason)) return true;
  draft.openReasons |= bitOf(reason);
  if (needsHandAfter(draft, reason)) draft.armed = true;
  settle(draft, reason);
  return true;
}

/** The reason is gone; what else keeps the switch open still does. */
export function closeFor(draft: Draft, reason: OpenReason, cause: CloseCause): void {
  if (!isOpenFor(draft, reason)) return;
  draft.openReasons &= ~bitOf(reason);
  settle(draft, cause);
}

/** What `remote_reconnect` came to: refused where the mode leaves the rest to a hand. */
export type RemoteClosing = 'done' | 'refused';

/**
 * Ends a hold from afar (a or d, whichever the mode has). Of a switch that waits for a hand only a
 * meter without one of the seven modes lets go from afar.
 */
export function closeRemotely(draft: Draft): RemoteClosing {
  if (!allows(draft, 'a')) {
    closeFor(draft, 'remote', 'remote');
    return 'done';
  }
  const isHeld = isOpenFor(draft, 'remote');
  if (isHeld || draft.settings.controlMode === null) {
    draft.openReasons &= ~bitOf('remote');
    draft.armed = handIsNeeded(draft);
    settle(draft, 'remote');
    return 'done';
  }
  return draft.loadSwitch === 'readyForReconnection' ? 'refused' : 'done';
}

/** Ends a hold and leaves the rest to a hand (d). The caller has seen that the mode allows it. */
export function armRemotely(draft: Draft): void {
  if (draft.loadSwitch !== 'connected') draft.armed = true;
  draft.openReasons &= ~bitOf('remote');
  settle(draft, 'remote');
}

/** A hand at the meter closes the switch (e), if nothing but a hand keeps it open. */
export function closeByHand(draft: Draft): void {
  draft.openReasons &= ~bitOf('hand');
  draft.armed = handIsNeeded(draft);
  settle(draft, 'hand');
}

/** From now on a hand must close the switch. */
export function awaitHand(draft: Draft): void {
  draft.armed = true;
  settle(draft, 'remote');
}

/**
 * Another control mode. It moves no switch: where the new one has no way back for what keeps the
 * switch open, a hand is awaited. Only mode 0 closes, and only what want of credit keeps open.
 */
export function setControlMode(draft: Draft, controlMode: ControlMode | null): boolean {
  if (controlMode === 0 && (draft.armed || (draft.openReasons & ~creditBit) !== 0)) return false;
  draft.settings = { ...draft.settings, controlMode };
  adoptMode(draft);
  settle(draft, 'remote');
  return true;
}

/** Brings a switch in line with a mode that has changed around it. */
export function adoptMode(draft: Draft): void {
  if (neverOpens(draft)) {
    draft.openReasons = 0;
    draft.armed = false;
  } else if (handIsNeeded(draft)) {
    draft.armed = true;
  }
}

/** Opens and closes once, as test 1 of IEC 62055-41 asks; an open switch stays open. */
export function testSwitch(draft: Draft): void {
  if (draft.loadSwitch !== 'connected' || neverOpens(draft)) return;
  record(draft, { code: 'loadSwitchOpened', cause: 'test' });
  record(draft, { code: 'loadSwitchClosed', cause: 'test' });
}

function settle(draft: Draft, cause: OpenReason | CloseCause): void {
  const before = draft.loadSwitch;
  const after =
    draft.openReasons !== 0 ? 'disconnected' : draft.armed ? 'readyForReconnection' : 'connected';
  if (before === after) return;
  draft.loadSwitch = after;
  if (before === 'connected') {
    draft.powerW = 0;
    draft.protectedUntilMs = null;
    record(draft, { code: 'loadSwitchOpened', cause: cause as OpenCause });
  } else if (after === 'connected') {
    record(draft, { code: 'loadSwitchClosed', cause: cause as CloseCause });
  }
}
