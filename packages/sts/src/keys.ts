// Vending keys and decoder keys (IEC 62055-41 clause 6.5): making them from bytes, deriving a meter's key
// (DKGA01..04), and meter numbers. Key bytes stay inside opaque objects that print as `[secret]`.

import { hmac } from '@noble/hashes/hmac.js';
import { sha256 } from '@noble/hashes/sha2.js';
import { type DecoderKey, decoderKeyFromBytes, type EncryptionAlgorithm } from './decoder-key.ts';
import { desEncrypt, tripleDesEncrypt } from './des.ts';
import { bytesFromHex } from './hex.ts';
import { checkMeterPan, type PanError } from './pan.ts';
import { err, ok, type Result } from './result.ts';
import { createSecretKind } from './secret.ts';
import type { BaseDate } from './tid.ts';

export {
  type DecoderKey,
  decoderKeyAlgorithm,
  decoderKeyBytes,
  decoderKeyFromBytes,
  type EncryptionAlgorithm,
} from './decoder-key.ts';
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

/** Decoder key generation algorithms. */
export type KeyAlgorithm = 'dkga01' | 'dkga02' | 'dkga03' | 'dkga04';
/** 0 DITK (initialisation), 1 DDTK (default), 2 DUTK (unique), 3 DCTK (common). */
export type KeyType = 0 | 1 | 2 | 3;

/** Everything that selects a decoder key under one vending key. */
export type KeyParameters = {
  readonly dkga: KeyAlgorithm;
  readonly ea: EncryptionAlgorithm;
  /** 18 digits. */
  readonly meterPan: string;
  /** 6 digits. */
  readonly supplyGroupCode: string;
  /** 2 digits. */
  readonly tariffIndex: string;
  /** 1..9. */
  readonly keyRevision: number;
  readonly keyType: KeyType;
  readonly baseDate: BaseDate;
  /** DKGA01 rests on one source: it derives only when this says so. */
  readonly acceptUnverified?: boolean;
};

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
 * Takes a vending key of 8, 16 or 20 bytes (copied). DES keys (8 and 16) must have odd parity in each byte,
 * because implementations differ on keys that have not. Errors: keyLength, keyParity.
 */
export function vendingKeyFromBytes(bytes: Uint8Array): Result<VendingKey, KeyError> {
  if (bytes.length !== 8 && bytes.length !== 16 && bytes.length !== 20) return err('keyLength');
  if (bytes.length < 20 && !bytes.every(hasOddParity)) return err('keyParity');
  return ok(vendingKeys.seal(Uint8Array.from(bytes)));
}

const bytesOfDigits = (digits: string): Uint8Array => {
  const bytes = bytesFromHex(digits);
  if (bytes === null) throw new RangeError('an odd or non-hexadecimal block');
  return bytes;
};

const xorBytes = (a: Uint8Array, b: Uint8Array): Uint8Array =>
  a.map((byte, index) => byte ^ (b[index] as number));

/** PANBlock: the MeterPAN without its first and last digit; a common key (3) has zeros for the DRN. */
function panBlock(p: KeyParameters): string {
  const inner = p.meterPan.slice(1, 17);
  if (p.keyType !== 3) return inner;
  return (p.meterPan.startsWith('600727') ? '00727' : '000').padEnd(16, '0');
}

const controlBlock = (p: KeyParameters): string =>
  `${p.keyType}${p.supplyGroupCode}${p.tariffIndex}${p.keyRevision}FFFFFF`;

const dataBlock = (p: KeyParameters): Uint8Array =>
  xorBytes(bytesOfDigits(panBlock(p)), bytesOfDigits(controlBlock(p)));

const ascii = (text: string): number[] => Array.from(text, (char) => char.charCodeAt(0));

/** The HMAC message of DKGA04 (NIST SP 800-108 in feedback mode, one round, no counter and no IV). */
function dkga04Message(p: KeyParameters): Uint8Array {
  // A common key belongs to no meter: its MeterPAN is the IIN and zeros (one source; no vectors).
  const pan =
    p.keyType === 3
      ? (p.meterPan.startsWith('600727') ? '600727' : '').padEnd(18, '0')
      : p.meterPan;
  const item = (text: string): number[] => [text.length, ...ascii(text)];
  const label = [item('04'), item(String(p.baseDate)), item(p.ea.slice(2)), item(p.tariffIndex)];
  const context = [
    item(p.supplyGroupCode),
    item(String(p.keyType)),
    item(String(p.keyRevision)),
    item(pan),
  ];
  const keyBits = p.ea === 'ea07' ? 64 : 128;
  return Uint8Array.from([4, ...label.flat(), 0, 4, ...context.flat(), 0, 0, 0, keyBits]);
}

