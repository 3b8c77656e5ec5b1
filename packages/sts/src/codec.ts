// Reading tokens: digits to named fields, with the check verified; and the amount and digit forms
// that vendors and meters share. Nothing here decides whether a meter should accept a token (see
// accept.ts).

import { currencyFromFields, unitsFromField } from './amounts.ts';
import { decipher, expectedCrc, type OpenBlock, openDigits } from './block.ts';
import { cipherOf, type DecoderKey, decoderKeyAlgorithm } from './decoder-key.ts';
import { type DigitsError, parseTokenDigits } from './digits.ts';
import { sealPart } from './key-part.ts';
import { err, ok, type Result } from './result.ts';
import {
  commodities,
  creditRegisters,
  type KeyChangeSectionFields,
  type TestFields,
  type TokenFields,
} from './token-kinds.ts';

export {
  type AmountError,
  ceilingOfDecimal,
  ceilToEncodableUnits,
  currencyFieldsFrom,
  currencyFromFields,
  floorToEncodableUnits,
  maximumCurrencyPerToken,
  maximumUnitsPerToken,
} from './amounts.ts';
export { type DigitsError, formatTokenDigits, parseTokenDigits } from './digits.ts';
export type { Result } from './result.ts';
export { type BaseDate, instantFromTid, maximumTid, type TidError } from './tid.ts';
export type {
  Commodity,
  CreditRegister,
  KeyChangeSectionFields,
  TestFields,
  TokenFields,
  TokenKind,
} from './token-kinds.ts';

/**
 * Why digits are no readable token, in the order of the checks: not 20 digits below 2^66, class 3,
 * no key given for an encrypted class, a wrong check (mistyped, or another meter's), a SubClass
 * that the standard reserves or leaves to makers.
 */
export type DecodeError =
  | DigitsError
  | 'classReserved'
  | 'keyRequired'
  | 'crc'
  | 'subclassReserved'
  | 'subclassProprietary';

const block: OpenBlock = { tokenClass: 0, high: 0, low: 0 };

/** Opens 20 digits, or else what a person typed of them (spaces and dashes). */
function openTyped(token: string): DigitsError | null {
  const refusal = openDigits(token, block);
  if (refusal === null || refusal === 'tokenTooLarge') return refusal;
  const typed = parseTokenDigits(token);
  return typed.ok ? openDigits(typed.value, block) : typed.error;
}

/**
 * Reads 20 digits with a meter's key, or with null for class 1 alone, which is not encrypted;
 * spaces and dashes may stand between the digits, as for acceptToken. Clauses 6.2 and 7.2.
 */
export function readToken(key: DecoderKey | null, token: string): Result<TokenFields, DecodeError> {
  const refusal = openTyped(token);
  if (refusal !== null) return err(refusal);
  if (block.tokenClass === 3) return err('classReserved');
  if (block.tokenClass !== 1) {
    if (key === null) return err('keyRequired');
    decipher(cipherOf(key), block);
  }
  const { tokenClass, high, low } = block;
  if ((low & 0xffff) !== expectedCrc(tokenClass, high, low)) return err('crc');
  if (tokenClass === 0) return readCredit(high, low);
  if (tokenClass === 1) return readTest(high, low);
  return readManagement(key, high, low);
}

/**
 * The class (0..3) of 20 digits, which no cipher hides (clause 6.4.2): class 1 may be entered in
 * any meter.
 */
export function tokenClassOf(token: string): Result<0 | 1 | 2 | 3, DigitsError> {
  const refusal = openTyped(token);
  return refusal === null ? ok(block.tokenClass as 0 | 1 | 2 | 3) : err(refusal);
}

/** TID: bits 55..32 of the block; with the four bits before it, the low 28 bits of `high`. */
const tidOf = (high: number): number => high & 0xff_ffff;
const rndOf = (high: number): number => (high >>> 24) & 15;

function readCredit(high: number, low: number): Result<TokenFields, DecodeError> {
  const subclass = high >>> 28;
  if (subclass > 7) return err('subclassReserved');
  const commodity = commodities[subclass & 3] ?? 'electricity';
  const amountField = low >>> 16;
  const crc = low & 0xffff;
  const tid = tidOf(high);
  if (subclass < 4) {
    const units = BigInt(unitsFromField(amountField));
    const rnd = rndOf(high);
    return ok({
      kind: 'credit',
      tokenClass: 0,
      subclass,
      commodity,
      rnd,
      tid,
      units,
      amountField,
      crc,
    });
  }
  const signAndExponent = rndOf(high);
  const amountE5 = currencyFromFields({ signAndExponent, field: amountField });
  return ok({
    kind: 'currencyCredit',
    tokenClass: 0,
    subclass,
    commodity,
    tid,
    amountE5,
    signAndExponent,
    amountField,
    crc,
  });
}

