// The secure channel of CPU cards: both sides prove one AES-128 key by challenges, and each command
// and answer after that carries a message authentication code over all before it. After
// GlobalPlatform Card Specification 2.3, amendment D (SCP03), security level C-MAC and R-MAC.

import { cmac } from '@noble/ciphers/aes.js';
import { joined } from './bytes.ts';

const blockBytes = 16;
const shortMacBytes = 8;
export const challengeBytes = 8;

/** Constants of the key derivation (amendment D, table 4-1). */
const purposes = {
  cardCryptogram: 0x00,
  hostCryptogram: 0x01,
  mac: 0x06,
  answerMac: 0x07,
} as const;

/** Key derivation in counter mode with CMAC (NIST SP 800-108), of at most one block. */
function derive(key: Uint8Array, purpose: number, o: { context: Uint8Array; bits: 64 | 128 }) {
  const label = new Uint8Array(12);
  label[11] = purpose;
  const input = joined(label, Uint8Array.of(0, 0, o.bits, 1), o.context);
  return cmac(input, key).subarray(0, o.bits / 8);
}

export type Challenges = { readonly host: Uint8Array; readonly card: Uint8Array };

export type SecureChannel = {
  readonly cardCryptogram: Uint8Array;
  readonly hostCryptogram: Uint8Array;
  /** Code of a command: over its header (with the code's length in Lc), its data and all before. */
  readonly commandMac: (header: Uint8Array, data: Uint8Array) => Uint8Array;
  /** Code of the answer to the last command: over its data and status. */
  readonly answerMac: (data: Uint8Array, status: Uint8Array) => Uint8Array;
};

/** Keys of one session, 16 bytes each: they say nothing of the card's own key. */
export type SessionKeys = { readonly macKey: Uint8Array; readonly answerKey: Uint8Array };

export function sessionKeysOf(key: Uint8Array, { host, card }: Challenges): SessionKeys {
  const context = joined(host, card);
  return {
    macKey: derive(key, purposes.mac, { context, bits: 128 }),
    answerKey: derive(key, purposes.answerMac, { context, bits: 128 }),
  };
}

/** By whoever has the card's own key. */
export const openChannel = (key: Uint8Array, challenges: Challenges): SecureChannel =>
  channelOf(sessionKeysOf(key, challenges), challenges);

/** One side's view of a session; both sides make the same from the same. */
export function channelOf(
  { macKey, answerKey }: SessionKeys,
  { host, card }: Challenges,
): SecureChannel {
  const context = joined(host, card);
  let chain = new Uint8Array(blockBytes);
  return {
    cardCryptogram: derive(macKey, purposes.cardCryptogram, { context, bits: 64 }),
    hostCryptogram: derive(macKey, purposes.hostCryptogram, { context, bits: 64 }),
    commandMac: (header, data) => {
      chain = Uint8Array.from(cmac(joined(chain, header, data), macKey));
      return chain.subarray(0, shortMacBytes);
    },
    answerMac: (data, status) =>
      cmac(joined(chain, data, status), answerKey).subarray(0, shortMacBytes),
  };
}

export const macLength = shortMacBytes;
