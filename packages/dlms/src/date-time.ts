// COSEM date and time (IEC 62056-6-2, 4.1.6): 12 bytes, 5 bytes, 4 bytes, any field of which may be
// left open. Plain numbers as they stand on the wire, and the instant where they name one.

import { err, ok, type Result } from '@prewatt/quantities';

/** Bytes with 0xFF (0xFFFF) are "not specified" and stand here as null. */
export type CosemDate = {
  readonly year: number | null;
  /** 1 to 12; 253 and 254 are the end and the begin of daylight saving. */
  readonly month: number | null;
  /** 1 to 31; 253 and 254 are the second last and the last day of the month. */
  readonly dayOfMonth: number | null;
  /** 1 is Monday. */
  readonly dayOfWeek: number | null;
};

export type CosemTime = {
  readonly hour: number | null;
  readonly minute: number | null;
  readonly second: number | null;
  readonly hundredths: number | null;
};

export type CosemDateTime = CosemDate &
  CosemTime & {
    /** Minutes from local time to UTC: UTC = local time + deviation. */
    readonly deviationMinutes: number | null;
    /** Bit 0 invalid, 1 doubtful, 2 other base, 3 invalid status, 7 daylight saving; null: 0xFF. */
    readonly status: number | null;
  };

const openByte = (byte: number | undefined): number | null =>
  byte === undefined || byte === 0xff ? null : byte;
const byteOf = (value: number | null): number => value ?? 0xff;

export function readDate(bytes: Uint8Array): Result<CosemDate, 'length'> {
  return bytes.length === 5 ? ok(dateAt(bytes, 0)) : err('length');
}

export function readTime(bytes: Uint8Array): Result<CosemTime, 'length'> {
  return bytes.length === 4 ? ok(timeAt(bytes, 0)) : err('length');
}

export function readDateTime(bytes: Uint8Array): Result<CosemDateTime, 'length'> {
  if (bytes.length !== 12) return err('length');
  const deviation = wordAt(bytes, 9);
  const signed = (deviation << 16) >> 16;
  return ok({
    ...dateAt(bytes, 0),
    ...timeAt(bytes, 5),
    deviationMinutes: deviation === 0x8000 ? null : signed,
    status: openByte(bytes[11]),
  });
}

const wordAt = (bytes: Uint8Array, at: number): number =>
  ((bytes[at] ?? 0) << 8) | (bytes[at + 1] ?? 0);

function dateAt(bytes: Uint8Array, at: number): CosemDate {
  const year = wordAt(bytes, at);
  return {
    year: year === 0xffff ? null : year,
    month: openByte(bytes[at + 2]),
    dayOfMonth: openByte(bytes[at + 3]),
    dayOfWeek: openByte(bytes[at + 4]),
  };
}

const timeAt = (bytes: Uint8Array, at: number): CosemTime => ({
  hour: openByte(bytes[at]),
  minute: openByte(bytes[at + 1]),
  second: openByte(bytes[at + 2]),
  hundredths: openByte(bytes[at + 3]),
});

// Written in place: a profile has hundreds of them.
function putDateAt(bytes: Uint8Array, at: number, date: CosemDate): void {
  const year = date.year ?? 0xffff;
  bytes[at] = year >> 8;
  bytes[at + 1] = year;
  bytes[at + 2] = byteOf(date.month);
  bytes[at + 3] = byteOf(date.dayOfMonth);
  bytes[at + 4] = byteOf(date.dayOfWeek);
}

function putTimeAt(bytes: Uint8Array, at: number, time: CosemTime): void {
  bytes[at] = byteOf(time.hour);
  bytes[at + 1] = byteOf(time.minute);
  bytes[at + 2] = byteOf(time.second);
  bytes[at + 3] = byteOf(time.hundredths);
}

export function dateBytes(date: CosemDate): Uint8Array {
  const bytes = new Uint8Array(5);
  putDateAt(bytes, 0, date);
  return bytes;
}

export function timeBytes(time: CosemTime): Uint8Array {
  const bytes = new Uint8Array(4);
  putTimeAt(bytes, 0, time);
  return bytes;
}

export function dateTimeBytes(value: CosemDateTime): Uint8Array {
  const bytes = new Uint8Array(12);
  putDateAt(bytes, 0, value);
  putTimeAt(bytes, 5, value);
  const deviation = value.deviationMinutes ?? 0x8000;
  bytes[9] = deviation >> 8;
  bytes[10] = deviation;
  bytes[11] = byteOf(value.status);
  return bytes;
}

/** Nothing specified at all. */
export const openDateTime: CosemDateTime = {
  year: null,
  month: null,
  dayOfMonth: null,
  dayOfWeek: null,
  hour: null,
  minute: null,
  second: null,
  hundredths: null,
  deviationMinutes: null,
  status: null,
};

/**
 * The instant in milliseconds; null where a field that it needs is open, or is none. Seconds and
 * hundredths left open count as 0. `offsetMinutes` (local time minus UTC) is used where the
 * deviation is open.
 */
export function instantOf(value: CosemDateTime, offsetMinutes = 0): number | null {
  const { year, month, dayOfMonth, hour, minute } = value;
  if (year === null || month === null || dayOfMonth === null) return null;
  if (hour === null || minute === null) return null;
  // Meters write zeroes for "never", and higher numbers for "the last day" and summer time.
  if (month < 1 || month > 12 || dayOfMonth < 1 || dayOfMonth > 31) return null;
  if (hour > 23 || minute > 59) return null;
  const local = Date.UTC(
    year,
    month - 1,
    dayOfMonth,
    hour,
    minute,
    value.second ?? 0,
    (value.hundredths ?? 0) * 10,
  );
  const deviation = value.deviationMinutes ?? -offsetMinutes;
  return local + deviation * 60_000;
}

/** The clock of a place that is `offsetMinutes` ahead of UTC at that instant. */
export function dateTimeOf(
  atMs: number,
  { offsetMinutes = 0, status = 0 }: { offsetMinutes?: number; status?: number } = {},
): CosemDateTime {
  const local = new Date(atMs + offsetMinutes * 60_000);
  return {
    year: local.getUTCFullYear(),
    month: local.getUTCMonth() + 1,
    dayOfMonth: local.getUTCDate(),
    dayOfWeek: local.getUTCDay() === 0 ? 7 : local.getUTCDay(),
    hour: local.getUTCHours(),
    minute: local.getUTCMinutes(),
    second: local.getUTCSeconds(),
    hundredths: Math.floor(local.getUTCMilliseconds() / 10),
    deviationMinutes: offsetMinutes === 0 ? 0 : -offsetMinutes,
    status,
  };
}
