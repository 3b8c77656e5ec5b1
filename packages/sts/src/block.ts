// The path every token takes, both ways (IEC 62055-41 clauses 6.4 and 7.2): data block, CRC,
// cipher, class bits, 20 digits. Kept free of allocation but for the string: this is the hot path.

import { crcOfBlock } from './crc.ts';
import { type Bits66, bitsFromDigits, type DigitsError, digitsFromBits } from './digits.ts';
import type { BlockCipher } from './sta.ts';

const two32 = 0x1_0000_0000;
const keepMask = ~0x1800_0000;

/** The 64-bit block of a token in the clear, and its class. */
export type OpenBlock = { tokenClass: number; high: number; low: number };

const halves = new Uint32Array(2);
const bits: Bits66 = { high34: 0, low32: 0 };

const hasCurrencyCrc = (tokenClass: number, high: number): boolean =>
  tokenClass === 0 && high >>> 30 === 1;

/** The check field that belongs to a block: CRC_C for currency (class 0, SubClass 4..7). */
export function expectedCrc(tokenClass: number, high: number, low: number): number {
  return crcOfBlock(tokenClass, high, low, hasCurrencyCrc(tokenClass, high));
}

/**
 * The 20 digits of a block: bits 63..32, bits 31..16 as `value16`, its CRC added. `cipher` is null
 * for class 1, which travels in the clear.
 */
export function sealBlock(
  cipher: BlockCipher | null,
  tokenClass: number,
  block: { readonly high: number; readonly value16: number },
): string {
  const high = block.high >>> 0;
  const upper = (block.value16 << 16) >>> 0;
  const low = (upper | expectedCrc(tokenClass, high, upper)) >>> 0;
  if (cipher === null) return transpose(tokenClass, high, low);
  cipher.encrypt(high, low, halves);
  return transpose(tokenClass, halves[0] as number, halves[1] as number);
}

/** Puts the class at bits 28..27 and what was there on top (clause 6.4.2). */
function transpose(tokenClass: number, high: number, low: number): string {
  const moved = (low >>> 27) & 3;
  return digitsFromBits(moved * two32 + high, (low & keepMask) | (tokenClass << 27));
}

/** Class and still encrypted block of 20 digits, into `out`; null when it worked. */
export function openDigits(digits: string, out: OpenBlock): DigitsError | null {
  const refusal = bitsFromDigits(digits, bits);
  if (refusal !== null) return refusal;
  const moved = Math.floor(bits.high34 / two32);
  out.high = bits.high34 - moved * two32;
  out.tokenClass = (bits.low32 >>> 27) & 3;
  out.low = ((bits.low32 & keepMask) | (moved << 27)) >>> 0;
  return null;
}

/** Deciphers in place. */
export function decipher(cipher: BlockCipher, block: OpenBlock): void {
  cipher.decrypt(block.high, block.low, halves);
  block.high = halves[0] as number;
  block.low = halves[1] as number;
}
