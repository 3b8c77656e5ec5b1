// The supply switch (COSEM class 70): three states, decided by why it is open. Nothing keeps it
// open and no hand is awaited: connected. A hand is awaited: readyForReconnection. Otherwise it is
// disconnected.

import { type CloseCause, type OpenCause, type OpenReason, openReasons } from '@prewatt/protocol';
import { record } from './log.ts';
import type { Draft, MeterState } from './state.ts';

const bitOf = (reason: OpenReason): number => 1 << openReasons.indexOf(reason);
export const creditBit = bitOf('credit');

export const isOpenFor = (state: MeterState | Draft, reason: OpenReason): boolean =>
  (state.openReasons & bitOf(reason)) !== 0;

export const openReasonsOf = (state: MeterState | Draft): OpenReason[] =>
  openReasons.filter((reason) => isOpenFor(state, reason));

/** Opens, or keeps open, for a reason. */
export function openFor(draft: Draft, reason: OpenReason): void {
  if (isOpenFor(draft, reason)) return;
  draft.openReasons |= bitOf(reason);
  // Where a hand closes the switch after credit ended, it does so after any other opening too.
  if (draft.config.reconnection === 'manual') draft.armed = true;
  settle(draft, reason);
}

/** The reason is gone; what else keeps the switch open still does. */
export function closeFor(draft: Draft, reason: OpenReason, cause: CloseCause): void {
  if (!isOpenFor(draft, reason)) return;
  draft.openReasons &= ~bitOf(reason);
  settle(draft, cause);
}

/** From now on a hand must close the switch. */
export function arm(draft: Draft): void {
  draft.armed = true;
  settle(draft, 'remote');
}

/** No hand is needed any more. */
export function disarm(draft: Draft, cause: CloseCause): void {
  draft.armed = false;
  settle(draft, cause);
}

/** Opens and closes once, as test 1 of IEC 62055-41 asks; an open switch stays open. */
export function testSwitch(draft: Draft): void {
  if (draft.loadSwitch !== 'connected') return;
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
