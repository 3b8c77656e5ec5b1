// Vending keys and decoder keys (IEC 62055-41 clause 6.5): making them from bytes, deriving a
// meter's key (DKGA01..04), and meter numbers. Key bytes stay inside opaque objects that print as
// `[secret]`.

import { type DecoderKey, decoderKeyFromBytes } from './decoder-key.ts';
import {
  derivedBytes,
  dkga04Message,
  isDkga01Meter,
  type KeyAlgorithm,
  type KeyParameters,
} from './key-blocks.ts';
import { checkKeyFields, isBaseDate } from './key-fields.ts';
import { checkMeterPan, type PanError } from './pan.ts';
import { err, ok, type Result } from './result.ts';
import { createSecretKind } from './secret.ts';

export {
  type DecoderKey,
  decoderKeyAlgorithm,
  decoderKeyBytes,
  decoderKeyFromBytes,
  type EncryptionAlgorithm,
} from './decoder-key.ts';
export type { KeyAlgorithm, KeyParameters, KeyType } from './key-blocks.ts';
export {
  checkMeterPan,
  drnWithCheckDigit,
  type MeterPanParts,
  meterPanFromDrn,
  type PanError,
} from './pan.ts';
export type { Result } from './result.ts';

declare const vendingKeyBrand: unique symbol;

/** The utility's secret: 8 bytes (DKGA01, 02), 16 (DKGA03) or 20 (DKGA04). Opaque. */
export type VendingKey = { readonly [vendingKeyBrand]: true };

/** Refusals, in the order in which they are checked. */
export type KeyError =
  | 'keyLength'
  | 'keyParity'
  | 'keyForeign'
  | 'ea09Refused'
  | 'algorithmUnknown'
  | 'algorithmPair'
  | 'vendingKeyLength'
  | PanError
  | 'supplyGroupCode'
  | 'tariffIndex'
  | 'keyRevision'
  | 'keyType'
  | 'baseDate'
  | 'dkga01Unverified'
  | 'dkga01NotForMeter';

const vendingKeys = createSecretKind<VendingKey, Uint8Array>();

const hasOddParity = (byte: number): boolean => {
  let bits = byte;
  bits ^= bits >>> 4;
  bits ^= bits >>> 2;
  bits ^= bits >>> 1;
  return (bits & 1) === 1;
};

/**
 * Takes a vending key of 8, 16 or 20 bytes (copied). DES keys (8 and 16) must have odd parity in
 * each byte, because implementations differ on keys that have not. Errors: keyLength, keyParity.
 * Clause 6.5.2.
 */
export function vendingKeyFromBytes(bytes: Uint8Array): Result<VendingKey, KeyError> {
  if (bytes.length !== 8 && bytes.length !== 16 && bytes.length !== 20) return err('keyLength');
  if (bytes.length < 20 && !bytes.every(hasOddParity)) return err('keyParity');
  return ok(vendingKeys.seal(Uint8Array.from(bytes)));
}

const vendingKeyLength: Readonly<Record<KeyAlgorithm, number>> = {
  dkga01: 8,
  dkga02: 8,
  dkga03: 16,
  dkga04: 20,
};

function checkAlgorithms(p: KeyParameters, keyLength: number): KeyError | null {
  // Programs without types pass 'ea09' here: DEA is deprecated and no two implementations of it
  // agree.
  if ((p.ea as string) === 'ea09') return 'ea09Refused';
  if (p.ea !== 'ea07' && p.ea !== 'ea11') return 'algorithmUnknown';
  const wanted = Object.hasOwn(vendingKeyLength, p.dkga) ? vendingKeyLength[p.dkga] : undefined;
  if (wanted === undefined) return 'algorithmUnknown';
  if (p.ea === 'ea11' && p.dkga !== 'dkga04') return 'algorithmPair';
  return keyLength === wanted ? null : 'vendingKeyLength';
}

/**
 * A meter's decoder key (clause 6.5.3). DKGA02 and DKGA04 stand on test vectors; DKGA03 and common
 * keys under DKGA04 on one source each; DKGA01 on one source with an open question, so it wants
 * `acceptUnverified`.
 */
export function deriveDecoderKey(
  vendingKey: VendingKey,
  p: KeyParameters,
): Result<DecoderKey, KeyError> {
  const secret = vendingKeys.open(vendingKey);
  if (secret === null) return err('keyForeign');
  const refused = checkParameters(p, secret.length);
  return refused === null ? decoderKeyFromBytes(derivedBytes(secret, p)) : err(refused);
}

/**
 * What a device that holds a vending key of DKGA04 answers for a meter: the first `keyBytes` of
 * HMAC-SHA-256 over `message` are the decoder key. The other algorithms have no such question:
 * their decoder key is mixed with the vending key, so who asks could compute it. Clause 6.5.3.
 */
export function decoderKeyQuestion(
  p: KeyParameters,
): Result<{ readonly message: Uint8Array; readonly keyBytes: 8 | 16 }, KeyError> {
  const refused =
    p.dkga === 'dkga04' ? checkParameters(p, vendingKeyLength.dkga04) : 'algorithmPair';
  return refused === null
    ? ok({ message: dkga04Message(p), keyBytes: p.ea === 'ea07' ? 8 : 16 })
    : err(refused);
}

function checkParameters(p: KeyParameters, keyLength: number): KeyError | null {
  const algorithms = checkAlgorithms(p, keyLength);
  if (algorithms !== null) return algorithms;
  const pan = checkMeterPan(p.meterPan);
  if (!pan.ok) return pan.error;
  const refused = checkKeyFields(p) ?? (isBaseDate(p.baseDate) ? null : 'baseDate');
  if (refused !== null) return refused;
  if (p.dkga === 'dkga01') {
    if (p.acceptUnverified !== true) return 'dkga01Unverified';
    if (!isDkga01Meter(p, pan.value.drn)) return 'dkga01NotForMeter';
  }
  return null;
}
