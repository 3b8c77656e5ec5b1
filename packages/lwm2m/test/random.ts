// Repeatable chance for the tests: the same seed gives the same run.

export type Random = {
  /** A whole number from 0 up to below `below`. */
  readonly below: (below: number) => number;
  readonly bytes: (count: number) => Uint8Array;
  readonly chance: (oneIn: number) => boolean;
};

/** Mulberry32. */
export function createRandom(seed: number): Random {
  let state = seed >>> 0;
  const next = (): number => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 0x1_0000_0000;
  };
  const below = (limit: number): number => Math.floor(next() * limit);
  return {
    below,
    bytes: (count) => Uint8Array.from({ length: count }, () => below(256)),
    chance: (oneIn) => below(oneIn) === 0,
  };
}
