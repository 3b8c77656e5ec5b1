// Credit and the load switch: when to warn, when to open, when protection keeps supply on, when to
// close again.

import { mayDisconnect } from '@prewatt/protection';
import { record } from './log.ts';
import { availableMilliWhOf, type Draft } from './state.ts';

/** Rules without an end in sight are asked again after this long: they may have changed. */
const askAgainMs = 86_400_000;

/** Brings warnings and switch in line with the credit at the draft's instant. */
export function settleSupply(draft: Draft): void {
  const available = availableMilliWhOf(draft);
  settleWarnings(draft, available);
  if (available > 0) {
    draft.protectedUntilMs = null;
    if (draft.loadSwitch === 'disconnected') reconnect(draft);
    return;
  }
  if (draft.loadSwitch === 'readyForReconnection') draft.loadSwitch = 'disconnected';
  if (draft.loadSwitch === 'connected') openUnlessProtected(draft);
}

/** A hand at the meter closes a switch that waits for it. */
export function pressReconnect(draft: Draft): void {
  if (draft.loadSwitch !== 'readyForReconnection') return;
  draft.loadSwitch = 'connected';
  record(draft, { code: 'loadSwitchClosed', cause: 'hand' });
}

function settleWarnings(draft: Draft, available: number): void {
  const thresholdMilliWh = draft.config.lowCreditThresholdWh * 1000;
  // A tenth above the threshold, so that credit that hovers there warns once.
  const clearedAt = thresholdMilliWh + Math.max(Math.floor(thresholdMilliWh / 10), 1);
  if (!draft.lowCredit && available <= thresholdMilliWh) {
    draft.lowCredit = true;
    record(draft, {
      code: 'creditLow',
      availableEnergyWh: Math.max(0, Math.floor(available / 1000)),
    });
  } else if (draft.lowCredit && available >= clearedAt) {
    draft.lowCredit = false;
  }
  if (!draft.exhausted && available <= 0) {
    draft.exhausted = true;
    record(draft, { code: 'creditExhausted' });
  } else if (draft.exhausted && available > 0) {
    draft.exhausted = false;
  }
}

function reconnect(draft: Draft): void {
  if (draft.config.reconnection === 'manual') {
    draft.loadSwitch = 'readyForReconnection';
    return;
  }
  draft.loadSwitch = 'connected';
  record(draft, { code: 'loadSwitchClosed', cause: 'credit' });
}

function openUnlessProtected(draft: Draft): void {
  if (draft.protectedUntilMs !== null && draft.atMs < draft.protectedUntilMs) return;
  const { protection, zone, vulnerable } = draft.config;
  const answer = mayDisconnect(protection, { atMs: draft.atMs, zone, vulnerable });
  if (answer.allowed) {
    draft.loadSwitch = 'disconnected';
    draft.powerW = 0;
    draft.protectedUntilMs = null;
    record(draft, { code: 'loadSwitchOpened', cause: 'credit' });
    return;
  }
  if (draft.protectedUntilMs === null) record(draft, { code: 'protectedSupply' });
  draft.protectedUntilMs = answer.until ?? draft.atMs + askAgainMs;
}
