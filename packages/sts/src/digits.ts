// The 66 bits of a token as 20 decimal digits and back (IEC 62055-41 clause 6.4 and IEC 62055-51).
// Numbers only: a double holds 53 bits exactly, and no step here needs more.

import { err, ok, type Result } from './result.ts';

/** Why a text is no token: wrong count of digits, a character that is no digit, 2^66 or more. */
export type DigitsError = 'tokenLength' | 'tokenCharacter' | 'tokenTooLarge';

/** The top 34 bits and the low 32 bits of a 66-bit value, in a caller's scratch. */
export type Bits66 = { high34: number; low32: number };

const ten7 = 10_000_000;
const ten10 = 10_000_000_000;
const two16 = 0x1_0000;
const two32 = 0x1_0000_0000;
const two34 = 0x4_0000_0000;

// Character codes of 0000..9999, four bytes to an entry, the first digit lowest: one call with
// twenty codes makes a flat string, where joining pieces makes a tree of them that the reader pays
// for.
const fourDigits = new Uint32Array(10_000);
for (let n = 0; n < 10_000; n += 1) {
  const text = String(n).padStart(4, '0');
  for (let i = 3; i >= 0; i -= 1) {
    fourDigits[n] = ((fourDigits[n] as number) << 8) | text.charCodeAt(i);
  }
}

/** Twenty digits, leading zeros kept, of a value below 2^66. */
export function digitsFromBits(high34: number, low32: number): string {
  // Long division by 10^7; the quotient (43 bits) and every remainder (24 bits) fit in a double.
  const quotient2 = Math.floor(high34 / ten7);
  let part = (high34 - quotient2 * ten7) * two16 + (low32 >>> 16);
  const quotient1 = Math.floor(part / ten7);
  part = (part - quotient1 * ten7) * two16 + (low32 & 0xffff);
  const quotient0 = Math.floor(part / ten7);
  const low7 = part - quotient0 * ten7;
  const high13 = quotient2 * two32 + quotient1 * two16 + quotient0;
  // 13 + 7 digits, regrouped as five groups of four.
  const first = Math.floor(high13 / 1e9);
  const rest9 = high13 - first * 1e9;
  const second = Math.floor(rest9 / 1e5);
  const rest5 = rest9 - second * 1e5;
  const third = Math.floor(rest5 / 10);
  const rest8 = (rest5 - third * 10) * ten7 + low7;
  const fourth = Math.floor(rest8 / 1e4);
  const a = fourDigits[first] as number;
  const b = fourDigits[second] as number;
  const c = fourDigits[third] as number;
  const d = fourDigits[fourth] as number;
  const e = fourDigits[rest8 - fourth * 1e4] as number;
  return String.fromCharCode(
    a & 255,
    (a >>> 8) & 255,
    (a >>> 16) & 255,
    a >>> 24,
    b & 255,
    (b >>> 8) & 255,
    (b >>> 16) & 255,
    b >>> 24,
    c & 255,
    (c >>> 8) & 255,
    (c >>> 16) & 255,
    c >>> 24,
    d & 255,
    (d >>> 8) & 255,
    (d >>> 16) & 255,
    d >>> 24,
    e & 255,
    (e >>> 8) & 255,
    (e >>> 16) & 255,
    e >>> 24,
  );
}

/** Reads 20 digits into `out`; null when it worked. */
export function bitsFromDigits(digits: string, out: Bits66): DigitsError | null {
  if (digits.length !== 20) return 'tokenLength';
  let first = 0;
  let last = 0;
  for (let i = 0; i < 10; i += 1) {
    const digit = digits.charCodeAt(i) - 48;
    const other = digits.charCodeAt(i + 10) - 48;
    if (digit < 0 || digit > 9 || other < 0 || other > 9) return 'tokenCharacter';
    first = first * 10 + digit;
    last = last * 10 + other;
  }
  // first * 10^10 + last, with `first` in two parts of 17 bits so that no product exceeds 2^52.
  const firstHigh = Math.floor(first / 0x2_0000);
  const low = (first - firstHigh * 0x2_0000) * ten10 + last;
  const middle = firstHigh * ten10;
  const middleHigh = Math.floor(middle / 0x8000);
  const sum = (middle - middleHigh * 0x8000) * 0x2_0000 + low;
  const carry = Math.floor(sum / two32);
  out.high34 = middleHigh + carry;
  out.low32 = (sum - carry * two32) >>> 0;
  return out.high34 >= two34 ? 'tokenTooLarge' : null;
}

const scratch: Bits66 = { high34: 0, low32: 0 };

/**
 * Twenty digits of what a person typed: spaces (any kind) and dashes may stand between digits.
 * Refuses another count of digits, any other character, and values of 2^66 and above (FormatError).
 * Clause 7.2, IEC 62055-51.
 */
export function parseTokenDigits(text: string): Result<string, DigitsError> {
  const digits = text.replace(/[\s\u2010-\u2015-]/g, '');
  if (!/^[0-9]*$/.test(digits)) return err('tokenCharacter');
  const refusal = bitsFromDigits(digits, scratch);
  return refusal === null ? ok(digits) : err(refusal);
}

/**
 * The token as people read it: five groups of four digits. Takes 20 digits as they come from this
 * package. IEC 62055-51.
 */
export function formatTokenDigits(token: string): string {
  return token.replace(/(....)(?=.)/g, '$1 ');
}
