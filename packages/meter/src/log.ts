// Numbered events: written here, bounded here, counted when memory had to push one out.

import type { Draft } from './state.ts';
import type { StoredEvent } from './stored.ts';

const logLength = 100;
const pendingEventsLimit = 1000;

type Unnumbered<E> = E extends unknown ? Omit<E, 'sequence' | 'atMs'> : never;

/** Appends an event at the draft's instant. */
export function record(draft: Draft, event: Unnumbered<StoredEvent>): void {
  draft.eventSequence += 1;
  const numbered = { sequence: draft.eventSequence, atMs: draft.atMs, ...event } as StoredEvent;
  draft.eventLog = [...draft.eventLog.slice(1 - logLength), numbered];
  const pending = [...draft.pendingEvents, numbered];
  const excess = Math.max(0, pending.length - pendingEventsLimit);
  draft.lostEvents += excess;
  draft.pendingEvents = excess === 0 ? pending : pending.slice(excess);
}
