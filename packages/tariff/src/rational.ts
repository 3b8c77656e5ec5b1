// Exact fractions of bigints: prices and percentages stay exact until one named rounding per line.
// Denominators are mostly powers of ten, so a common one is found without a gcd.

import { divideCeil, divideFloor, divideHalfUp } from '@prewatt/quantities';

/** n / d, with d > 0. Not reduced. */
export type Rational = { readonly n: bigint; readonly d: bigint };
export type RoundingMode = 'half-up' | 'down' | 'up';

export const zero: Rational = { n: 0n, d: 1n };

export const whole = (value: bigint): Rational => ({ n: value, d: 1n });

/**
 * "-1.2449" or a fraction of two decimals, "18/118"; null for anything else, or beyond 12 + 12
 * digits.
 */
export function parseDecimal(text: string): Rational | null {
  const [above = '', below, ...more] = text.split('/');
  const numerator = parsePlain(above);
  if (below === undefined || numerator === null) return numerator;
  const denominator = parsePlain(below);
  if (more.length > 0 || denominator === null || denominator.n <= 0n) return null;
  return divide(numerator, denominator);
}

function parsePlain(text: string): Rational | null {
  const match = /^(-?)(\d{1,12})(?:\.(\d{1,12}))?$/.exec(text);
  if (match === null) return null;
  const fraction = match[3] ?? '';
  const n = BigInt((match[2] ?? '') + fraction);
  return { n: match[1] === '-' ? -n : n, d: 10n ** BigInt(fraction.length) };
}

export function add(a: Rational, b: Rational): Rational {
  if (a.n === 0n) return b;
  if (b.n === 0n) return a;
  if (a.d === b.d) return { n: a.n + b.n, d: a.d };
  if (a.d % b.d === 0n) return { n: a.n + b.n * (a.d / b.d), d: a.d };
  if (b.d % a.d === 0n) return { n: a.n * (b.d / a.d) + b.n, d: b.d };
  return { n: a.n * b.d + b.n * a.d, d: a.d * b.d };
}

export const negate = (a: Rational): Rational => ({ n: -a.n, d: a.d });
export const subtract = (a: Rational, b: Rational): Rational => add(a, negate(b));
export const multiply = (a: Rational, b: Rational): Rational => ({ n: a.n * b.n, d: a.d * b.d });

/** a / b; b must not be zero. */
export function divide(a: Rational, b: Rational): Rational {
  if (b.n === 0n) throw new RangeError('division by zero');
  return b.n > 0n ? { n: a.n * b.d, d: a.d * b.n } : { n: -a.n * b.d, d: a.d * -b.n };
}

/** Negative, zero or positive as a <, =, > b. */
export function compare(a: Rational, b: Rational): bigint {
  return a.n * b.d - b.n * a.d;
}

export const sum = (values: readonly Rational[]): Rational => values.reduce(add, zero);

export function round(value: Rational, mode: RoundingMode): bigint {
  if (mode === 'down') return divideFloor(value.n, value.d);
  if (mode === 'up') return divideCeil(value.n, value.d);
  return divideHalfUp(value.n, value.d);
}

/**
 * For people: at most `digits` decimals, rounded, trailing zeros dropped but for `least` of them.
 */
export function formatRational(value: Rational, digits: number, least = 0): string {
  const scaled = divideHalfUp(value.n * 10n ** BigInt(digits), value.d);
  const magnitude = (scaled < 0n ? -scaled : scaled).toString().padStart(digits + 1, '0');
  const cut = magnitude.length - digits;
  let fraction = magnitude.slice(cut);
  while (fraction.length > least && fraction.endsWith('0')) fraction = fraction.slice(0, -1);
  const text = magnitude.slice(0, cut) + (fraction === '' ? '' : `.${fraction}`);
  return scaled < 0n ? `-${text}` : text;
}
