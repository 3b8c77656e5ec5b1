// Reading a vector without trusting its shape, and collecting what differs. A missing or odd input
// is a finding like any other, so that no file can make the checker throw.

import { bytesFromHex } from '../hex.ts';
import { type BaseDate, tidFromInstant } from '../tid.ts';

/** One difference between a vector and this package. */
export type Finding = {
  readonly what: string;
  readonly expected: string;
  readonly actual: string;
};

export type JsonRecord = { readonly [name: string]: unknown };

export function asRecord(value: unknown): JsonRecord {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
    ? (value as JsonRecord)
    : {};
}

/**
 * Collects findings; `text`, `number` and the like note an unusable input and go on with a harmless
 * value.
 */
export type Findings = {
  readonly list: Finding[];
  /** Compares when the vector states the value at all. */
  readonly expect: (what: string, expected: unknown, actual: unknown) => void;
  readonly unusable: (what: string, value: unknown) => void;
  /** Notes that a stated value (`token`, `expected.crc`, `steps.0.result`) was compared. */
  readonly compared: (place: string) => void;
  readonly isCompared: (place: string) => boolean;
};

/** Any value as text; `String` would throw for an object that has a `toString` of its own. */
export const shown = (value: unknown): string =>
  typeof value === 'object' && value !== null ? JSON.stringify(value) : String(value);

/** Hexadecimal digits are the same in either case; everything else as it stands. */
const isSame = (one: string, other: string): boolean =>
  one === other || (/^[0-9A-Fa-f]+$/.test(one) && one.toUpperCase() === other);

/** Whether a stated key is the computed one, in either case. */
export const isSameHex = (stated: unknown, actual: string): boolean =>
  typeof stated === 'string' && isSame(stated, actual);

export function createFindings(): Findings {
  const list: Finding[] = [];
  const places = new Set<string>();
  return {
    list,
    expect(what, expected, actual) {
      places.add(what);
      if (expected === undefined) return;
      if (isSame(shown(expected), shown(actual))) return;
      list.push({ what, expected: shown(expected), actual: shown(actual) });
    },
    unusable(what, value) {
      list.push({ what, expected: 'a usable value', actual: shown(value) });
    },
    compared: (place) => {
      places.add(place);
    },
    isCompared: (place) => places.has(place),
  };
}

/** The same findings for values that stand in a part of the vector, such as `expected.`. */
export function within(findings: Findings, prefix: string): Findings {
  return {
    ...findings,
    expect(what, expected, actual) {
      findings.compared(`${prefix}${what}`);
      const single = createFindings();
      single.expect(what, expected, actual);
      findings.list.push(...single.list);
    },
    compared: (place) => findings.compared(`${prefix}${place}`),
    isCompared: (place) => findings.isCompared(`${prefix}${place}`),
  };
}

/** Typed access to the named values of one record of a vector. */
export type Reader = {
  readonly raw: JsonRecord;
  readonly has: (name: string) => boolean;
  /** Notes that a value cannot be used. */
  readonly refuse: (name: string) => void;
  readonly text: (name: string) => string;
  readonly integer: (name: string) => number;
  readonly bigint: (name: string) => bigint;
  readonly bytes: (name: string) => Uint8Array;
  /** A hexadecimal number up to 2^53. */
  readonly hexNumber: (name: string) => number;
};

export function createReader(value: unknown, findings: Findings): Reader {
  const raw = asRecord(value);
  const fallback = <T>(name: string, harmless: T): T => {
    findings.unusable(name, raw[name]);
    return harmless;
  };
  const text = (name: string): string => {
    const found = raw[name];
    return typeof found === 'string' ? found : fallback(name, '');
  };
  return {
    raw,
    has: (name) => raw[name] !== undefined && raw[name] !== null,
    refuse: (name) => findings.unusable(name, raw[name]),
    text,
    integer(name) {
      const found = raw[name];
      const number = typeof found === 'string' && /^[0-9]+$/.test(found) ? Number(found) : found;
      return Number.isSafeInteger(number) ? (number as number) : fallback(name, 0);
    },
    bigint(name) {
      const found = raw[name];
      if (Number.isSafeInteger(found)) return BigInt(found as number);
      return typeof found === 'string' && /^-?[0-9]{1,60}$/.test(found)
        ? BigInt(found)
        : fallback(name, 0n);
    },
    bytes(name) {
      const found = raw[name];
      const bytes = typeof found === 'string' ? bytesFromHex(found) : null;
      if (bytes !== null && bytes.length > 0) return bytes;
      // Most bytes in these files are keys, and a live one may be mistyped: never shown.
      findings.unusable(name, 'not hexadecimal bytes');
      return new Uint8Array(8);
    },
    hexNumber(name) {
      const found = text(name);
      return /^[0-9A-Fa-f]{1,13}$/.test(found) ? Number.parseInt(found, 16) : fallback(name, 0);
    },
  };
}

/** A base date given as two digits, text or number; 93 when none is given. */
export function baseDateOf(reader: Reader): BaseDate {
  const code = reader.raw['base_date'] ?? 93;
  if (code === 14 || code === '14') return 14;
  if (code === 35 || code === '35') return 35;
  if (code !== 93 && code !== '93') reader.refuse('base_date');
  return 93;
}

/** Notes an `ea` that is none, or not the one of a key. */
export function expectEa(reader: Reader, ea: string): void {
  if (reader.has('ea') && `ea${shown(reader.raw['ea'])}` !== ea) reader.refuse('ea');
}

/** TID of an `issue_utc` ("YYYY-MM-DD hh:mm", UTC); a code when it has none. */
export function tidOfIssue(reader: Reader): number | string {
  const epochMs = instantOfIssue(reader);
  if (epochMs === null) return 'issue_utc';
  const tid = tidFromInstant(epochMs, baseDateOf(reader));
  return tid.ok ? tid.value : tid.error;
}

export function instantOfIssue(reader: Reader): number | null {
  const parts = /^(\d{4})-(\d\d)-(\d\d)[ T](\d\d):(\d\d)$/.exec(reader.text('issue_utc'));
  if (parts === null) return null;
  const [date = '', time = ''] = [parts.slice(1, 4).join('-'), parts.slice(4).join(':')];
  const epochMs = Date.parse(`${date}T${time}:00.000Z`);
  // What does not exist (30 February, 24:00) comes out as another date, or as none.
  if (Number.isNaN(epochMs)) return null;
  return new Date(epochMs).toISOString() === `${date}T${time}:00.000Z` ? epochMs : null;
}

export const hexDigits = (value: number, count: number): string =>
  value.toString(16).toUpperCase().padStart(count, '0');
