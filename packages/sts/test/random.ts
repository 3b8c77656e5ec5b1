// Repeatable random numbers for tests (mulberry32): the same seed, the same tokens.

/** Numbers and bytes from a seed. */
export type Random = {
  /** 0 to limit - 1; limit up to 2^32. */
  readonly below: (limit: number) => number;
  readonly bytes: (length: number) => Uint8Array;
};

export function createRandom(seed: number): Random {
  let state = seed >>> 0;
  const next = (): number => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = state;
    t = Math.imul(t ^ (t >>> 15), t | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
  };
  const below = (limit: number): number => Math.floor(next() * limit);
  return {
    below,
    bytes: (length) => Uint8Array.from({ length }, () => below(256)),
  };
}