// First ten digits of the DRNs that were delivered with DKGA01 keys (one source).
const dkga01Ranges: readonly (readonly [number, number])[] = [
  [1090000000, 1090004999],
  [1000000000, 1004999999],
  [3000000000, 3114000009],
  [4000000000, 4059999999],
  [6010000000, 6039999999],
  [6400000000, 6419999999],
  [6660000000, 6699999999],
  [6990000010, 6990009999],
  [7000000000, 7020999999],
];

function isDkga01Meter(p: KeyParameters, drn: string): boolean {
  if (!p.meterPan.startsWith('600727') || p.keyRevision !== 1) return false;
  if (p.keyType === 3) {
    const group = Number(p.supplyGroupCode);
    return group === 100702 || (group >= 990400 && group <= 990405);
  }
  const number = Number(drn.slice(0, 10));
  return p.keyType !== 0 && dkga01Ranges.some(([from, to]) => number >= from && number <= to);
}

const vendingKeyLength: Readonly<Record<KeyAlgorithm, number>> = {
  dkga01: 8,
  dkga02: 8,
  dkga03: 16,
  dkga04: 20,
};

function checkAlgorithms(p: KeyParameters, keyLength: number): KeyError | null {
  // Programs without types pass 'ea09' here: DEA is deprecated and no two implementations of it agree.
  if ((p.ea as string) === 'ea09') return 'ea09Refused';
  if (p.ea !== 'ea07' && p.ea !== 'ea11') return 'algorithmUnknown';
  const wanted = Object.hasOwn(vendingKeyLength, p.dkga) ? vendingKeyLength[p.dkga] : undefined;
  if (wanted === undefined) return 'algorithmUnknown';
  if (p.ea === 'ea11' && p.dkga !== 'dkga04') return 'algorithmPair';
  return keyLength === wanted ? null : 'vendingKeyLength';
}

function checkFields(p: KeyParameters): KeyError | null {
  if (!/^[0-9]{6}$/.test(p.supplyGroupCode)) return 'supplyGroupCode';
  if (!/^[0-9]{2}$/.test(p.tariffIndex)) return 'tariffIndex';
  if (!Number.isInteger(p.keyRevision) || p.keyRevision < 1 || p.keyRevision > 9) {
    return 'keyRevision';
  }
  if (![0, 1, 2, 3].includes(p.keyType)) return 'keyType';
  return [93, 14, 35].includes(p.baseDate) ? null : 'baseDate';
}

function derivedBytes(secret: Uint8Array, p: KeyParameters): Uint8Array {
  if (p.dkga === 'dkga04') {
    return hmac(sha256, secret, dkga04Message(p)).subarray(0, p.ea === 'ea07' ? 8 : 16);
  }
  const data = dataBlock(p);
  if (p.dkga === 'dkga03') return xorBytes(tripleDesEncrypt(secret, data), data);
  if (p.dkga === 'dkga01') return xorBytes(desEncrypt(data, secret), secret);
  return xorBytes(xorBytes(desEncrypt(secret, data), data), secret);
}

/**
 * A meter's decoder key (clause 6.5.3). DKGA02 and DKGA04 stand on test vectors; DKGA03 and common keys under
 * DKGA04 on one source each; DKGA01 on one source with an open question, so it wants `acceptUnverified`.
 */
export function deriveDecoderKey(
  vendingKey: VendingKey,
  p: KeyParameters,
): Result<DecoderKey, KeyError> {
  const secret = vendingKeys.open(vendingKey);
  if (secret === null) return err('keyForeign');
  const algorithms = checkAlgorithms(p, secret.length);
  if (algorithms !== null) return err(algorithms);
  const pan = checkMeterPan(p.meterPan);
  if (!pan.ok) return pan;
  const fields = checkFields(p);
  if (fields !== null) return err(fields);
  if (p.dkga === 'dkga01') {
    if (p.acceptUnverified !== true) return err('dkga01Unverified');
    if (!isDkga01Meter(p, pan.value.drn)) return err('dkga01NotForMeter');
  }
  return decoderKeyFromBytes(derivedBytes(secret, p));
}
