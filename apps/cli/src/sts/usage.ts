// What the commands share about wrong usage: values out of range, options that would have no
// effect, words too many. All end with exit code 2. Nothing that looks like a key is repeated.

import type { Failure, Options, OptionTable } from '../command.ts';

/** A failure that may carry more for programs: `details` joins the error of `--json`. */
export type StsFailure = Failure & { readonly details?: Readonly<Record<string, unknown>> };

export type Outcome<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly error: StsFailure };

export const failure = (exitCode: 1 | 2, code: string, message: string, advice?: string) => ({
  ok: false as const,
  error: { exitCode, code, message, ...(advice === undefined ? {} : { advice }) },
});

/** Hexadecimal of a key's length, or so much of it that it may be a mistyped one. */
export function looksLikeKey(text: string): boolean {
  const digits = text.replace(/[\s:-]/g, '').replace(/^0x/i, '');
  if (!/^[0-9A-Fa-f]+$/.test(digits)) return false;
  return [16, 32, 40].includes(digits.length) || (digits.length >= 14 && /[A-Fa-f]/.test(digits));
}

/** Control characters as \xNN or \u{NNNN}, so that a text cannot move the cursor or hide lines. */
export function printable(text: string): string {
  return text.replace(/[\p{Cc}\p{Cf}\u2028\u2029]/gu, (one) => {
    const hex = (one.codePointAt(0) ?? 0).toString(16).padStart(2, '0');
    return hex.length === 2 ? `\\x${hex}` : `\\u{${hex}}`;
  });
}

/** What a person typed, fit for a message. */
export const shown = (text: string): string =>
  looksLikeKey(text) ? '[not shown: it looks like a key]' : printable(text);

/** Names among `names` that the command line gives. */
export const givenOf = (options: Options, names: readonly string[]): string[] =>
  names.filter((name) => options.text(name) !== undefined || options.flag(name));

const asOptions = (names: readonly string[]): string => names.map((one) => `--${one}`).join(', ');

/** Refuses options that would have no effect beside what else was asked; null when there are none. */
export function refuseIdle(
  options: Options,
  names: readonly string[],
  why: string,
): ReturnType<typeof failure> | null {
  const idle = givenOf(options, names);
  return idle.length === 0 ? null : failure(2, 'idleOption', `${asOptions(idle)}: ${why}`);
}

/** Refuses more than one of several options that exclude each other. */
export function refuseSeveral(
  options: Options,
  names: readonly string[],
): ReturnType<typeof failure> | null {
  const given = givenOf(options, names);
  if (given.length < 2) return null;
  return failure(2, 'contradiction', `${asOptions(given)} exclude each other: give one of them`);
}

/** Refuses words after the options that the command does not take. */
export function refuseWords(options: Options, most: number): ReturnType<typeof failure> | null {
  const extra = options.positionals.slice(most);
  if (extra.length === 0) return null;
  const words = extra.map((word) => `"${shown(word)}"`).join(' ');
  return failure(2, 'extraWords', `not expected: ${words}`);
}

/** An option given twice, of which only the last would count; null when none is. */
export function repeatedOption(args: readonly string[], table: OptionTable): string | null {
  const end = args.indexOf('--');
  const names = (end < 0 ? args : args.slice(0, end))
    .map((arg) => /^--([^=]+)/.exec(arg)?.[1])
    .filter((name) => name !== undefined && Object.hasOwn(table, name));
  return names.find((name, at) => names.indexOf(name) !== at) ?? null;
}

/** A whole number of an option, null when it is not given; else `code` with the range in words. */
export function integerFrom(
  options: Options,
  name: string,
  o: { readonly code: string; readonly from: number; readonly to: number },
): Outcome<number | null> {
  const text = options.text(name);
  if (text === undefined) return { ok: true, value: null };
  const value = /^[0-9]{1,15}$/.test(text) ? Number(text) : Number.NaN;
  if (value >= o.from && value <= o.to) return { ok: true, value };
  return failure(2, o.code, `--${name} must be a whole number from ${o.from} to ${o.to}`);
}

/** `--base-date`, 14 unless given. */
export function baseDateFrom(options: Options): Outcome<93 | 14 | 35> {
  const text = options.text('base-date') ?? '14';
  if (text === '93') return { ok: true, value: 93 };
  if (text === '14') return { ok: true, value: 14 };
  if (text === '35') return { ok: true, value: 35 };
  return failure(2, 'baseDate', '--base-date must be 93, 14 or 35');
}

/** An instant that exists, with its zone, or a date (00:00 UTC); null for any other text. */
export function instantFrom(text: string): number | null {
  const isDate = /^\d{4}-\d\d-\d\d$/.test(text);
  const time = /^\d{4}-\d\d-\d\d[T ]\d\d:\d\d(?::[0-5]\d)?(?:\.\d{1,3})?(?:Z|[+-]\d\d:\d\d)$/;
  if (!isDate && !time.test(text)) return null;
  try {
    return Temporal.Instant.from(isDate ? `${text}T00:00Z` : text).epochMilliseconds;
  } catch {
    return null;
  }
}
