// A-XDR (IEC 61334-6) of COSEM data, both ways. Depth, element count and memory are bounded by the
// input: a compact array cannot describe more elements than its bytes can account for.

import type { Result } from '@prewatt/quantities';
import {
  type DecodeFault,
  fail,
  finish,
  leftOf,
  newWriter,
  putBytes,
  putLength,
  putOctets,
  putU8,
  putU16,
  putU32,
  type Reader,
  readerOf,
  takeBytes,
  takeCount,
  takeLength,
  takeMany,
  takeOctets,
  takeU8,
  takeU16,
  takeU32,
  type Writer,
  written,
} from './bytes.ts';
import type { CompactData, Data, DataType, ListData, NumberType, TypeDescription } from './data.ts';

/** Deeper than any object of the Blue Book; keeps recursion off the end of the stack. */
export const deepestData = 24;

const tags: { readonly [T in DataType]: number } = {
  nullData: 0,
  array: 1,
  structure: 2,
  boolean: 3,
  bitString: 4,
  doubleLong: 5,
  doubleLongUnsigned: 6,
  octetString: 9,
  visibleString: 10,
  utf8String: 12,
  bcd: 13,
  integer: 15,
  long: 16,
  unsigned: 17,
  longUnsigned: 18,
  compactArray: 19,
  long64: 20,
  long64Unsigned: 21,
  enum: 22,
  float32: 23,
  float64: 24,
  dateTime: 25,
  date: 26,
  time: 27,
  deltaInteger: 28,
  deltaLong: 29,
  deltaDoubleLong: 30,
  deltaUnsigned: 31,
  deltaLongUnsigned: 32,
  deltaDoubleLongUnsigned: 33,
  dontCare: 255,
};

const typeOfTag: readonly (DataType | undefined)[] = (() => {
  const types = new Array<DataType | undefined>(256).fill(undefined);
  for (const [type, tag] of Object.entries(tags)) types[tag] = type as DataType;
  return types;
})();

type Width = { readonly bytes: 1 | 2 | 4; readonly signed: boolean };

const widths: { readonly [T in NumberType]: Width } = {
  integer: { bytes: 1, signed: true },
  long: { bytes: 2, signed: true },
  doubleLong: { bytes: 4, signed: true },
  unsigned: { bytes: 1, signed: false },
  longUnsigned: { bytes: 2, signed: false },
  doubleLongUnsigned: { bytes: 4, signed: false },
  enum: { bytes: 1, signed: false },
  bcd: { bytes: 1, signed: true },
  deltaInteger: { bytes: 1, signed: true },
  deltaLong: { bytes: 2, signed: true },
  deltaDoubleLong: { bytes: 4, signed: true },
  deltaUnsigned: { bytes: 1, signed: false },
  deltaLongUnsigned: { bytes: 2, signed: false },
  deltaDoubleLongUnsigned: { bytes: 4, signed: false },
};

const momentBytes = { dateTime: 12, date: 5, time: 4 } as const;

/** A whole value; whatever is not one ends as a fault. */
export function decodeData(bytes: Uint8Array): Result<Data, DecodeFault> {
  const reader = readerOf(bytes);
  return finish(reader, takeData(reader));
}

/** The next value with its tag. */
export function takeData(reader: Reader, depth = 0): Data {
  const type = takeType(reader);
  if (depth >= deepestData || !spend(reader)) {
    fail(reader, depth >= deepestData ? 'depth' : 'size');
    return { type: 'nullData' };
  }
  switch (type) {
    case 'array':
    case 'structure': {
      const count = takeCount(reader);
      return { type, items: takeMany(reader, count, (each) => takeData(each, depth + 1)) };
    }
    case 'compactArray':
      return takeCompact(reader, depth);
    default:
      return takeValue(reader, type);
  }
}

function takeType(reader: Reader): DataType {
  const type = typeOfTag[takeU8(reader)];
  if (type !== undefined) return type;
  fail(reader, 'tag');
  return 'nullData';
}

function spend(reader: Reader): boolean {
  reader.budget -= 1;
  return reader.budget >= 0;
}

type Simple = Exclude<DataType, 'array' | 'structure' | 'compactArray'>;

