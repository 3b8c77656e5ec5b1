// Amount fields (IEC 62055-41 clause 6.3.6): a decimal exponent and a 14-bit mantissa, in bands
// without overlap. Amounts round in the customer's favour: credit up, debit towards zero.

import { err, ok, type Result } from './result.ts';

/** Negative, or more than one token can carry (the vendor splits the sale). */
export type AmountError = 'amountNegative' | 'amountTooLarge';

/** Most units of one token: 18,201,624 tenths of a kWh, a cubic metre or a minute. */
export const maximumUnitsPerToken = 18201624n;

const bandStart = [0, 16384, 180224, 1818624] as const;
const bandStep = [1, 10, 100, 1000] as const;
const mantissaLimit = 0x4000;

/** The 16-bit field for the smallest encodable amount of at least `units` (0..18201624). */
export function fieldFromUnits(units: number): number {
  for (let exponent = 0; exponent < 4; exponent += 1) {
    const above = units - (bandStart[exponent] as number);
    // At least zero: the first value of a band also stands for what lies between two bands.
    const mantissa = Math.max(0, Math.ceil(above / (bandStep[exponent] as number)));
    if (mantissa < mantissaLimit) return exponent * mantissaLimit + mantissa;
  }
  throw new RangeError('units above the maximum');
}

/** Units of a 16-bit amount field: 10^e * m + sum of 2^14 * 10^(n-1) for n = 1..e. */
export function unitsFromField(field: number): number {
  const exponent = field >>> 14;
  return (bandStart[exponent] as number) + (field & 0x3fff) * (bandStep[exponent] as number);
}

/**
 * The least encodable amount of at least `units` (clause 6.3.6). Errors: amountNegative,
 * amountTooLarge.
 */
export function ceilToEncodableUnits(units: bigint): Result<bigint, AmountError> {
  if (units < 0n) return err('amountNegative');
  if (units > maximumUnitsPerToken) return err('amountTooLarge');
  return ok(BigInt(unitsFromField(fieldFromUnits(Number(units)))));
}

/**
 * The largest encodable amount of at most `units`, and at most one token's maximum: what a vendor
 * can sell in one token for that much energy. `units` must not be negative (a RangeError is the
 * caller's bug). Clause 6.3.6.
 */
export function floorToEncodableUnits(units: bigint): bigint {
  if (units < 0n) throw new RangeError('units must not be negative');
  if (units >= maximumUnitsPerToken) return maximumUnitsPerToken;
  const wanted = Number(units);
  const field = fieldFromUnits(wanted);
  const coded = unitsFromField(field);
  return BigInt(coded === wanted ? coded : unitsFromField(field - 1));
}

/** Sign and exponent nibble, and the 16-bit amount field, of a currency token. */
export type CurrencyFields = { readonly signAndExponent: number; readonly field: number };

const currencyStart = (exponent: bigint): bigint => (16384n * (10n ** exponent - 1n)) / 9n;

/** Most of a currency token, in 10^-5 of the base unit. */
export const maximumCurrencyPerToken: bigint = 16383n * 10n ** 31n + currencyStart(31n);

/**
 * Fields of an amount in 10^-5 of the currency's base unit: positive rounds up, negative towards
 * zero (STS 531 negative tokens). Clause 6.3.6. Error: amountTooLarge.
 */
export function currencyFieldsFrom(amount: bigint): Result<CurrencyFields, AmountError> {
  const isNegative = amount < 0n;
  const magnitude = isNegative ? -amount : amount;
  if (magnitude > maximumCurrencyPerToken) return err('amountTooLarge');
  let exponent = 0n;
  while (magnitude > 16383n * 10n ** exponent + currencyStart(exponent)) exponent += 1n;
  let above = magnitude - currencyStart(exponent);
  if (isNegative && above < 0n) {
    // Between two bands: towards zero is the last value of the lower band.
    exponent -= 1n;
    above = 16383n * 10n ** exponent;
  }
  const step = 10n ** exponent;
  const mantissa = (isNegative ? above : above + step - 1n) / step;
  const e = Number(exponent);
  return ok({
    signAndExponent: (isNegative ? 8 : 0) | (e >>> 2),
    field: ((e & 3) << 14) | Number(mantissa),
  });
}

/**
 * The amount in 10^-5 of the base unit that a currency token's fields carry; a negative zero is
 * zero. Clause 6.3.6.
 */
export function currencyFromFields(fields: CurrencyFields): bigint {
  const exponent = BigInt(((fields.signAndExponent & 7) << 2) | (fields.field >>> 14));
  const magnitude = BigInt(fields.field & 0x3fff) * 10n ** exponent + currencyStart(exponent);
  return (fields.signAndExponent & 8) === 0 ? magnitude : -magnitude;
}

/**
 * A decimal number (`12`, `-0.05`) times 10^places, rounded up to the next integer: 1.05 kWh is 11
 * units. Exact at any length (the rounding of clause 6.3.6). Error: amountText for anything but
 * digits with an optional sign and point.
 */
export function ceilingOfDecimal(text: string, places: number): Result<bigint, 'amountText'> {
  const parts = /^(-?)(\d{1,60})(?:\.(\d{1,60}))?$/.exec(text);
  if (parts === null) return err('amountText');
  const [, sign, whole, fraction = ''] = parts;
  const kept = BigInt(`${whole}${fraction.slice(0, places).padEnd(places, '0')}`);
  const hasRest = /[1-9]/.test(fraction.slice(places));
  if (sign === '-') return ok(-kept);
  return ok(hasRest ? kept + 1n : kept);
}
