// HMAC with SHA-256, small enough for a browser that makes tokens.

import { sha256 } from '@noble/hashes/sha2.js';

/**
 * HMAC with SHA-256 (RFC 2104) for keys of at most 64 bytes: vending keys have 20. The library's
 * own takes streams and any hash, which a browser would load for nothing.
 */
export function hmacSha256(key: Uint8Array, message: Uint8Array): Uint8Array {
  const padded = (pad: number, rest: Uint8Array): Uint8Array => {
    const bytes = new Uint8Array(64 + rest.length).fill(pad, 0, 64);
    key.forEach((byte, at) => {
      bytes[at] = byte ^ pad;
    });
    bytes.set(rest, 64);
    return sha256(bytes);
  };
  return padded(0x5c, padded(0x36, message));
}
