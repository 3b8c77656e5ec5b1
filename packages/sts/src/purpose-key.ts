// Keys of a meter for other things than tokens, made from the one that it has: a smart card's. An
// entry of its own: who makes or reads tokens does not load it.

import { type DecoderKey, decoderKeyBytes } from './decoder-key.ts';
import { hmacSha256 } from './hmac.ts';

/**
 * A key of 32 bytes for another purpose of the same meter: HMAC-SHA-256 (RFC 2104) of the decoder
 * key over the purpose's name. It opens no token, and the decoder key does not follow from it. The
 * decoder key is that of clause 6.5.2; this use of it is ours.
 */
export function purposeKey(key: DecoderKey, purpose: Uint8Array): Uint8Array {
  return hmacSha256(decoderKeyBytes(key), purpose);
}