/** A value without its tag. */
function takeValue(reader: Reader, type: Simple): Data {
  switch (type) {
    case 'nullData':
    case 'dontCare':
      return { type };
    case 'boolean':
      return { type, value: takeU8(reader) !== 0 };
    case 'bitString':
      return { type, bits: takeBits(reader) };
    case 'octetString':
      return { type, value: takeOctets(reader) };
    case 'visibleString':
      return { type, value: latin1Of(takeOctets(reader)) };
    case 'utf8String':
      return { type, value: utf8.decode(takeOctets(reader)) };
    case 'long64':
    case 'long64Unsigned': {
      const value = (BigInt(takeU32(reader)) << 32n) | BigInt(takeU32(reader));
      return { type, value: type === 'long64' ? BigInt.asIntN(64, value) : value };
    }
    case 'float32':
      return { type, value: viewOf(takeBytes(reader, 4), 4).getFloat32(0) };
    case 'float64':
      return { type, value: viewOf(takeBytes(reader, 8), 8).getFloat64(0) };
    case 'dateTime':
    case 'date':
    case 'time':
      return { type, value: takeBytes(reader, momentBytes[type]) };
    default:
      return { type, value: takeNumber(reader, widths[type]) };
  }
}

function takeNumber(reader: Reader, { bytes, signed }: Width): number {
  if (bytes === 1) return signed ? (takeU8(reader) << 24) >> 24 : takeU8(reader);
  if (bytes === 2) return signed ? (takeU16(reader) << 16) >> 16 : takeU16(reader);
  return signed ? takeU32(reader) | 0 : takeU32(reader);
}

function viewOf(bytes: Uint8Array, least: number): DataView {
  const whole = bytes.length < least ? new Uint8Array(least) : bytes;
  return new DataView(whole.buffer, whole.byteOffset, whole.byteLength);
}

const utf8 = new TextDecoder('utf-8', { ignoreBOM: true });
const utf8Encoder = new TextEncoder();

function latin1Of(bytes: Uint8Array): string {
  let text = '';
  for (const byte of bytes) text += String.fromCharCode(byte);
  return text;
}

function takeBits(reader: Reader): string {
  const count = takeLength(reader);
  const bytes = takeBytes(reader, Math.ceil(count / 8));
  if (reader.fault !== null) return '';
  let bits = '';
  for (const byte of bytes) bits += byte.toString(2).padStart(8, '0');
  return bits.slice(0, count);
}

function takeCompact(reader: Reader, depth: number): CompactData {
  const element = takeDescription(reader, depth + 1);
  const contents = takeOctets(reader);
  const inner: Reader = { ...readerOf(contents), budget: reader.budget };
  const items: Data[] = [];
  while (leftOf(inner) > 0 && inner.fault === null) {
    const from = inner.at;
    const item = takeDescribed(inner, element);
    if (inner.fault === null && inner.at === from) fail(inner, 'value');
    else items.push(item);
  }
  reader.budget = inner.budget;
  if (inner.fault !== null) fail(reader, inner.fault);
  return { type: 'compactArray', element, items };
}

function takeDescription(reader: Reader, depth: number): TypeDescription {
  const type = takeType(reader);
  if (depth >= deepestData || !spend(reader) || type === 'compactArray') {
    fail(reader, type === 'compactArray' ? 'tag' : 'depth');
    return { type: 'nullData' };
  }
  if (type === 'array') {
    const count = takeU16(reader);
    return { type, count, element: takeDescription(reader, depth + 1) };
  }
  if (type === 'structure') {
    const count = takeCount(reader);
    return {
      type,
      elements: takeMany(reader, count, (each) => takeDescription(each, depth + 1)),
    };
  }
  return { type };
}

function takeDescribed(reader: Reader, element: TypeDescription): Data {
  if (!spend(reader)) {
    fail(reader, 'size');
    return { type: 'nullData' };
  }
  if (element.type === 'array') {
    const items = takeMany(reader, element.count, (each) => takeDescribed(each, element.element));
    return { type: 'array', items };
  }
  if (element.type === 'structure') {
    const items: Data[] = [];
    for (const each of element.elements) {
      if (reader.fault !== null) break;
      items.push(takeDescribed(reader, each));
    }
    return { type: 'structure', items };
  }
  return takeValue(reader, element.type);
}

/** Throws RangeError on a value that its type cannot hold: a bug of whoever made it. */
export function encodeData(data: Data): Uint8Array {
  const writer = newWriter();
  putData(writer, data);
  return written(writer);
}

export function putData(writer: Writer, data: Data, depth = 0): void {
  if (depth >= deepestData) throw new RangeError('data is nested too deep');
  putU8(writer, tags[data.type]);
  switch (data.type) {
    case 'array':
    case 'structure':
      putLength(writer, data.items.length);
      for (const item of data.items) putData(writer, item, depth + 1);
      return;
    case 'compactArray': {
      putDescription(writer, data.element, depth + 1);
      const contents = newWriter();
      for (const item of data.items) {
        const before = contents.length;
        putDescribed(contents, data.element, item);
        // Nothing would tell how many there are.
        if (contents.length === before) throw new RangeError('an element without a byte');
      }
      putOctets(writer, written(contents));
      return;
    }
    default:
      putValue(writer, data);
  }
}

