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
};

export function createFindings(): Findings {
  const list: Finding[] = [];
  const show = (value: unknown): string =>
    typeof value === 'object' && value !== null ? JSON.stringify(value) : String(value);
  return {
    list,
    expect(what, expected, actual) {
      if (expected === undefined) return;
      if (show(expected) === show(actual)) return;
      list.push({ what, expected: show(expected), actual: show(actual) });
    },
    unusable(what, value) {
      list.push({ what, expected: 'a usable value', actual: show(value) });
    },
  };
}

/** Typed access to the named values of one record of a vector. */
export type Reader = {
  readonly raw: JsonRecord;
  readonly has: (name: string) => boolean;
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

/** A base date given as two digits, text or number. */
export function baseDateOf(reader: Reader): BaseDate {
  const code = Number(reader.raw['base_date'] ?? 93);
  return code === 14 || code === 35 ? code : 93;
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
  const [year, month, day, hour, minute] = parts.slice(1).map(Number);
  return Date.UTC(year ?? 0, (month ?? 1) - 1, day ?? 1, hour ?? 0, minute ?? 0);
}

export const hexDigits = (value: number, count: number): string =>
  value.toString(16).toUpperCase().padStart(count, '0');
