// EA07, the STA cipher (IEC 62055-41 clause 6.5.4): 64-bit block, 64-bit key, 16 rounds of nibble
// substitution chosen by key bits and a bit permutation. Both steps are merged into tables indexed
// by byte position, the two selector bits and the byte; a key keeps its table offsets, two 32-bit
// halves.

/**
 * The two substitution tables and the bit permutation (source bit i goes to bit permutation[i]).
 */
export type StaBoxes = {
  readonly substitution1: readonly number[];
  readonly substitution2: readonly number[];
  readonly permutation: readonly number[];
};

/** One keyed cipher; `out[0]` receives bits 63..32 and `out[1]` bits 31..0. */
export type BlockCipher = {
  readonly encrypt: (high: number, low: number, out: Uint32Array) => void;
  readonly decrypt: (high: number, low: number, out: Uint32Array) => void;
};

/** The working tables of EA07, as several public implementations carry them. */
export const staBoxes: StaBoxes = {
  substitution1: [14, 10, 7, 9, 12, 3, 2, 5, 13, 0, 15, 1, 4, 8, 6, 11],
  substitution2: [12, 8, 2, 13, 7, 6, 1, 3, 11, 5, 9, 15, 0, 4, 10, 14],
  permutation: [
    55, 42, 10, 18, 24, 21, 44, 35, 2, 22, 56, 43, 27, 58, 9, 50, 6, 36, 12, 61, 37, 38, 53, 16, 62,
    3, 7, 4, 32, 20, 63, 25, 51, 52, 54, 33, 49, 19, 46, 29, 48, 31, 23, 30, 41, 28, 13, 5, 40, 60,
    39, 11, 15, 17, 1, 0, 57, 34, 59, 8, 47, 14, 45, 26,
  ],
};

/** Bits 63..32 and bits 31..0 of a 64-bit contribution. */
type Halves = readonly [Uint32Array, Uint32Array];

type MergedTables = {
  /** Index: byte position << 10 | selector pair << 8 | byte. */
  readonly forward: Halves;
  readonly backward: Halves;
  /** Index: byte position << 8 | byte. The inverse permutation alone. */
  readonly unpermuted: Halves;
  /** Index: selector pair << 8 | byte. The inverse substitution alone. */
  readonly unsubstituted: Uint8Array;
};

const inverseOf = (values: readonly number[]): number[] => {
  const inverse: number[] = [];
  values.forEach((value, index) => {
    inverse[value] = index;
  });
  return inverse;
};

/**
 * Sets the bits of `byte` at `position`, moved by `permutation`, in entry `index` of both halves.
 */
function scatter(
  halves: Halves,
  index: number,
  o: { readonly byte: number; readonly position: number; readonly permutation: readonly number[] },
): void {
  for (let bit = 0; bit < 8; bit += 1) {
    if (((o.byte >>> bit) & 1) === 0) continue;
    const target = o.permutation[o.position * 8 + bit] as number;
    const half = target >= 32 ? halves[0] : halves[1];
    half[index] = ((half[index] as number) | (1 << (target & 31))) >>> 0;
  }
}

const substitute = (pair: number, byte: number, boxes: readonly (readonly number[])[]): number =>
  ((boxes[pair >>> 1]?.[byte >>> 4] as number) << 4) | (boxes[pair & 1]?.[byte & 15] as number);

function mergeTables(boxes: StaBoxes): MergedTables {
  const substitutions = [boxes.substitution1, boxes.substitution2];
  const inverses = substitutions.map(inverseOf);
  const unpermutation = inverseOf(boxes.permutation);
  const halves = (count: number): Halves => [new Uint32Array(count), new Uint32Array(count)];
  const forward = halves(8192);
  const backward = halves(8192);
  const unpermuted = halves(2048);
  const unsubstituted = new Uint8Array(1024);
  for (let position = 0; position < 8; position += 1) {
    for (let byte = 0; byte < 256; byte += 1) {
      const at = { byte, position, permutation: unpermutation };
      scatter(unpermuted, (position << 8) | byte, at);
      for (let pair = 0; pair < 4; pair += 1) {
        const index = (position << 10) | (pair << 8) | byte;
        const permutation = boxes.permutation;
        const changed = substitute(pair, byte, substitutions);
        scatter(forward, index, { position, permutation, byte: changed });
        const restored = substitute(pair, byte, inverses);
        scatter(backward, index, { ...at, byte: restored });
        unsubstituted[(pair << 8) | byte] = restored;
      }
    }
  }
  return { forward, backward, unpermuted, unsubstituted };
}

