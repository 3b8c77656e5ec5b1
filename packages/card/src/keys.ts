// Keys and codes of a card. They all come from one key per meter, which the meter and the utility
// each derive from the meter's decoder key: nothing new has to be brought to a meter, and a key
// that is taken out of one meter opens no other.

import { hmac } from '@noble/hashes/hmac.js';
import { sha256 } from '@noble/hashes/sha2.js';
import { joined, textBytes } from './bytes.ts';

/** 32 bytes, of one meter: `purposeKey(decoderKey, cardPurpose)` of @prewatt/sts/purpose. */
export type CardKey = Uint8Array;
/** What the decoder key is derived for. */
export const cardPurpose = textBytes('prewatt card 1');

export const macBytes = 8;

/** Eight bytes that prove who wrote `parts`, and as what. */
export const macOf = (key: CardKey, label: string, ...parts: readonly Uint8Array[]): Uint8Array =>
  hmac(sha256, key, joined(textBytes(`${label}\0`), ...parts)).subarray(0, macBytes);

/**
 * The code without which a memory card takes no writing. It comes from the number alone: it guards
 * against slips, and what the card says is proved by its message authentication codes.
 */
export const pscOf = (cardNumber: string): Uint8Array =>
  sha256(textBytes(`prewatt psc\0${cardNumber}`)).subarray(0, 3);

/** AES-128 key by which a CPU card and whoever speaks to it know each other. */
export const cpuKeyOf = (key: CardKey, cardNumber: string): Uint8Array =>
  hmac(sha256, key, textBytes(`prewatt cpu card\0${cardNumber}`)).subarray(0, 16);
