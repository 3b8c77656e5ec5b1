// Numbered events and load profile entries: written here, bounded here, counted when memory had to
// push one out.

import type { Draft, StoredEvent } from './state.ts';

const logLength = 100;
const pendingEventsLimit = 1000;
/** How long a meter without a link keeps its profile. */
const profileDays = 30;

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

/** Appends the register as it stands at the end of an interval. */
export function recordProfile(draft: Draft): void {
  const entry = { endsAtMs: draft.atMs, importWh: Math.floor(draft.importMilliWh / 1000) };
  const limit = (profileDays * 1440) / draft.config.profileIntervalMinutes;
  const pending = [...draft.pendingProfile, entry];
  const excess = Math.max(0, pending.length - limit);
  draft.lostProfileEntries += excess;
  draft.pendingProfile = excess === 0 ? pending : pending.slice(excess);
}
