// MACs over raw bytes and their comparison. A comparison takes the same time wherever the two
// differ; an empty secret or a missing signature is a refusal, never a pass.

import { hmac } from '@noble/hashes/hmac.js';
import { sha1 } from '@noble/hashes/legacy.js';
import { sha256, sha512 } from '@noble/hashes/sha2.js';
import { base64Of, hexOf, utf8Bytes } from './bytes.ts';

export { sha256 };

/** In the order of the checks. */
export type SignatureFault =
  | 'no-secret'
  | 'no-signature'
  | 'malformed-signature'
  | 'too-old'
  | 'from-the-future'
  | 'wrong-signature';

export type Headers = Readonly<Record<string, string>>;

/** A header whatever the case of its name; null when missing or empty. */
export function headerOf(headers: Headers, name: string): string | null {
  const wanted = name.toLowerCase();
  for (const [key, value] of Object.entries(headers)) {
    if (key.toLowerCase() === wanted && value !== '') return value;
  }
  return null;
}

type Input = string | Uint8Array;
const bytes = (input: Input): Uint8Array => (typeof input === 'string' ? utf8Bytes(input) : input);

export const hmacSha1 = (key: Input, text: Input): Uint8Array =>
  hmac(sha1, bytes(key), bytes(text));
export const hmacSha256 = (key: Input, text: Input): Uint8Array =>
  hmac(sha256, bytes(key), bytes(text));
export const hmacSha512 = (key: Input, text: Input): Uint8Array =>
  hmac(sha512, bytes(key), bytes(text));

/** Equal bytes, in a time that depends on the lengths alone. */
export function sameBytes(a: Uint8Array, b: Uint8Array): boolean {
  if (a.length !== b.length) return false;
  let difference = 0;
  for (let i = 0; i < a.length; i += 1) difference |= (a[i] ?? 0) ^ (b[i] ?? 0);
  return difference === 0;
}

export const sameText = (a: string, b: string): boolean => sameBytes(utf8Bytes(a), utf8Bytes(b));

/** Hexadecimal in either case. */
export const isHexOf = (given: string, mac: Uint8Array): boolean =>
  sameText(given.toLowerCase(), hexOf(mac));

export const isBase64Of = (given: string, mac: Uint8Array): boolean =>
  sameText(given, base64Of(mac));
