// The blocks from which a decoder key is computed (IEC 62055-41 clause 6.5.3): PANBlock,
// CONTROLBlock, the HMAC message of DKGA04, and the computation itself on checked parameters.

import type { EncryptionAlgorithm } from './decoder-key.ts';
import { desEncrypt, tripleDesEncrypt } from './des.ts';
import { bytesFromHex } from './hex.ts';
import { hmacSha256 } from './hmac.ts';
import type { BaseDate } from './tid.ts';

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

const bytesOfDigits = (digits: string): Uint8Array => {
  const bytes = bytesFromHex(digits);
  if (bytes === null) throw new RangeError('not hexadecimal');
  return bytes;
};

const xorBytes = (a: Uint8Array, b: Uint8Array): Uint8Array =>
  a.map((byte, index) => byte ^ (b[index] as number));

/**
 * PANBlock: the MeterPAN without its first and last digit; a common key (3) has zeros for the DRN.
 */
export function panBlock(p: KeyParameters): string {
  const inner = p.meterPan.slice(1, 17);
  if (p.keyType !== 3) return inner;
  return (p.meterPan.startsWith('600727') ? '00727' : '000').padEnd(16, '0');
}

/** CONTROLBlock: key type, supply group, tariff index and key revision as digits, then FFFFFF. */
export const controlBlock = (p: KeyParameters): string =>
  `${p.keyType}${p.supplyGroupCode}${p.tariffIndex}${p.keyRevision}FFFFFF`;

const dataBlock = (p: KeyParameters): Uint8Array =>
  xorBytes(bytesOfDigits(panBlock(p)), bytesOfDigits(controlBlock(p)));

const ascii = (text: string): number[] => Array.from(text, (char) => char.charCodeAt(0));

/**
 * The HMAC message of DKGA04 (NIST SP 800-108 in feedback mode, one round, no counter and no IV).
 */
export function dkga04Message(p: KeyParameters): Uint8Array {
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

/** Whether a meter is one of those that DKGA01 was used for. */
export function isDkga01Meter(p: KeyParameters, drn: string): boolean {
  if (!p.meterPan.startsWith('600727') || p.keyRevision !== 1) return false;
  if (p.keyType === 3) {
    const group = Number(p.supplyGroupCode);
    return group === 100702 || (group >= 990400 && group <= 990405);
  }
  const number = Number(drn.slice(0, 10));
  return p.keyType !== 0 && dkga01Ranges.some(([from, to]) => number >= from && number <= to);
}

/** Bytes of the decoder key, for parameters and a vending key that were checked before. */
export function derivedBytes(secret: Uint8Array, p: KeyParameters): Uint8Array {
  if (p.dkga === 'dkga04') {
    return hmacSha256(secret, dkga04Message(p)).subarray(0, p.ea === 'ea07' ? 8 : 16);
  }
  const data = dataBlock(p);
  if (p.dkga === 'dkga03') return xorBytes(tripleDesEncrypt(secret, data), data);
  if (p.dkga === 'dkga01') return xorBytes(desEncrypt(data, secret), secret);
  return xorBytes(xorBytes(desEncrypt(secret, data), data), secret);
}