/** Bits set in a control field, numbered from 1; the field of 36 bits exceeds 32-bit operations. */
function testsOf(control: number, controlBits: 28 | 36): readonly number[] | 'all' {
  if (control === 2 ** controlBits - 1) return 'all';
  const tests: number[] = [];
  for (let n = 1; n <= controlBits; n += 1) {
    if (Math.floor(control / 2 ** (n - 1)) % 2 === 1) tests.push(n);
  }
  return tests;
}

function readTest(high: number, low: number): Result<TestFields, DecodeError> {
  const subclass = high >>> 28;
  if (subclass >= 3 && subclass <= 5) return err('subclassReserved');
  const isLong = subclass === 0 || subclass === 2 || subclass > 10;
  const controlBits = isLong ? 36 : 28;
  const control28 = high & 0xfff_ffff;
  const control = isLong ? control28 * 256 + (low >>> 24) : control28;
  return ok({
    kind: subclass < 2 ? 'test' : subclass === 2 ? 'extendedRead' : 'proprietaryTest',
    tokenClass: 1,
    subclass,
    control,
    controlBits,
    manufacturerCode: isLong ? (low >>> 16) & 0xff : low >>> 16,
    tests: subclass === 2 ? [] : testsOf(control, controlBits),
    registerIndex: subclass === 2 ? control28 >>> 22 : null,
    crc: low & 0xffff,
  });
}

function readManagement(
  key: DecoderKey | null,
  high: number,
  low: number,
): Result<TokenFields, DecodeError> {
  const subclass = high >>> 28;
  if (subclass > 10) return err('subclassProprietary');
  if (subclass === 3 || subclass === 4 || subclass === 8 || subclass === 9) {
    return readKeyChangeSection(key, high, low);
  }
  const value = low >>> 16;
  const common = {
    tokenClass: 2 as const,
    subclass,
    rnd: rndOf(high),
    tid: tidOf(high),
    crc: low & 0xffff,
  };
  switch (subclass) {
    case 0:
      return ok({ kind: 'setMaximumPowerLimit', ...common, watts: BigInt(unitsFromField(value)) });
    case 1: {
      const register = value === 0xffff ? 'all' : (creditRegisters[value] ?? null);
      return ok({ kind: 'clearCredit', ...common, register, registerCode: value });
    }
    case 2:
      return ok({ kind: 'setTariffRate', ...common, rate: value });
    case 5:
      return ok({ kind: 'clearTamper', ...common, pad: value });
    case 6:
      return ok({
        kind: 'setPhaseUnbalanceLimit',
        ...common,
        watts: BigInt(unitsFromField(value)),
      });
    case 7:
      return ok({ kind: 'setWaterFactor', ...common, factor: value });
    default: {
      const index = value >>> 10;
      const low10 = value & 0x3ff;
      const flag = index === 63 ? { index: low10 >>> 1, isSet: (low10 & 1) === 1 } : null;
      return ok({ kind: 'extendedSet', ...common, index, value: low10, value16: value, flag });
    }
  }
}

function readKeyChangeSection(
  key: DecoderKey | null,
  high: number,
  low: number,
): Result<KeyChangeSectionFields, DecodeError> {
  const subclass = high >>> 28;
  const common = {
    kind: 'keyChangeSection' as const,
    tokenClass: 2 as const,
    subclass,
    crc: low & 0xffff,
  };
  const part16 = low >>> 16;
  // After SubClass and 12 bits, the 32 bits that end before the CRC.
  const keyPart = sealPart((((high & 0xffff) << 16) | part16) >>> 0);
  if (subclass === 3) {
    return ok({
      ...common,
      section: 1,
      keyExpiryHigh: (high >>> 24) & 15,
      keyRevision: (high >>> 20) & 15,
      rollover: (high & 0x8_0000) !== 0,
      hasThirdToken: (high & 0x4_0000) !== 0,
      keyType: ((high >>> 16) & 3) as 0 | 1 | 2 | 3,
      keyPart,
    });
  }
  if (subclass === 4) {
    const tariffIndex = (high >>> 16) & 0xff;
    return ok({ ...common, section: 2, keyExpiryLow: (high >>> 24) & 15, tariffIndex, keyPart });
  }
  const group12 = (high >>> 16) & 0xfff;
  const isEa11 = key !== null && decoderKeyAlgorithm(key) === 'ea11';
  if (subclass === 9) {
    if (!isEa11) return err('subclassReserved');
    return ok({ ...common, section: 4, supplyGroupHigh: group12, keyPart });
  }
  if (isEa11) {
    return ok({ ...common, section: 3, form: 'keyAndGroup', supplyGroupLow: group12, keyPart });
  }
  const supplyGroup = (high >>> 4) & 0xff_ffff;
  const pad = ((high & 15) << 16) | part16;
  return ok({ ...common, section: 3, form: 'supplyGroup', supplyGroup, pad });
}
