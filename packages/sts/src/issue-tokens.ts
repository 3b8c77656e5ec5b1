// Single tokens of classes 0, 1 and 2, but for key changes (IEC 62055-41 clause 6.2). Inputs are
// checked first, and a refusal is a code; what is answered is what the token carries, rounded as
// the standard has it.

import {
  type AmountError,
  currencyFieldsFrom,
  currencyFromFields,
  fieldFromUnits,
  maximumUnitsPerToken,
  unitsFromField,
} from './amounts.ts';
import { sealBlock } from './block.ts';
import { cipherOf, type DecoderKey } from './decoder-key.ts';
import { isInteger } from './key-fields.ts';
import { err, ok, type Result } from './result.ts';
import { maximumTid } from './tid.ts';
import {
  type Commodity,
  type CreditRegister,
  commodities,
  creditRegisters,
} from './token-kinds.ts';

/** Refusals of a token with a TID, in the order of the checks. */
export type IssueError =
  | 'commodity'
  | 'tid'
  | 'rnd'
  | 'keyExpiry'
  | 'keyExpired'
  | AmountError
  | 'function'
  | 'field16'
  | 'register'
  | 'extendedIndex'
  | 'extendedValue';

/** Refusals of a class 1 token. */
export type TestTokenError = 'subclass' | 'control' | 'manufacturerCode';

/** What a token with a TID needs besides its value. */
export type TimedTokenOptions = {
  readonly decoderKey: DecoderKey;
  /** Minutes since the vending key's base date; unique for the meter (see nextTid). */
  readonly tid: number;
  /** 0..15, random. */
  readonly rnd: number;
  /** 0..255; 255 switches expiry off. */
  readonly keyExpiry: number;
};

/**
 * Checks of TID, random nibble and expiry: a TID whose top byte exceeds the expiry is refused
 * (clause 6.1.10).
 */
function checkTimed(o: Omit<TimedTokenOptions, 'decoderKey'>): IssueError | null {
  if (!isInteger(o.tid, 0, maximumTid)) return 'tid';
  if (!isInteger(o.rnd, 0, 15)) return 'rnd';
  if (!isInteger(o.keyExpiry, 0, 255)) return 'keyExpiry';
  return o.tid >>> 16 > o.keyExpiry ? 'keyExpired' : null;
}

const checkUnits = (units: bigint): AmountError | null => {
  if (units < 0n) return 'amountNegative';
  return units > maximumUnitsPerToken ? 'amountTooLarge' : null;
};

const highOf = (subclass: number, nibble: number, tid: number): number =>
  (subclass << 28) | (nibble << 24) | tid;

/**
 * A class 0 token in units of 0.1 kWh, 0.1 m3 or 0.1 min (SubClass 0..3, clause 6.2.2). The amount
 * rounds up to an encodable one; `units` of the answer is what the token carries and what the
 * receipt must show.
 */
export function issueCreditToken(
  o: TimedTokenOptions & { readonly commodity: Commodity; readonly units: bigint },
): Result<{ readonly token: string; readonly units: bigint; readonly tid: number }, IssueError> {
  const subclass = commodities.indexOf(o.commodity);
  if (subclass < 0) return err('commodity');
  const refusal = checkTimed(o) ?? checkUnits(o.units);
  if (refusal !== null) return err(refusal);
  const value16 = fieldFromUnits(Number(o.units));
  const high = highOf(subclass, o.rnd, o.tid);
  const token = sealBlock(cipherOf(o.decoderKey), 0, { high, value16 });
  return ok({ token, units: BigInt(unitsFromField(value16)), tid: o.tid });
}

/**
 * A class 0 token in currency (SubClass 4..7, clause 6.2.2): `amountE5` counts 10^-5 of the base
 * unit; positive rounds up, negative towards zero. These tokens carry no random nibble.
 */
export function issueCurrencyToken(
  o: Omit<TimedTokenOptions, 'rnd'> & { readonly commodity: Commodity; readonly amountE5: bigint },
): Result<{ readonly token: string; readonly amountE5: bigint; readonly tid: number }, IssueError> {
  const subclass = commodities.indexOf(o.commodity);
  if (subclass < 0) return err('commodity');
  const refusal = checkTimed({ ...o, rnd: 0 });
  if (refusal !== null) return err(refusal);
  const fields = currencyFieldsFrom(o.amountE5);
  if (!fields.ok) return fields;
  const high = highOf(subclass + 4, fields.value.signAndExponent, o.tid);
  const value16 = fields.value.field;
  const token = sealBlock(cipherOf(o.decoderKey), 0, { high, value16 });
  return ok({ token, amountE5: currencyFromFields(fields.value), tid: o.tid });
}

