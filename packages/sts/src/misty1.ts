// EA11, the cipher MISTY1 with 8 rounds (RFC 2994; IEC 62055-41 clause 6.5.6): 64-bit block,
// 128-bit key. Word and function names follow the RFC.

import type { BlockCipher } from './sta.ts';

/**
 * A substitution table from the coefficients of its polynomial over single bits, by the Moebius
 * transform. One coefficient for each product of at most `degree` input bits, in the order of the
 * bits' numbers. A tenth of the size of the table itself: browsers load this file.
 */
function tableOf(bits: number, degree: number, coefficients: readonly number[]): Uint16Array {
  const table = new Uint16Array(2 ** bits);
  const weightOf = (n: number): number => (n === 0 ? 0 : (n & 1) + weightOf(n >>> 1));
  let next = 0;
  for (let n = 0; n < table.length; n += 1) {
    if (weightOf(n) > degree) continue;
    table[n] = coefficients[next] as number;
    next += 1;
  }
  for (let bit = 1; bit < table.length; bit *= 2) {
    for (let n = bit; n < table.length; n += 1) {
      if ((n & bit) !== 0) table[n] = (table[n] as number) ^ (table[n ^ bit] as number);
    }
  }
  return table;
}

const s7 = tableOf(
  7,
  3,
  [
    27, 41, 40, 64, 32, 2, 4, 40, 64, 104, 1, 0, 16, 4, 32, 4, 18, 36, 4, 8, 32, 0, 2, 1, 16, 64,
    16, 100, 3, 32, 80, 1, 16, 96, 16, 64, 0, 1, 4, 8, 2, 4, 2, 34, 84, 1, 9, 0, 64, 6, 68, 8, 2,
    68, 8, 2, 4, 0, 8, 3, 16, 96, 1, 16,
  ],
);

const s9 = tableOf(
  9,
  2,
  [
    451, 264, 144, 452, 32, 2, 392, 66, 48, 6, 146, 260, 133, 96, 12, 38, 136, 273, 9, 320, 24, 78,
    16, 6, 161, 19, 384, 48, 284, 34, 384, 12, 65, 37, 128, 96, 184, 68, 354, 128, 24, 259, 73, 2,
    320, 112,
  ],
);

function fi(input: number, key: number): number {
  let d9 = input >>> 7;
  let d7 = input & 127;
  d9 = (s9[d9] as number) ^ d7;
  d7 = (s7[d7] as number) ^ (d9 & 127) ^ (key >>> 9);
  d9 ^= key & 511;
  d9 = (s9[d9] as number) ^ d7;
  return (d7 << 9) | d9;
}

/** Sixteen 16-bit words: K[0..7], then K'[0..7] with K'[i] = FI(K[i], K[i + 1]). */
function expandKey(key: Uint8Array): Uint16Array {
  const words = new Uint16Array(16);
  for (let i = 0; i < 8; i += 1) {
    words[i] = ((key[2 * i] as number) << 8) | (key[2 * i + 1] as number);
  }
  for (let i = 0; i < 8; i += 1) {
    words[8 + i] = fi(words[i] as number, words[(i + 1) & 7] as number);
  }
  return words;
}

function fo(k: Uint16Array, input: number, round: number): number {
  const at = (index: number): number => k[(round + index) & 7] as number;
  const derivedAt = (index: number): number => k[8 + ((round + index) & 7)] as number;
  let t0 = input >>> 16;
  let t1 = input & 0xffff;
  t0 = fi(t0 ^ at(0), derivedAt(5)) ^ t1;
  t1 = fi(t1 ^ at(2), derivedAt(1)) ^ t0;
  t0 = fi(t0 ^ at(7), derivedAt(3)) ^ t1;
  t1 ^= at(4);
  return (t1 << 16) | t0;
}

/** The two key words of FL step `round`: the one of the AND and the one of the OR. */
function flWords(k: Uint16Array, round: number): readonly [number, number] {
  const j = round >>> 1;
  return round % 2 === 0
    ? [k[j] as number, k[8 + ((j + 6) & 7)] as number]
    : [k[8 + ((j + 2) & 7)] as number, k[(j + 4) & 7] as number];
}

function fl(and: number, or: number, input: number): number {
  const high = input >>> 16;
  const low = (input & 0xffff) ^ (high & and);
  return ((high ^ (low | or)) << 16) | low;
}

function flInverse(and: number, or: number, input: number): number {
  const low = input & 0xffff;
  const high = (input >>> 16) ^ (low | or);
  return (high << 16) | (low ^ (high & and));
}

/** EA11 for a 16-byte decoder key, bytes in the order in which DKGA04 gives them. */
export function createEa11(key: Uint8Array): BlockCipher {
  const k = expandKey(key);
  const flKeys = new Uint16Array(20);
  for (let round = 0; round < 10; round += 1) flKeys.set(flWords(k, round), round * 2);
  const and = (round: number): number => flKeys[2 * round] as number;
  const or = (round: number): number => flKeys[2 * round + 1] as number;
  return {
    encrypt(high, low, out) {
      let d0 = high;
      let d1 = low;
      for (let round = 0; round < 8; round += 2) {
        d0 = fl(and(round), or(round), d0);
        d1 = fl(and(round + 1), or(round + 1), d1);
        d1 ^= fo(k, d0, round);
        d0 ^= fo(k, d1, round + 1);
      }
      out[0] = fl(and(9), or(9), d1);
      out[1] = fl(and(8), or(8), d0);
    },
    decrypt(high, low, out) {
      let d0 = flInverse(and(8), or(8), low);
      let d1 = flInverse(and(9), or(9), high);
      for (let round = 6; round >= 0; round -= 2) {
        d0 ^= fo(k, d1, round + 1);
        d1 ^= fo(k, d0, round);
        d0 = flInverse(and(round), or(round), d0);
        d1 = flInverse(and(round + 1), or(round + 1), d1);
      }
      out[0] = d0;
      out[1] = d1;
    },
  };
}
