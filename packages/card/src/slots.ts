// Two places for one record, written in turn. Power that fails while one is written leaves the
// other whole: a record counts only with its message authentication code.

import { isZero } from './bytes.ts';
import { headerOf } from './header.ts';
import { type CardKey, macBytes, macOf } from './keys.ts';

export type SlotKind = {
  /** Of the record, in its message authentication code. */
  readonly label: string;
  readonly first: number;
  readonly bytes: number;
};

export const slotCount = 2;

const startOf = (kind: SlotKind, index: number): number => kind.first + index * kind.bytes;

/** A view, not a copy. */
export const slotOf = (image: Uint8Array, kind: SlotKind, index: number): Uint8Array =>
  image.subarray(startOf(kind, index), startOf(kind, index) + kind.bytes);

/** Whether anything was ever written into one of the two. */
export const isUsed = (image: Uint8Array, kind: SlotKind): boolean =>
  !isZero(image.subarray(kind.first, kind.first + slotCount * kind.bytes));

const macOfSlot = (image: Uint8Array, kind: SlotKind, o: { slot: Uint8Array; key: CardKey }) =>
  macOf(o.key, kind.label, headerOf(image), o.slot.subarray(0, kind.bytes - macBytes));

/** The place of the newest record that is proved by the key; null when there is none. */
export function newestOf(
  image: Uint8Array,
  kind: SlotKind,
  o: { readonly key: CardKey; readonly ageOf: (slot: Uint8Array) => number },
): number | null {
  let newest: number | null = null;
  let age = -1;
  for (let index = 0; index < slotCount; index += 1) {
    const slot = slotOf(image, kind, index);
    const mac = macOfSlot(image, kind, { slot, key: o.key });
    const isProved = mac.every((byte, at) => slot[kind.bytes - macBytes + at] === byte);
    if (isProved && o.ageOf(slot) > age) {
      newest = index;
      age = o.ageOf(slot);
    }
  }
  return newest;
}

/** The image with the record in the place that does not hold the newest. */
export function withRecord(
  image: Uint8Array,
  kind: SlotKind,
  o: { readonly key: CardKey; readonly newest: number | null; readonly record: Uint8Array },
): Uint8Array {
  const written = Uint8Array.from(image);
  const slot = slotOf(written, kind, o.newest === 0 ? 1 : 0);
  slot.fill(0);
  slot.set(o.record, 0);
  slot.set(macOfSlot(written, kind, { slot, key: o.key }), kind.bytes - macBytes);
  return written;
}
