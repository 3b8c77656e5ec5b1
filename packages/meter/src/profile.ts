// The load profile: an entry at each interval's end by the meter's clock, kept for 30 days without
// a link, with a flag where an interval is not whole.

import type { ProfileFlag } from '@prewatt/protocol';
import { appendEntry, flagInterval, takeEntries } from './profile-store.ts';
import type { Draft } from './state.ts';

/** How long a meter without a link keeps its profile. */
const profileDays = 30;

export const intervalMsOf = (draft: Draft): number => draft.config.profileIntervalMinutes * 60_000;

/** Writes the registers as they stand at the end of an interval. */
export function recordProfile(draft: Draft): void {
  const intervalMs = intervalMsOf(draft);
  draft.profile = appendEntry(draft.profile, {
    endsAtMs: draft.atMs,
    intervalMs,
    importWh: Math.floor(draft.importMilliWh / 1000),
    exportWh: Math.floor(draft.exportMilliWh / 1000),
  });
  const excess = draft.profile.count - (profileDays * 86_400_000) / intervalMs;
  if (excess <= 0) return;
  draft.lostProfileEntries += excess;
  draft.profile = takeEntries(draft.profile, excess).rest;
}

/** The interval that runs now is not whole: power was away, or the clock was set. */
export function flagProfile(draft: Draft, flag: ProfileFlag): void {
  draft.profile = flagInterval(draft.profile, flag);
}
