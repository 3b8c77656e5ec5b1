// Money: bigint minor units with a currency. Parsing and printing for people live here and nowhere
// else.

import type { Brand } from './brand.ts';
import { err, ok, type Result } from './result.ts';

export type MinorUnits = Brand<bigint, 'MinorUnits'>;

/** A currency by ISO 4217 code; `scale` is its number of decimals (0..3). */
export type Currency = { readonly code: string; readonly scale: number };
export type Money = { readonly amountMinor: MinorUnits; readonly currency: Currency };

// 10^15 minor units: far above any utility's year, far below what int8 columns hold.
const limit = 10n ** 15n;

/** Minor units from an integer. Throws RangeError out of +-10^15 or for a fraction. */
export function minorUnits(value: bigint | number): MinorUnits {
  if (typeof value === 'number' && !Number.isSafeInteger(value)) {
    throw new RangeError('minor units must be an integer');
  }
  const integer = BigInt(value);
  if (integer > limit || integer < -limit) throw new RangeError('money is out of range');
  return integer as MinorUnits;
}

export type AmountError = 'amount-format' | 'amount-too-precise' | 'amount-out-of-range';

/**
 * What a person typed as an amount, in minor units: "120", "120.5", "120.50". One way to write a
 * decimal, a point: "12,5" is refused rather than guessed at, as are signs, exponents and spaces
 * inside.
 */
export function parseAmount(text: string, currency: Currency): Result<MinorUnits, AmountError> {
  const match = /^(\d{1,16})(?:\.(\d{1,6}))?$/.exec(text.trim());
  if (match === null) return err('amount-format');
  const fraction = match[2] ?? '';
  if (fraction.length > currency.scale) return err('amount-too-precise');
  const value = BigInt((match[1] ?? '') + fraction.padEnd(currency.scale, '0'));
  return value > limit ? err('amount-out-of-range') : ok(value as MinorUnits);
}

/**
 * What a customer typed as an amount, read as `parseAmount` does, and also as pages print it
 * ("1,234.50", "1 234.50") or as a phone's keypad writes decimals ("12,50"), as long as it has one
 * meaning: a comma before three digits groups, before one or two it is the point. With three
 * decimals a comma could be either, and is refused.
 */
export function parseTypedAmount(
  text: string,
  currency: Currency,
): Result<MinorUnits, AmountError> {
  const typed = text.trim();
  if (/^\d{1,3}([ \u00a0]\d{3})+([.,]\d{1,2})?$/.test(typed) && currency.scale < 3) {
    return parseAmount(typed.replaceAll(/[ \u00a0]/g, '').replace(',', '.'), currency);
  }
  if (/^\d{1,3}(,\d{3})+(\.\d+)?$/.test(typed) && currency.scale < 3) {
    return parseAmount(typed.replaceAll(',', ''), currency);
  }
  if (/^\d+,\d{1,2}$/.test(typed) && currency.scale < 3) {
    return parseAmount(typed.replace(',', '.'), currency);
  }
  return parseAmount(typed, currency);
}

/** "1234.50" for 123450n at scale 2; a leading minus when negative. No grouping, no symbol. */
export function formatAmount(amountMinor: bigint, currency: Currency): string {
  const negative = amountMinor < 0n;
  const digits = (negative ? -amountMinor : amountMinor)
    .toString()
    .padStart(currency.scale + 1, '0');
  const cut = digits.length - currency.scale;
  const whole = digits.slice(0, cut);
  const text = currency.scale === 0 ? whole : `${whole}.${digits.slice(cut)}`;
  return negative ? `-${text}` : text;
}

/** "ZAR 1234.50": unambiguous everywhere, no locale needed. */
export function formatMoney(amountMinor: bigint, currency: Currency): string {
  return `${currency.code} ${formatAmount(amountMinor, currency)}`;
}
