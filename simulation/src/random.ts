// Seeded randomness: the same seed gives the same town, so that any failure can be replayed.

import type { RandomBytes } from '@prewatt/quantities';

export type Random = {
  /** A number in [0, 1). */
  readonly next: () => number;
  /** An integer in [from, to]. */
  readonly integer: (from: number, to: number) => number;
  readonly chance: (probability: number) => boolean;
  readonly pick: <T>(values: readonly [T, ...T[]]) => T;
  readonly bytes: RandomBytes;
};

/** A seed of its own for each named part, so that the parts do not disturb each other. */
export function seedFrom(seed: number, name: string): number {
  let hash = (0x811c9dc5 ^ seed) >>> 0;
  for (const character of name) hash = Math.imul(hash ^ character.charCodeAt(0), 0x01000193) >>> 0;
  return hash;
}

/** mulberry32: small, fast, good enough to shake a town. Not for secrets. */
export function createRandom(seed: number): Random {
  let state = seed >>> 0;
  const next = (): number => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), state | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
  return {
    next,
    integer: (from, to) => from + Math.floor(next() * (to - from + 1)),
    chance: (probability) => next() < probability,
    pick: (values) => values[Math.floor(next() * values.length)] ?? values[0],
    bytes: (length) => Uint8Array.from({ length }, () => Math.floor(next() * 256)),
  };
}
