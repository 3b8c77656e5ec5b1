// High level security: the answers to the challenges (IEC 62056-5-3, 5.3.4 and table of HLS
// mechanisms). `own` is whoever computes, `other` the one whose challenge is answered.

import { concat, sameBytes } from './bytes.ts';
import { gmacAnswer, type SecuritySuite, titleBytes } from './cipher.ts';
import type { DlmsCrypto } from './crypto.ts';

export type HighMechanism = 'md5' | 'sha1' | 'gmac' | 'sha256' | 'ecdsa';

export const isHighMechanism = (name: string): name is HighMechanism =>
  ['md5', 'sha1', 'gmac', 'sha256', 'ecdsa'].includes(name);

/** What an answer is made of, seen from the side that gives it. */
export type HlsParties = {
  /** System titles; empty where the mechanism needs none. */
  readonly ownTitle: Uint8Array;
  readonly otherTitle: Uint8Array;
  readonly ownChallenge: Uint8Array;
  readonly otherChallenge: Uint8Array;
};

export type HlsSecrets = {
  readonly suite: SecuritySuite;
  /** MD5, SHA-1 and SHA-256. */
  readonly secret: Uint8Array;
  /** GMAC. */
  readonly key: Uint8Array;
  readonly authenticationKey: Uint8Array;
  /** ECDSA: 32 bytes to answer with, 64 bytes to check with. */
  readonly privateKey: Uint8Array;
  readonly publicKey: Uint8Array;
};

export type HlsInput = HlsParties & { readonly secrets: HlsSecrets };

/**
 * The answer; `nextCounter` gives an unused invocation counter, for GMAC alone. Null when the
 * counters of the key are used up.
 */
export function hlsAnswer(
  crypto: DlmsCrypto,
  mechanism: HighMechanism,
  o: HlsInput & { readonly nextCounter: () => number | null },
): Uint8Array | null {
  if (mechanism === 'gmac') {
    const invocationCounter = o.nextCounter();
    if (invocationCounter === null) return null;
    const { ownTitle: title, otherChallenge: challenge } = o;
    return gmacAnswer(crypto, { ...o.secrets, title, invocationCounter, challenge });
  }
  if (mechanism === 'ecdsa') return crypto.sign(o.secrets.privateKey, partiesOf(o));
  return crypto.hash(mechanism, hashedOf(mechanism, o));
}

const partiesOf = (o: HlsParties): Uint8Array =>
  concat(o.ownTitle, o.otherTitle, o.otherChallenge, o.ownChallenge);

function hashedOf(mechanism: 'md5' | 'sha1' | 'sha256', o: HlsInput): Uint8Array {
  const { secret } = o.secrets;
  return mechanism === 'sha256' ? concat(secret, partiesOf(o)) : concat(o.otherChallenge, secret);
}

/** Whether the other side's answer is right. `o` is seen from the side that has answered. */
export function isHlsAnswer(
  crypto: DlmsCrypto,
  mechanism: HighMechanism,
  o: HlsInput & { readonly answer: Uint8Array },
): boolean {
  const { answer, secrets } = o;
  if (mechanism === 'ecdsa') {
    const bytes = partiesOf(o);
    return crypto.verify({ publicKey: secrets.publicKey, bytes, signature: answer });
  }
  if (mechanism !== 'gmac')
    return sameBytes(crypto.hash(mechanism, hashedOf(mechanism, o)), answer);
  if (o.ownTitle.length !== titleBytes || answer.length !== 17) return false;
  const invocationCounter = counterOfGmac(answer);
  const challenge = o.otherChallenge;
  const expected = gmacAnswer(crypto, {
    ...secrets,
    suite: answer[0] === 0x11 ? 1 : 0,
    title: o.ownTitle,
    invocationCounter,
    challenge,
  });
  return sameBytes(expected, answer);
}

/** The counter that a GMAC answer was made with. */
export const counterOfGmac = (answer: Uint8Array): number =>
  new DataView(answer.buffer, answer.byteOffset).getUint32(1);
