// Secrets at rest: AES-256-GCM under the master key, bound to the utility, so that a row copied to
// another tenant does not open.

import { createCipheriv, createDecipheriv, createHmac, randomBytes } from 'node:crypto';

const algorithm = 'aes-256-gcm';
const nonceBytes = 12;
const tagBytes = 16;

/** nonce | tag | ciphertext; `bound` must be given again to open it. */
export function seal(masterKey: Buffer, bound: string, plain: Uint8Array): Buffer {
  const nonce = randomBytes(nonceBytes);
  const cipher = createCipheriv(algorithm, masterKey, nonce).setAAD(Buffer.from(bound));
  const body = Buffer.concat([cipher.update(plain), cipher.final()]);
  return Buffer.concat([nonce, cipher.getAuthTag(), body]);
}

/** Null when it does not open: another master key, another binding, an altered byte. */
export function open(masterKey: Buffer, bound: string, sealed: Buffer): Buffer | null {
  const decipher = createDecipheriv(algorithm, masterKey, sealed.subarray(0, nonceBytes), {
    authTagLength: tagBytes,
  }).setAAD(Buffer.from(bound));
  decipher.setAuthTag(sealed.subarray(nonceBytes, nonceBytes + tagBytes));
  try {
    return Buffer.concat([
      decipher.update(sealed.subarray(nonceBytes + tagBytes)),
      decipher.final(),
    ]);
  } catch {
    return null;
  }
}

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