type SimpleData = Exclude<Data, ListData | CompactData>;

function putValue(writer: Writer, data: SimpleData): void {
  switch (data.type) {
    case 'nullData':
    case 'dontCare':
      return;
    case 'boolean':
      putU8(writer, data.value ? 1 : 0);
      return;
    case 'bitString':
      putBits(writer, data.bits);
      return;
    case 'octetString':
      putOctets(writer, data.value);
      return;
    case 'visibleString':
      putOctets(writer, bytesOfLatin1(data.value));
      return;
    case 'utf8String':
      putOctets(writer, utf8Encoder.encode(data.value));
      return;
    case 'long64':
    case 'long64Unsigned':
      putLong(writer, data.value, data.type === 'long64');
      return;
    case 'float32':
    case 'float64':
      putFloat(writer, data.value, data.type === 'float32' ? 4 : 8);
      return;
    case 'dateTime':
    case 'date':
    case 'time':
      if (data.value.length !== momentBytes[data.type]) {
        throw new RangeError(`${data.type} has ${momentBytes[data.type]} bytes`);
      }
      putBytes(writer, data.value);
      return;
    default:
      putNumber(writer, data.type, data.value);
  }
}

function putNumber(writer: Writer, type: NumberType, value: number): void {
  const { bytes, signed } = widths[type];
  const span = 2 ** (8 * bytes);
  const lowest = signed ? -span / 2 : 0;
  if (!Number.isInteger(value) || value < lowest || value >= lowest + span) {
    throw new RangeError(`${type} cannot hold ${value}`);
  }
  if (bytes === 1) putU8(writer, value);
  else if (bytes === 2) putU16(writer, value);
  else putU32(writer, value);
}

function putLong(writer: Writer, value: bigint, signed: boolean): void {
  const wrapped = signed ? BigInt.asIntN(64, value) : BigInt.asUintN(64, value);
  if (wrapped !== value) throw new RangeError(`64 bits cannot hold ${value}`);
  const word = BigInt.asUintN(64, value);
  putU32(writer, Number(word >> 32n));
  putU32(writer, Number(word & 0xffff_ffffn));
}

function putFloat(writer: Writer, value: number, bytes: 4 | 8): void {
  const view = new DataView(new ArrayBuffer(bytes));
  if (bytes === 4) view.setFloat32(0, value);
  else view.setFloat64(0, value);
  putBytes(writer, new Uint8Array(view.buffer));
}

function putBits(writer: Writer, bits: string): void {
  if (!/^[01]*$/.test(bits)) throw new RangeError('a bit string has only 0 and 1');
  putLength(writer, bits.length);
  for (let at = 0; at < bits.length; at += 8) {
    putU8(writer, Number.parseInt(bits.slice(at, at + 8).padEnd(8, '0'), 2));
  }
}

function bytesOfLatin1(text: string): Uint8Array {
  const bytes = new Uint8Array(text.length);
  for (let index = 0; index < text.length; index += 1) {
    const code = text.charCodeAt(index);
    if (code > 0xff) throw new RangeError('a visible string has characters up to U+00FF');
    bytes[index] = code;
  }
  return bytes;
}

function putDescription(writer: Writer, element: TypeDescription, depth: number): void {
  if (depth >= deepestData) throw new RangeError('data is nested too deep');
  putU8(writer, tags[element.type]);
  if (element.type === 'array') {
    putU16(writer, element.count);
    putDescription(writer, element.element, depth + 1);
  } else if (element.type === 'structure') {
    putLength(writer, element.elements.length);
    for (const each of element.elements) putDescription(writer, each, depth + 1);
  }
}

function putDescribed(writer: Writer, element: TypeDescription, data: Data): void {
  if (data.type === 'compactArray' || data.type !== element.type) {
    throw new RangeError(`${data.type} is not ${element.type}`);
  }
  if ('items' in data) {
    const described =
      element.type === 'array'
        ? new Array<TypeDescription>(element.count).fill(element.element)
        : elementsOf(element);
    if (data.items.length !== described.length) {
      throw new RangeError(`${described.length} elements are described`);
    }
    data.items.forEach((item, index) => {
      const each = described[index];
      if (each !== undefined) putDescribed(writer, each, item);
    });
    return;
  }
  putValue(writer, data);
}

const elementsOf = (element: TypeDescription): readonly TypeDescription[] =>
  'elements' in element ? element.elements : [];
