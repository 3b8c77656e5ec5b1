// Options by name: their numbers, whole numbers and text in them, and the block of a body that is
// sent in parts (RFC 7252, 5.10; RFC 7641, 2; RFC 7959, 2.2).

import { err, ok, type Result } from '@prewatt/quantities';
import type { CoapOption } from './message.ts';

export const optionNumbers = {
  ifMatch: 1,
  uriHost: 3,
  eTag: 4,
  ifNoneMatch: 5,
  observe: 6,
  uriPort: 7,
  locationPath: 8,
  uriPath: 11,
  contentFormat: 12,
  maxAge: 14,
  uriQuery: 15,
  accept: 17,
  locationQuery: 20,
  block2: 23,
  block1: 27,
  size2: 28,
  proxyUri: 35,
  proxyScheme: 39,
  size1: 60,
} as const;
export type OptionName = keyof typeof optionNumbers;

const known: ReadonlySet<number> = new Set(Object.values(optionNumbers));
const forProxies: ReadonlySet<number> = new Set([
  optionNumbers.proxyUri,
  optionNumbers.proxyScheme,
]);

/** An odd number is critical: whoever does not know it refuses the message. */
export const unknownCritical = (options: readonly CoapOption[]): boolean =>
  options.some(({ number }) => number % 2 === 1 && !known.has(number));

export const isForProxy = (options: readonly CoapOption[]): boolean =>
  options.some(({ number }) => forProxies.has(number));

const decoder = new TextDecoder('utf-8', { fatal: true });
const encoder = new TextEncoder();

/** The shortest form: no leading zeroes, and 0 is empty. Up to 32 bits. */
export function uintOption(name: OptionName, value: number): CoapOption {
  const bytes: number[] = [];
  for (let left = value; left > 0; left = Math.floor(left / 256)) bytes.unshift(left % 256);
  return { number: optionNumbers[name], value: Uint8Array.from(bytes) };
}

export const textOption = (name: OptionName, value: string): CoapOption => ({
  number: optionNumbers[name],
  value: encoder.encode(value),
});

export const textOptions = (name: OptionName, values: readonly string[]): CoapOption[] =>
  values.map((value) => textOption(name, value));

const numberIn = (value: Uint8Array): number => value.reduce((sum, byte) => sum * 256 + byte, 0);

/** The first of its name; null when it is missing or longer than 32 bits. */
export function uintIn(options: readonly CoapOption[], name: OptionName): number | null {
  const found = options.find(({ number }) => number === optionNumbers[name]);
  return found === undefined || found.value.length > 4 ? null : numberIn(found.value);
}

/** All of a name; a fault when one is no UTF-8. */
export function textsIn(
  options: readonly CoapOption[],
  name: OptionName,
): Result<readonly string[], 'text'> {
  try {
    const of = options.filter(({ number }) => number === optionNumbers[name]);
    return ok(of.map(({ value }) => decoder.decode(value)));
  } catch {
    return err('text');
  }
}

/** A part of a body: the nth of 2 ** (exponent + 4) bytes, and whether more follow. */
export type Block = {
  readonly number: number;
  readonly isMore: boolean;
  /** 0 to 6: 16 to 1,024 bytes. */
  readonly exponent: number;
};

export const blockBytes = ({ exponent }: Pick<Block, 'exponent'>): number => 2 ** (exponent + 4);

export const blockOption = (
  name: 'block1' | 'block2',
  { number, isMore, exponent }: Block,
): CoapOption => uintOption(name, number * 16 + (isMore ? 8 : 0) + exponent);

/** Null when there is none; a fault when it is none that there can be. */
export function blockIn(
  options: readonly CoapOption[],
  name: 'block1' | 'block2',
): Result<Block | null, 'block'> {
  const found = options.find(({ number }) => number === optionNumbers[name]);
  if (found === undefined) return ok(null);
  if (found.value.length > 3) return err('block');
  const value = numberIn(found.value);
  const exponent = value & 7;
  if (exponent === 7) return err('block');
  return ok({ number: value >> 4, isMore: (value & 8) !== 0, exponent });
}
