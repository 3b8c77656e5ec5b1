// Reading and writing bytes. A reader remembers its first fault and answers zeroes from then on, so
// that decoders read straight on and ask once at the end; what it holds is never more than its
// input.

import { err, ok, type Result } from '@prewatt/quantities';

/** Why bytes are not what they should be. A closed union: decoders throw on no input. */
export type DecodeFault =
  /** The bytes end before the value does, or a length claims more than there is. */
  | 'truncated'
  /** Bytes are left over after the value. */
  | 'trailing'
  /** A tag, choice or kind that is not known here. */
  | 'tag'
  /** A value that its field cannot have. */
  | 'value'
  /** Nested deeper than anything real, or more elements than bytes can account for. */
  | 'depth'
  | 'size';

export type Reader = {
  readonly bytes: Uint8Array;
  at: number;
  readonly end: number;
  fault: DecodeFault | null;
  /** How many elements may still be made: bounds what small input can blow up to. */
  budget: number;
};

const elementsPerByte = 4;
const elementsAtLeast = 64;

export const readerOf = (bytes: Uint8Array): Reader => ({
  bytes,
  at: 0,
  end: bytes.length,
  fault: null,
  budget: bytes.length * elementsPerByte + elementsAtLeast,
});

/** The first fault stays; the reader stands at its end from then on. */
export function fail(reader: Reader, fault: DecodeFault): void {
  reader.fault ??= fault;
  reader.at = reader.end;
}

export const leftOf = (reader: Reader): number => reader.end - reader.at;

export function takeU8(reader: Reader): number {
  if (reader.at >= reader.end) {
    fail(reader, 'truncated');
    return 0;
  }
  const value = reader.bytes[reader.at] ?? 0;
  reader.at += 1;
  return value;
}

export const takeU16 = (reader: Reader): number => (takeU8(reader) << 8) | takeU8(reader);

export const takeU32 = (reader: Reader): number => takeU16(reader) * 0x1_0000 + takeU16(reader);

/** A view of the next bytes, not a copy. */
export function takeBytes(reader: Reader, count: number): Uint8Array {
  if (count > leftOf(reader)) {
    fail(reader, 'truncated');
    return noBytes;
  }
  const from = reader.at;
  reader.at += count;
  return reader.bytes.subarray(from, reader.at);
}

export const noBytes: Uint8Array = new Uint8Array(0);

/** A length as BER and A-XDR write it: one byte below 128, or a count of bytes and the bytes. */
export function takeLength(reader: Reader): number {
  const first = takeU8(reader);
  if (first < 0x80) return first;
  const count = first & 0x7f;
  if (count === 0 || count > 4) {
    fail(reader, 'value');
    return 0;
  }
  let length = 0;
  for (let index = 0; index < count; index += 1) length = length * 256 + takeU8(reader);
  return length;
}

/** A string of bytes with its length before it. */
export const takeOctets = (reader: Reader): Uint8Array => takeBytes(reader, takeLength(reader));

/** A count of elements that take `least` bytes each; more than there can be is a fault. */
export function takeCount(reader: Reader, least = 1): number {
  const count = takeLength(reader);
  if (count * least <= leftOf(reader)) return count;
  fail(reader, 'truncated');
  return 0;
}

/** `count` elements, or as many as there are up to the first fault. */
export function takeMany<T>(reader: Reader, count: number, take: (reader: Reader) => T): T[] {
  const taken: T[] = [];
  for (let index = 0; index < count && reader.fault === null; index += 1) taken.push(take(reader));
  return taken;
}

/** The value, unless something was wrong or is left over. */
export function finish<T>(reader: Reader, value: T): Result<T, DecodeFault> {
  if (reader.fault !== null) return err(reader.fault);
  return reader.at === reader.end ? ok(value) : err('trailing');
}

export type Writer = { bytes: Uint8Array; length: number };

export const newWriter = (capacity = 64): Writer => ({
  bytes: new Uint8Array(capacity),
  length: 0,
});

function reserve(writer: Writer, more: number): void {
  const wanted = writer.length + more;
  if (wanted <= writer.bytes.length) return;
  const grown = new Uint8Array(Math.max(wanted, writer.bytes.length * 2));
  grown.set(writer.bytes.subarray(0, writer.length));
  writer.bytes = grown;
}

export function putU8(writer: Writer, value: number): void {
  reserve(writer, 1);
  writer.bytes[writer.length] = value;
  writer.length += 1;
}

export function putU16(writer: Writer, value: number): void {
  reserve(writer, 2);
  writer.bytes[writer.length] = value >>> 8;
  writer.bytes[writer.length + 1] = value;
  writer.length += 2;
}

export function putU32(writer: Writer, value: number): void {
  putU16(writer, value >>> 16);
  putU16(writer, value);
}

export function putBytes(writer: Writer, bytes: Uint8Array): void {
  reserve(writer, bytes.length);
  writer.bytes.set(bytes, writer.length);
  writer.length += bytes.length;
}

export function putLength(writer: Writer, length: number): void {
  if (length < 0x80) {
    putU8(writer, length);
  } else if (length < 0x100) {
    putU8(writer, 0x81);
    putU8(writer, length);
  } else if (length < 0x1_0000) {
    putU8(writer, 0x82);
    putU16(writer, length);
  } else {
    putU8(writer, 0x84);
    putU32(writer, length);
  }
}

export function putOctets(writer: Writer, bytes: Uint8Array): void {
  putLength(writer, bytes.length);
  putBytes(writer, bytes);
}

/** What was written; the writer is not used after this. */
export const written = (writer: Writer): Uint8Array => writer.bytes.subarray(0, writer.length);

/** The bytes that `put` writes. */
export function build(put: (writer: Writer) => void): Uint8Array {
  const writer = newWriter();
  put(writer);
  return written(writer);
}

export function concat(...parts: readonly Uint8Array[]): Uint8Array {
  const [only] = parts;
  if (parts.length === 1 && only !== undefined) return only;
  const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

/** Compares without telling by its time where the first difference is. */
export function sameBytes(a: Uint8Array, b: Uint8Array): boolean {
  if (a.length !== b.length) return false;
  let difference = 0;
  for (let index = 0; index < a.length; index += 1) difference |= (a[index] ?? 0) ^ (b[index] ?? 0);
  return difference === 0;
}
