// The 16-bit check of a token (IEC 62055-41 clause 6.3.7): generator x^16 + x^15 + x^2 + 1,
// reflected (0xA001), start 0xFFFF, and the two result bytes swapped.

const table = new Uint16Array(256);
for (let byte = 0; byte < 256; byte += 1) {
  let value = byte;
  for (let bit = 0; bit < 8; bit += 1) value = value & 1 ? (value >>> 1) ^ 0xa001 : value >>> 1;
  table[byte] = value;
}

const step = (crc: number, byte: number): number =>
  (crc >>> 8) ^ (table[(crc ^ byte) & 0xff] as number);

const swapped = (crc: number): number => ((crc & 0xff) << 8) | (crc >>> 8);

/** CRC over any bytes, most significant first, as the 16-bit field of the token. */
export function crcOfBytes(bytes: Uint8Array): number {
  let crc = 0xffff;
  for (const byte of bytes) crc = step(crc, byte);
  return swapped(crc);
}

/**
 * CRC over class (2 bits) and the first 48 bits of a block, right-aligned in 7 bytes.
 * `high` is bits 63..32, `low` bits 31..0, of which the CRC's own 16 are ignored. Currency tokens
 * append one byte 0x01 (CRC_C).
 */
export function crcOfBlock(
  tokenClass: number,
  high: number,
  low: number,
  isCurrency: boolean,
): number {
  let crc = step(0xffff, tokenClass);
  crc = step(crc, high >>> 24);
  crc = step(crc, (high >>> 16) & 0xff);
  crc = step(crc, (high >>> 8) & 0xff);
  crc = step(crc, high & 0xff);
  crc = step(crc, low >>> 24);
  crc = step(crc, (low >>> 16) & 0xff);
  if (isCurrency) crc = step(crc, 0x01);
  return swapped(crc);
}
