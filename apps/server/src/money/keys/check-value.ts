// The check value, which is all of a key that may be shown, and the parity of a key that was
// combined from two components.

import { createCipheriv, createHmac } from 'node:crypto';

/**
 * Six hex digits that tell two keys apart and nothing else about them. DES keys (8 bytes): the
 * first three bytes of eight zero bytes enciphered, as key letters have it. Of 20-byte keys no
 * algorithm is published; ours is the first three bytes of HMAC-SHA-256 over eight zero bytes.
 */
export function checkValueOf(key: Uint8Array): string {
  const zeros = Buffer.alloc(8);
  if (key.length !== 8) {
    return createHmac('sha256', key).update(zeros).digest('hex').slice(0, 6).toUpperCase();
  }
  // Single DES as triple DES with one key: OpenSSL offers no other.
  const tripled = Buffer.concat([key, key, key]);
  const cipher = createCipheriv('des-ede3-ecb', tripled, null).setAutoPadding(false);
  const made = Buffer.concat([cipher.update(zeros), cipher.final()]);
  tripled.fill(0);
  return made.toString('hex').slice(0, 6).toUpperCase();
}

/** Odd parity in each byte: what two components leave of it is no fault of theirs. */
export function withOddParity(key: Uint8Array): Uint8Array {
  return key.map((byte) => {
    let bits = byte >>> 1;
    bits ^= bits >>> 4;
    bits ^= bits >>> 2;
    bits ^= bits >>> 1;
    return (byte & 0xfe) | ((bits & 1) ^ 1);
  });
}
