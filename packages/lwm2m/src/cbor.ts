// As much of CBOR (RFC 8949) as SenML needs, both ways: what is read takes no more memory than a
// multiple of its bytes, and nests no deeper than a pack of records does.

import { err, ok, type Result } from '@prewatt/quantities';
import type { ContentFault } from './values.ts';

export type Cbor = number | string | boolean | null | Uint8Array | readonly Cbor[] | CborMap;
/** Keys of SenML are whole numbers and text. */
export type CborMap = { readonly pairs: readonly (readonly [number | string, Cbor])[] };

const decoder = new TextDecoder('utf-8', { fatal: true });
const encoder = new TextEncoder();
const deepest = 4;

export const isMap = (value: Cbor): value is CborMap =>
  typeof value === 'object' && value !== null && 'pairs' in value;

function head(major: number, value: number): number[] {
  const kind = major << 5;
  if (value < 24) return [kind | value];
  if (value < 0x100) return [kind | 24, value];
  if (value < 0x1_0000) return [kind | 25, value >> 8, value & 0xff];
  const low = value % 0x1_0000_0000;
  const bytes = [(low >>> 24) & 0xff, (low >>> 16) & 0xff, (low >>> 8) & 0xff, low & 0xff];
  if (value < 0x1_0000_0000) return [kind | 26, ...bytes];
  const high = Math.floor(value / 0x1_0000_0000);
  return [
    kind | 27,
    (high >>> 24) & 0xff,
    (high >>> 16) & 0xff,
    (high >>> 8) & 0xff,
    high & 0xff,
    ...bytes,
  ];
}

function write(out: number[], value: Cbor): void {
  if (typeof value === 'number') return void out.push(...numberBytes(value));
  if (typeof value === 'string') {
    const bytes = encoder.encode(value);
    return void out.push(...head(3, bytes.length), ...bytes);
  }
  if (typeof value === 'boolean') return void out.push(value ? 0xf5 : 0xf4);
  if (value === null) return void out.push(0xf6);
  if (value instanceof Uint8Array) return void out.push(...head(2, value.length), ...value);
  if (isMap(value)) {
    out.push(...head(5, value.pairs.length));
    for (const [key, each] of value.pairs) {
      write(out, key);
      write(out, each);
    }
    return;
  }
  out.push(...head(4, value.length));
  for (const each of value) write(out, each);
}

function numberBytes(value: number): number[] {
  if (Number.isSafeInteger(value) && !Object.is(value, -0)) {
    return value >= 0 ? head(0, value) : head(1, -1 - value);
  }
  const view = new DataView(new ArrayBuffer(8));
  view.setFloat64(0, value);
  return [0xfb, ...new Uint8Array(view.buffer)];
}

export function encodeCbor(value: Cbor): Uint8Array {
  const out: number[] = [];
  write(out, value);
  return Uint8Array.from(out);
}

type Reader = { readonly bytes: Uint8Array; readonly view: DataView; at: number };

export function decodeCbor(bytes: Uint8Array): Result<Cbor, ContentFault> {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const reader: Reader = { bytes, view, at: 0 };
  const value = read(reader, 0);
  if (!value.ok) return value;
  return reader.at === bytes.length ? value : err('trailing');
}

const indefinite = -1;

function read(reader: Reader, depth: number): Result<Cbor, ContentFault> {
  if (depth > deepest) return err('format');
  const first = reader.bytes[reader.at];
  if (first === undefined) return err('truncated');
  reader.at += 1;
  const [major, info] = [first >> 5, first & 31];
  if (major === 7) return readSimple(reader, info);
  const count = readCount(reader, info);
  if (!count.ok) return count;
  const { value } = count;
  switch (major) {
    case 0:
      return value === indefinite ? err('format') : ok(value);
    case 1:
      return value === indefinite ? err('format') : ok(-1 - value);
    case 2:
    case 3:
      return readBytes(reader, { count: value, isText: major === 3 });
    case 4:
      return readArray(reader, { count: value, depth });
    case 5:
      return readMap(reader, { count: value, depth });
    default:
      return err('format');
  }
}

function readCount(reader: Reader, info: number): Result<number, ContentFault> {
  if (info < 24) return ok(info);
  if (info === 31) return ok(indefinite);
  const width = { 24: 1, 25: 2, 26: 4, 27: 8 }[info];
  if (width === undefined) return err('format');
  const from = reader.at;
  if (from + width > reader.bytes.length) return err('truncated');
  reader.at += width;
  const value = BigInt(`0x${reader.bytes.subarray(from, from + width).toHex()}`);
  return value > BigInt(Number.MAX_SAFE_INTEGER) ? err('value') : ok(Number(value));
}

function readSimple(reader: Reader, info: number): Result<Cbor, ContentFault> {
  if (info === 20 || info === 21) return ok(info === 21);
  if (info === 22) return ok(null);
  const width = { 25: 2, 26: 4, 27: 8 }[info];
  if (width === undefined) return err('format');
  const { at, view } = reader;
  if (at + width > reader.bytes.length) return err('truncated');
  reader.at += width;
  const value =
    width === 2
      ? half(view.getUint16(at))
      : width === 4
        ? view.getFloat32(at)
        : view.getFloat64(at);
  return Number.isFinite(value) ? ok(value) : err('value');
}

function half(bits: number): number {
  const [exponent, fraction] = [(bits >> 10) & 31, bits & 1_023];
  const size =
    exponent === 0
      ? fraction * 2 ** -24
      : exponent === 31
        ? Number.POSITIVE_INFINITY
        : (1_024 + fraction) * 2 ** (exponent - 25);
  return bits >> 15 === 1 ? -size : size;
}

function readBytes(
  reader: Reader,
  { count, isText }: { readonly count: number; readonly isText: boolean },
): Result<Cbor, ContentFault> {
  // In pieces without a length: none of what is sent to us is so long.
  if (count === indefinite) return err('format');
  const from = reader.at;
  if (from + count > reader.bytes.length) return err('truncated');
  reader.at += count;
  const bytes = reader.bytes.slice(from, from + count);
  if (!isText) return ok(bytes);
  try {
    return ok(decoder.decode(bytes));
  } catch {
    return err('value');
  }
}

type Counted = { readonly count: number; readonly depth: number };

/** True, and past it, at the end of an array or map; a length beyond the bytes is "truncated". */
function isAtEnd(reader: Reader, { count, done }: { count: number; done: number }): boolean {
  if (count !== indefinite) return done >= count;
  if (reader.bytes[reader.at] !== 0xff) return false;
  reader.at += 1;
  return true;
}

function readArray(reader: Reader, { count, depth }: Counted): Result<Cbor, ContentFault> {
  const values: Cbor[] = [];
  while (!isAtEnd(reader, { count, done: values.length })) {
    const value = read(reader, depth + 1);
    if (!value.ok) return value;
    values.push(value.value);
  }
  return ok(values);
}

function readMap(reader: Reader, { count, depth }: Counted): Result<Cbor, ContentFault> {
  const pairs: [number | string, Cbor][] = [];
  while (!isAtEnd(reader, { count, done: pairs.length })) {
    const key = read(reader, depth + 1);
    if (!key.ok) return key;
    if (typeof key.value !== 'number' && typeof key.value !== 'string') return err('format');
    const value = read(reader, depth + 1);
    if (!value.ok) return value;
    pairs.push([key.value, value.value]);
  }
  return ok({ pairs });
}
