// Amounts as providers write them, in integer minor units. Decimal text all the way: "1", 1.00,
// "1,000.00" and 1E3 occur, floats are never computed with. How many decimals a provider's unit
// has is the provider's rule; ISO's is the default.

const withoutDecimals = 'BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX VND VUV XAF XOF XPF'.split(
  ' ',
);
const withThree = 'BHD IQD JOD KWD LYD OMR TND'.split(' ');

/** Decimals of a currency by ISO 4217. */
export function exponentOf(currency: string): number {
  const code = currency.toUpperCase();
  if (withoutDecimals.includes(code)) return 0;
  return withThree.includes(code) ? 3 : 2;
}

// 10^15 minor units, as everywhere in Prewatt.
const limit = 10n ** 15n;

/**
 * A decimal amount in units of 10^-exponent. Null for what is no amount, is negative, too large,
 * or has more decimals than fit (zeros beyond them are fine: "5000.0" UGX).
 */
export function toMinor(text: string | null, exponent: number): bigint | null {
  const parts = text === null ? null : decimalParts(text);
  if (parts === null) return null;
  const { whole, fraction } = parts;
  if (/[1-9]/.test(fraction.slice(exponent))) return null;
  const value = BigInt(whole + fraction.slice(0, exponent).padEnd(exponent, '0'));
  return value > limit ? null : value;
}

/** An amount that a provider gives as a whole number of its own sub-units. */
export function wholeMinor(text: string | null): bigint | null {
  return toMinor(text, 0);
}

function decimalParts(text: string): { whole: string; fraction: string } | null {
  const plain = text.trim();
  if (plain.length > 40) return null;
  const grouped = /^\d{1,3}(?:,\d{3})+(?:\.\d*)?$/.test(plain) ? plain.replaceAll(',', '') : plain;
  const match = /^\+?(\d{1,18})(?:\.(\d*))?(?:[eE]\+?(\d{1,2}))?$/.exec(grouped);
  if (match === null) return null;
  const [, whole = '', fraction = '', power = '0'] = match;
  const shift = Number(power);
  if (shift > 15) return null;
  const padded = fraction.padEnd(shift, '0');
  return { whole: whole + padded.slice(0, shift), fraction: padded.slice(shift) };
}

/** "37.00" for 3700n and two decimals. */
export function decimalOf(minor: bigint, exponent: number): string {
  const digits = (minor < 0n ? -minor : minor).toString().padStart(exponent + 1, '0');
  const sign = minor < 0n ? '-' : '';
  if (exponent === 0) return sign + digits;
  return `${sign}${digits.slice(0, -exponent)}.${digits.slice(-exponent)}`;
}