/** Table offsets (position << 10 | selector pair << 8) for 16 rounds of 8 bytes. */
function roundOffsets(key: Uint8Array): Uint16Array {
  const keyBit = (bit: number): number => ((key[7 - (bit >>> 3)] as number) >>> (bit & 7)) & 1;
  // Key alignment: complement, then rotate right by 12; the selector of nibble i in round r is bit
  // 4i + 3 - r of that, so bit 4i + 15 - r of the complement.
  const selector = (nibble: number, round: number): number =>
    1 - keyBit((4 * nibble + 15 - round + 64) & 63);
  const offsets = new Uint16Array(128);
  for (let round = 0; round < 16; round += 1) {
    for (let position = 0; position < 8; position += 1) {
      const pair = (selector(2 * position + 1, round) << 1) | selector(2 * position, round);
      offsets[round * 8 + position] = (position << 10) | (pair << 8);
    }
  }
  return offsets;
}

/** One merged round: eight look-ups, both halves xored together into `out`. */
function mergedRound(offsets: Uint16Array, base: number, tables: Halves, out: Uint32Array): void {
  const high = out[0] as number;
  const low = out[1] as number;
  const a = (offsets[base] as number) | (low & 255);
  const b = (offsets[base + 1] as number) | ((low >>> 8) & 255);
  const c = (offsets[base + 2] as number) | ((low >>> 16) & 255);
  const d = (offsets[base + 3] as number) | (low >>> 24);
  const e = (offsets[base + 4] as number) | (high & 255);
  const f = (offsets[base + 5] as number) | ((high >>> 8) & 255);
  const g = (offsets[base + 6] as number) | ((high >>> 16) & 255);
  const h = (offsets[base + 7] as number) | (high >>> 24);
  const t0 = tables[0];
  const t1 = tables[1];
  out[0] =
    (t0[a] as number) ^
    (t0[b] as number) ^
    (t0[c] as number) ^
    (t0[d] as number) ^
    (t0[e] as number) ^
    (t0[f] as number) ^
    (t0[g] as number) ^
    (t0[h] as number);
  out[1] =
    (t1[a] as number) ^
    (t1[b] as number) ^
    (t1[c] as number) ^
    (t1[d] as number) ^
    (t1[e] as number) ^
    (t1[f] as number) ^
    (t1[g] as number) ^
    (t1[h] as number);
}

/** Makes the cipher family of one set of boxes; the merged tables are built at the first key. */
export function createSta(boxes: StaBoxes): (key: Uint8Array) => BlockCipher {
  let merged: MergedTables | null = null;
  return (key) => {
    merged ??= mergeTables(boxes);
    const { forward, backward, unpermuted, unsubstituted } = merged;
    const offsets = roundOffsets(key);
    return {
      encrypt(high, low, out) {
        out[0] = high;
        out[1] = low;
        for (let base = 0; base < 128; base += 8) mergedRound(offsets, base, forward, out);
      },
      decrypt(high, low, out) {
        unpermute(unpermuted, high, low, out);
        // Undoing a substitution and the permutation before it is one look-up; round 0 has none
        // before.
        for (let base = 120; base > 0; base -= 8) mergedRound(offsets, base, backward, out);
        unsubstitute(unsubstituted, offsets, out);
      },
    };
  };
}

function unpermute(tables: Halves, high: number, low: number, out: Uint32Array): void {
  let newHigh = 0;
  let newLow = 0;
  for (let position = 0; position < 8; position += 1) {
    const half = position < 4 ? low : high;
    const index = (position << 8) | ((half >>> ((position & 3) * 8)) & 255);
    newHigh ^= tables[0][index] as number;
    newLow ^= tables[1][index] as number;
  }
  out[0] = newHigh;
  out[1] = newLow;
}

function unsubstitute(table: Uint8Array, offsets: Uint16Array, out: Uint32Array): void {
  let high = 0;
  let low = 0;
  for (let position = 0; position < 8; position += 1) {
    const shift = (position & 3) * 8;
    const half = (position < 4 ? out[1] : out[0]) as number;
    const pair = (offsets[position] as number) & 0x300;
    const byte = (table[pair | ((half >>> shift) & 255)] as number) << shift;
    if (position < 4) low |= byte;
    else high |= byte;
  }
  out[0] = high;
  out[1] = low;
}

/** EA07 with the working tables, for an 8-byte decoder key. */
export const createEa07: (key: Uint8Array) => BlockCipher = createSta(staBoxes);