/** What a class 2 token with a TID does; watts are coded like amounts and round up. */
export type ManagementFunction =
  | { readonly kind: 'setMaximumPowerLimit'; readonly watts: bigint }
  | { readonly kind: 'clearCredit'; readonly register: CreditRegister }
  | { readonly kind: 'setTariffRate'; readonly rate: number }
  | { readonly kind: 'clearTamper' }
  | { readonly kind: 'setPhaseUnbalanceLimit'; readonly watts: bigint }
  | { readonly kind: 'setWaterFactor'; readonly factor: number }
  | { readonly kind: 'extendedSet'; readonly index: number; readonly value: number };

type ManagementField = { readonly subclass: number; readonly value16: number };

const field16 = (subclass: number, value: number): Result<ManagementField, IssueError> =>
  isInteger(value, 0, 0xffff) ? ok({ subclass, value16: value }) : err('field16');

function wattField(subclass: number, watts: bigint): Result<ManagementField, IssueError> {
  const refusal = checkUnits(watts);
  if (refusal !== null) return err(refusal);
  return ok({ subclass, value16: fieldFromUnits(Number(watts)) });
}

function managementField(f: ManagementFunction): Result<ManagementField, IssueError> {
  switch (f.kind) {
    case 'setMaximumPowerLimit':
      return wattField(0, f.watts);
    case 'clearCredit': {
      const code = f.register === 'all' ? 0xffff : creditRegisters.indexOf(f.register);
      return code < 0 ? err('register') : ok({ subclass: 1, value16: code });
    }
    case 'setTariffRate':
      return field16(2, f.rate);
    case 'clearTamper':
      return ok({ subclass: 5, value16: 0 });
    case 'setPhaseUnbalanceLimit':
      return wattField(6, f.watts);
    case 'setWaterFactor':
      return field16(7, f.factor);
    case 'extendedSet':
      if (!isInteger(f.index, 0, 63)) return err('extendedIndex');
      if (!isInteger(f.value, 0, 1023)) return err('extendedValue');
      return ok({ subclass: 10, value16: (f.index << 10) | f.value });
    default:
      // Programs without types pass other kinds.
      return err('function');
  }
}

/**
 * A class 2 token with a TID (SubClass 0, 1, 2, 5, 6, 7, 10; clause 6.2.4 and following). `watts`
 * as coded.
 */
export function issueManagementToken(
  o: TimedTokenOptions & { readonly function: ManagementFunction },
): Result<{ readonly token: string; readonly tid: number; readonly watts?: bigint }, IssueError> {
  const refusal = checkTimed(o);
  if (refusal !== null) return err(refusal);
  const field = managementField(o.function);
  if (!field.ok) return field;
  const high = highOf(field.value.subclass, o.rnd, o.tid);
  const token = sealBlock(cipherOf(o.decoderKey), 2, { high, value16: field.value.value16 });
  if (!('watts' in o.function)) return ok({ token, tid: o.tid });
  return ok({ token, tid: o.tid, watts: BigInt(unitsFromField(field.value.value16)) });
}

/**
 * The control field of tests numbered from 1, or of every test (clause 6.2.3); null for a number
 * outside the field.
 */
export function controlOfTests(
  tests: readonly number[] | 'all',
  controlBits: 28 | 36,
): number | null {
  if (tests === 'all') return 2 ** controlBits - 1;
  const numbers = [...new Set(tests)];
  if (!numbers.every((n) => isInteger(n, 1, controlBits))) return null;
  return numbers.reduce((sum, n) => sum + 2 ** (n - 1), 0);
}

/**
 * A class 1 token (clause 6.2.3), the same for every meter of the manufacturer code, or of all for
 * code 0. SubClass 0 and 11..15: 36 control bits and a code of 2 digits; 1 and 6..10: 28 bits and 4
 * digits; 2 (extended read): register index 0..63 in the top six of 36 bits, code 0. `control` is
 * the whole control field.
 */
export function issueTestToken(o: {
  readonly subclass: number;
  readonly control: number;
  readonly manufacturerCode: number;
}): Result<{ readonly token: string }, TestTokenError> {
  const { subclass, control, manufacturerCode } = o;
  if (!isInteger(subclass, 0, 15) || (subclass >= 3 && subclass <= 5)) return err('subclass');
  const isLong = subclass === 0 || subclass === 2 || subclass > 10;
  if (!isInteger(control, 0, 2 ** (isLong ? 36 : 28) - 1)) return err('control');
  const maximumCode = subclass === 2 ? 0 : isLong ? 99 : 9999;
  if (!isInteger(manufacturerCode, 0, maximumCode)) return err('manufacturerCode');
  const control28 = isLong ? Math.floor(control / 256) : control;
  const value16 = isLong ? ((control & 0xff) << 8) | manufacturerCode : manufacturerCode;
  return ok({ token: sealBlock(null, 1, { high: (subclass << 28) | control28, value16 }) });
}
