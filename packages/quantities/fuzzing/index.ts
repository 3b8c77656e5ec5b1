// What fuzz tests of codecs share: repeatable chance, a real input made wrong, and targets that
// take any bytes. For tests alone; each package says what its inputs and targets are.

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

/** One codec or machine: takes any bytes, throws on none. */
export type FuzzTarget = { readonly name: string; readonly feed: (bytes: Uint8Array) => void };

/** One of the seeds, often cut, with up to three bytes changed. */
export function spoilt(
  random: Random,
  seeds: readonly Uint8Array[],
  otherByte: () => number = () => random.below(256),
): Uint8Array {
  const seed = seeds[random.below(seeds.length)] ?? new Uint8Array(0);
  const bytes = seed.slice(0, random.chance(4) ? random.below(seed.length + 1) : seed.length);
  for (let changes = random.below(4); changes > 0 && bytes.length > 0; changes -= 1) {
    bytes[random.below(bytes.length)] = otherByte();
  }
  return bytes;
}

/** Feeds `count` inputs; throws with the input in hexadecimal where a target throws. */
export function fuzz(target: FuzzTarget, nextInput: () => Uint8Array, count: number): void {
  for (let index = 0; index < count; index += 1) {
    const bytes = nextInput();
    try {
      target.feed(bytes);
    } catch (error) {
      throw new Error(`${target.name}, input ${index}: ${bytes.toHex()}`, { cause: error });
    }
  }
}
