// Setting the clock. Forwards the clock jumps, and what it jumps over was not counted. Backwards it
// stands still until time has caught up, so that no interval, day or hour is lived twice; energy
// that flows meanwhile counts when it moves again.

import { record } from './log.ts';
import { flagProfile } from './profile.ts';
import type { Draft } from './state.ts';
import type { StoredCommandResult } from './stored.ts';

/** Further than this a clock is not set, but repaired. */
const furthestForwardMs = 31 * 86_400_000;
const furthestBackMs = 3_600_000;

export function setClock(draft: Draft, toMs: number): StoredCommandResult {
  const errorMs = draft.inputAtMs + draft.clockOffsetMs - toMs;
  if (errorMs > furthestBackMs || -errorMs > furthestForwardMs) {
    return { kind: 'refused', reason: 'range' };
  }
  const beforeMs = draft.atMs;
  draft.clockOffsetMs -= errorMs;
  draft.atMs = Math.max(draft.atMs, toMs);
  if (errorMs !== 0) flagProfile(draft, 'clockAdjusted');
  record(draft, { code: 'clockSet', beforeMs });
  return { kind: 'setClock', errorMs };
}
