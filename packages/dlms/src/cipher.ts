// Protection of APDUs under suites 0 and 1 (AES-GCM-128): authenticated, encrypted, or both (IEC
// 62056-5-3, 5.7.2). The invocation counters are the caller's.

import { err, ok, type Result } from '@prewatt/quantities';
import { concat, noBytes } from './bytes.ts';
import {
  type CipheredApdu,
  type CipherForm,
  cipheredTagOf,
  encodeCiphered,
  formOf,
  plainTagOf,
  securityBits,
} from './ciphered.ts';
import type { DlmsCrypto } from './crypto.ts';

/** 0 and 1; both cipher alike, 1 adds signatures. */
export type SecuritySuite = 0 | 1;

/** What an APDU is protected with; `none` is in clear. */
export type Protection = 'none' | 'authenticated' | 'encrypted' | 'authenticatedEncrypted';

const bitsOf: { readonly [P in Protection]: number } = {
  none: 0,
  authenticated: securityBits.authenticated,
  encrypted: securityBits.encrypted,
  authenticatedEncrypted: securityBits.authenticated | securityBits.encrypted,
};

export const protectionOf = (securityControl: number): Protection => {
  const bits = securityControl & bitsOf.authenticatedEncrypted;
  return (Object.keys(bitsOf) as Protection[]).find((name) => bitsOf[name] === bits) ?? 'none';
};

/** Whether one protection has all that another asks for. */
export const covers = (given: Protection, asked: Protection): boolean =>
  (bitsOf[given] & bitsOf[asked]) === bitsOf[asked];

export type CipherKeys = {
  /** Block cipher key: the global one or that of the association. */
  readonly key: Uint8Array;
  readonly authenticationKey: Uint8Array;
};

export const tagBytes = 12;
export const titleBytes = 8;

function ivOf(title: Uint8Array, invocationCounter: number): Uint8Array {
  const iv = new Uint8Array(12);
  iv.set(title.subarray(0, titleBytes));
  iv[8] = invocationCounter >>> 24;
  iv[9] = invocationCounter >>> 16;
  iv[10] = invocationCounter >>> 8;
  iv[11] = invocationCounter;
  return iv;
}

export type ProtectInput = CipherKeys & {
  readonly suite: SecuritySuite;
  readonly protection: Protection;
  readonly form: CipherForm;
  /** System title of the sender. */
  readonly title: Uint8Array;
  readonly invocationCounter: number;
  readonly plain: Uint8Array;
};

/** A whole ciphered APDU around a plain one. */
export function protect(crypto: DlmsCrypto, o: ProtectInput): Uint8Array {
  const securityControl = bitsOf[o.protection] | o.suite;
  const tag = cipheredTagOf(o.plain[0] ?? 0, o.form);
  return encodeCiphered({
    kind: 'ciphered',
    tag,
    title: formOf(tag).general ? o.title : null,
    securityControl,
    invocationCounter: o.invocationCounter,
    body: sealBody(crypto, o, securityControl),
  });
}

function sealBody(crypto: DlmsCrypto, o: ProtectInput, securityControl: number): Uint8Array {
  const iv = ivOf(o.title, o.invocationCounter);
  const { key, authenticationKey, plain } = o;
  const header = Uint8Array.of(securityControl);
  switch (o.protection) {
    case 'none':
      return plain;
    case 'authenticated': {
      const aad = concat(header, authenticationKey, plain);
      return concat(plain, crypto.seal({ key, iv, aad, plaintext: noBytes }));
    }
    case 'encrypted': {
      const sealed = crypto.seal({ key, iv, aad: noBytes, plaintext: plain });
      return sealed.subarray(0, plain.length);
    }
    default:
      return crypto.seal({ key, iv, aad: concat(header, authenticationKey), plaintext: plain });
  }
}

export type UnprotectFault =
  /** The tag does not fit: another key, another sender, or changed on the way. */
  | 'authentication'
  /** Compressed, for a broadcast key, or of a suite that is not spoken here. */
  | 'unsupported'
  /** Opened, and another service than its tag says. */
  | 'inside';

export type UnprotectInput = CipherKeys & {
  readonly apdu: CipheredApdu;
  /** System title of the sender. */
  readonly title: Uint8Array;
};

/** The plain APDU inside. Says nothing of its counter: see counters.ts. */
export function unprotect(
  crypto: DlmsCrypto,
  o: UnprotectInput,
): Result<Uint8Array, UnprotectFault> {
  const { securityControl } = o.apdu;
  const isOther = (securityControl & (securityBits.broadcast | securityBits.compressed)) !== 0;
  if (isOther || (securityControl & securityBits.suite) > 1) return err('unsupported');
  const plain = openBody(crypto, o);
  if (plain === null) return err('authentication');
  const expected = plainTagOf(o.apdu.tag);
  return expected === null || plain[0] === expected ? ok(plain) : err('inside');
}

function openBody(crypto: DlmsCrypto, o: UnprotectInput): Uint8Array | null {
  const { body, securityControl, invocationCounter } = o.apdu;
  const iv = ivOf(o.title, invocationCounter);
  const { key, authenticationKey } = o;
  const header = Uint8Array.of(securityControl);
  switch (protectionOf(securityControl)) {
    case 'none':
      return body;
    case 'authenticated': {
      if (body.length < tagBytes) return null;
      const plain = body.subarray(0, body.length - tagBytes);
      const aad = concat(header, authenticationKey, plain);
      const sealed = body.subarray(plain.length);
      return crypto.open({ key, iv, aad, sealed }) === null ? null : plain;
    }
    case 'encrypted':
      // Counter mode: what encrypts also decrypts, and there is no tag to check.
      return crypto.seal({ key, iv, aad: noBytes, plaintext: body }).subarray(0, body.length);
    default:
      return crypto.open({ key, iv, aad: concat(header, authenticationKey), sealed: body });
  }
}

/** GMAC over a challenge, as HLS mechanism 5 asks: SC, counter, tag. */
export function gmacAnswer(
  crypto: DlmsCrypto,
  o: CipherKeys & {
    readonly suite: SecuritySuite;
    readonly title: Uint8Array;
    readonly invocationCounter: number;
    readonly challenge: Uint8Array;
  },
): Uint8Array {
  const securityControl = securityBits.authenticated | o.suite;
  const iv = ivOf(o.title, o.invocationCounter);
  const aad = concat(Uint8Array.of(securityControl), o.authenticationKey, o.challenge);
  const tag = crypto.seal({ key: o.key, iv, aad, plaintext: noBytes });
  return concat(Uint8Array.of(securityControl), iv.subarray(titleBytes), tag);
}
