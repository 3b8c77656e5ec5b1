// Two slots for one state, written in turn: a write that power cuts short spoils the older slot,
// and the newer one still holds. The device (a flash page, a file) is the caller's.

import { err, ok, type Result } from '@prewatt/quantities';
import { type RestoreError, restoreGeneration, serialiseMeter } from './serialise.ts';
import type { MeterState } from './state.ts';

export type SlotIndex = 0 | 1;
/** What the two slots hold; null = never written. */
export type Slots = readonly [string | null, string | null];

/** Where the newest whole state is; null for a device that has never held one. */
export type Loaded = {
  readonly state: MeterState;
  readonly slot: SlotIndex;
  readonly generation: number;
};

/**
 * The newest whole state. A torn first write is as good as none: nothing left the meter before it
 * was whole. An error when something was stored and none of it can be trusted.
 */
export function loadSlots(slots: Slots): Result<Loaded | null, RestoreError> {
  const [first, second] = slots.map((text) => (text === null ? null : restoreGeneration(text)));
  const whole = ([first, second] as const).flatMap((restored, index) =>
    restored?.ok === true ? [{ ...restored.value, slot: index as SlotIndex }] : [],
  );
  const newest = whole.toSorted((a, b) => b.generation - a.generation)[0];
  if (newest !== undefined) return ok(newest);
  const fault = [first, second].find((restored) => restored?.ok === false);
  if (fault === undefined || fault === null || fault.ok) return ok(null);
  return isTornFirstWrite(slots) ? ok(null) : err(fault.error);
}

/** The write that stores a state after what was loaded or written last: into the other slot. */
export function nextWrite(
  state: MeterState,
  last: { readonly slot: SlotIndex; readonly generation: number } | null,
): { readonly slot: SlotIndex; readonly generation: number; readonly text: string } {
  const generation = (last?.generation ?? 0) + 1;
  const slot = last?.slot === 0 ? 1 : 0;
  return { slot, generation, text: serialiseMeter(state, generation) };
}

/** Only the first slot was ever written to, and that write did not come to its end. */
function isTornFirstWrite([first, second]: Slots): boolean {
  if (second !== null || first === null) return false;
  const begin = /^\{"schema":\d+,"generation":1,/;
  return first.length < 40 || (begin.test(first) && !first.endsWith('}}'));
}
