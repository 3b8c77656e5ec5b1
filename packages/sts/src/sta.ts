// EA07, the STA cipher (IEC 62055-41 clause 6.5.4): 64-bit block, 64-bit key, 16 rounds of nibble
// substitution chosen by key bits and a bit permutation. Both steps are merged into tables indexed
// by byte position, the two selector bits and the byte; a key keeps its table offsets. The two
// 32-bit halves of an entry stand beside each other, so that one look-up touches one line of cache.

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

/** Of each entry bits 63..32, then bits 31..0, of a 64-bit contribution. */
type Halves = Int32Array;

type MergedTables = {
  /** Entry: byte position << 10 | selector pair << 8 | byte. */
  readonly forward: Halves;
  readonly backward: Halves;
  /** Entry: byte position << 8 | byte. The inverse permutation alone. */
  readonly unpermuted: Halves;
  /** The inverse substitution alone. */
  readonly unsubstituted: Halves;
};

const inverseOf = (values: readonly number[]): number[] => {
  const inverse: number[] = [];
  values.forEach((value, index) => {
    inverse[value] = index;
  });
  return inverse;
};

/** Sets the bits of `byte` at `position`, moved by `permutation`, in an entry. */
function scatter(
  halves: Halves,
  entry: number,
  o: { readonly byte: number; readonly position: number; readonly permutation: readonly number[] },
): void {
  for (let bit = 0; bit < 8; bit += 1) {
    if (((o.byte >>> bit) & 1) === 0) continue;
    const target = o.permutation[o.position * 8 + bit] as number;
    const at = 2 * entry + (target >= 32 ? 0 : 1);
    halves[at] = (halves[at] as number) | (1 << (target & 31));
  }
}

const substitute = (pair: number, byte: number, boxes: readonly (readonly number[])[]): number =>
  ((boxes[pair >>> 1]?.[byte >>> 4] as number) << 4) | (boxes[pair & 1]?.[byte & 15] as number);

function mergeTables(boxes: StaBoxes): MergedTables {
  const substitutions = [boxes.substitution1, boxes.substitution2];
  const inverses = substitutions.map(inverseOf);
  const unpermutation = inverseOf(boxes.permutation);
  const halves = (entries: number): Halves => new Int32Array(2 * entries);
  const forward = halves(8192);
  const backward = halves(8192);
  const unpermuted = halves(2048);
  const unsubstituted = halves(8192);
  const unmoved = boxes.permutation.map((_, bit) => bit);
  for (let position = 0; position < 8; position += 1) {
    for (let byte = 0; byte < 256; byte += 1) {
      const at = { byte, position, permutation: unpermutation };
      scatter(unpermuted, (position << 8) | byte, at);
      for (let pair = 0; pair < 4; pair += 1) {
        const entry = (position << 10) | (pair << 8) | byte;
        const permutation = boxes.permutation;
        const changed = substitute(pair, byte, substitutions);
        scatter(forward, entry, { position, permutation, byte: changed });
        const restored = substitute(pair, byte, inverses);
        scatter(backward, entry, { ...at, byte: restored });
        scatter(unsubstituted, entry, { position, permutation: unmoved, byte: restored });
      }
    }
  }
  return { forward, backward, unpermuted, unsubstituted };
}

/** Where entries begin (twice position << 10 | selector pair << 8), for 16 rounds of 8 bytes. */
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
      offsets[round * 8 + position] = 2 * ((position << 10) | (pair << 8));
    }
  }
  return offsets;
}

/** Merged rounds of `out` from an offset to another, eight look-ups each. */
function mergedRounds(
  table: Halves,
  offsets: Uint16Array,
  out: Uint32Array,
  [first, end]: readonly [number, number],
): void {
  const step = first < end ? 8 : -8;
  let high = (out[0] as number) | 0;
  let low = (out[1] as number) | 0;
  for (let base = first; base !== end; base += step) {
    const a = (offsets[base] as number) | ((low << 1) & 510);
    const b = (offsets[base + 1] as number) | ((low >>> 7) & 510);
    const c = (offsets[base + 2] as number) | ((low >>> 15) & 510);
    const d = (offsets[base + 3] as number) | ((low >>> 23) & 510);
    const e = (offsets[base + 4] as number) | ((high << 1) & 510);
    const f = (offsets[base + 5] as number) | ((high >>> 7) & 510);
    const g = (offsets[base + 6] as number) | ((high >>> 15) & 510);
    const h = (offsets[base + 7] as number) | ((high >>> 23) & 510);
    high =
      (table[a] as number) ^
      (table[b] as number) ^
      (table[c] as number) ^
      (table[d] as number) ^
      (table[e] as number) ^
      (table[f] as number) ^
      (table[g] as number) ^
      (table[h] as number);
    low =
      (table[a + 1] as number) ^
      (table[b + 1] as number) ^
      (table[c + 1] as number) ^
      (table[d + 1] as number) ^
      (table[e + 1] as number) ^
      (table[f + 1] as number) ^
      (table[g + 1] as number) ^
      (table[h + 1] as number);
  }
  out[0] = high;
  out[1] = low;
}

const encrypting = [0, 128] as const;
const decrypting = [120, 0] as const;
const oneRound = [0, 8] as const;
const plainOffsets = Uint16Array.from({ length: 8 }, (_, position) => position << 9);

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
        mergedRounds(forward, offsets, out, encrypting);
      },
      decrypt(high, low, out) {
        out[0] = high;
        out[1] = low;
        mergedRounds(unpermuted, plainOffsets, out, oneRound);
        // Undoing a substitution and the permutation before it is one look-up; round 0 has none
        // before.
        mergedRounds(backward, offsets, out, decrypting);
        mergedRounds(unsubstituted, offsets, out, oneRound);
      },
    };
  };
}

/** EA07 with the working tables, for an 8-byte decoder key. */
export const createEa07: (key: Uint8Array) => BlockCipher = createSta(staBoxes);
