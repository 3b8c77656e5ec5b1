// Types of attributes and parameters: how a value of ours is COSEM data, and whether data is one.
// Classes (classes/) are tables of these. Readers take what real meters send: over-long bit
// strings, texts as octets, enumerations as unsigned numbers.

import { err, ok, type Result } from '@prewatt/quantities';
import {
  array,
  type Data,
  enumerated,
  type NumberType,
  nullData,
  octetString,
  structure,
} from './data.ts';
import {
  type CosemDate,
  type CosemDateTime,
  type CosemTime,
  dateBytes,
  dateTimeBytes,
  readDate,
  readDateTime,
  readTime,
  timeBytes,
} from './date-time.ts';
import { type LogicalName, logicalNameBytes, logicalNameOf } from './logical-name.ts';

/** A value as data, and data as a value: `typeUnmatched` where it is another type. */
export type AttributeType<T> = {
  readonly write: (value: T) => Data;
  readonly read: (data: Data) => Result<T, 'typeUnmatched'>;
};

/** A type of whatever value, where the value is looked at later. */
export type SomeAttributeType = {
  readonly write: (value: never) => Data;
  readonly read: (data: Data) => Result<unknown, 'typeUnmatched'>;
};

export type ValueOf<A> = A extends {
  readonly read: (data: Data) => Result<infer T, 'typeUnmatched'>;
}
  ? T
  : never;

const unmatched = err('typeUnmatched');

/** The data itself, for attributes of any type. */
export const anyData: AttributeType<Data> = { write: (data) => data, read: ok };

const numberOf = (data: Data): number | null =>
  'value' in data && typeof data.value === 'number' && !data.type.startsWith('float')
    ? data.value
    : null;

const ranges: { readonly [T in NumberType]?: readonly [number, number] } = {
  integer: [-0x80, 0x7f],
  long: [-0x8000, 0x7fff],
  doubleLong: [-0x8000_0000, 0x7fff_ffff],
  unsigned: [0, 0xff],
  longUnsigned: [0, 0xffff],
  doubleLongUnsigned: [0, 0xffff_ffff],
};

/** A whole number; read from any whole number of up to 32 bits that it can hold. */
function whole(type: NumberType): AttributeType<number> {
  const [lowest, highest] = ranges[type] ?? [0, 0xff];
  return {
    write: (value) => ({ type, value }),
    read: (data) => {
      const value = numberOf(data);
      return value !== null && value >= lowest && value <= highest ? ok(value) : unmatched;
    },
  };
}

export const integerType: AttributeType<number> = whole('integer');
export const longType: AttributeType<number> = whole('long');
export const doubleLongType: AttributeType<number> = whole('doubleLong');
export const unsignedType: AttributeType<number> = whole('unsigned');
export const longUnsignedType: AttributeType<number> = whole('longUnsigned');
export const doubleLongUnsignedType: AttributeType<number> = whole('doubleLongUnsigned');

export const booleanType: AttributeType<boolean> = {
  write: (value) => ({ type: 'boolean', value }),
  read: (data) => {
    if (data.type === 'boolean') return ok(data.value);
    const value = numberOf(data);
    return value === null ? unmatched : ok(value !== 0);
  },
};

/** An enumeration by name; a number that has none is kept as that number. */
export function enumType<const N extends Readonly<Record<string, number>>>(
  names: N,
): AttributeType<(keyof N & string) | number> {
  const nameOf = new Map(Object.entries(names).map(([name, value]) => [value, name]));
  return {
    write: (value) => enumerated(typeof value === 'number' ? value : (names[value] ?? 0)),
    read: (data) => {
      const value = numberOf(data);
      return value === null ? unmatched : ok(nameOf.get(value) ?? value);
    },
  };
}

/** Named bits, the first of the bit string first. Of an over-long one the first bits count. */
export function bitsType<const B extends readonly string[]>(
  names: B,
): AttributeType<readonly B[number][]> {
  return {
    write: (value) => ({
      type: 'bitString',
      bits: names.map((name) => (value.includes(name) ? '1' : '0')).join(''),
    }),
    read: (data) => {
      if (data.type === 'bitString') return ok(names.filter((_, at) => data.bits[at] === '1'));
      // Before they were bit strings, some of these were one unsigned number, bit 0 lowest.
      const value = data.type === 'unsigned' ? data.value : null;
      return value === null ? unmatched : ok(names.filter((_, at) => ((value >> at) & 1) === 1));
    },
  };
}

export const bitStringType: AttributeType<string> = {
  write: (bits) => ({ type: 'bitString', bits }),
  read: (data) => (data.type === 'bitString' ? ok(data.bits) : unmatched),
};

export const octetsType: AttributeType<Uint8Array> = {
  write: octetString,
  read: (data) => (data.type === 'octetString' ? ok(data.value) : unmatched),
};

export const logicalNameType: AttributeType<LogicalName> = {
  write: (name) => octetString(logicalNameBytes(name)),
  read: (data) => {
    const name = data.type === 'octetString' ? logicalNameOf(data.value) : null;
    return name === null ? unmatched : ok(name);
  },
};

const textDecoder = new TextDecoder();
const textEncoder = new TextEncoder();

/** Text that the class writes as octets; a NUL at the end is not part of it. */
export const octetTextType: AttributeType<string> = {
  write: (text) => octetString(textEncoder.encode(text)),
  read: (data) => {
    if (data.type === 'visibleString' || data.type === 'utf8String') return ok(data.value);
    if (data.type !== 'octetString') return unmatched;
    return ok(textDecoder.decode(data.value).replace(/\0+$/, ''));
  },
};

export const utf8Type: AttributeType<string> = {
  write: (value) => ({ type: 'utf8String', value }),
  read: octetTextType.read,
};

export const visibleType: AttributeType<string> = {
  write: (value) => ({ type: 'visibleString', value }),
  read: octetTextType.read,
};

function momentType<T>(
  toBytes: (value: T) => Uint8Array,
  read: (bytes: Uint8Array) => Result<T, 'length'>,
): AttributeType<T> {
  return {
    write: (value) => octetString(toBytes(value)),
    read: (data) => {
      const bytes = 'value' in data && data.value instanceof Uint8Array ? data.value : null;
      const moment = bytes === null ? err('length') : read(bytes);
      return moment.ok ? moment : unmatched;
    },
  };
}

/** Written as octets, as most classes have it; read from the type of its own as well. */
export const dateTimeType: AttributeType<CosemDateTime> = momentType(dateTimeBytes, readDateTime);
export const dateType: AttributeType<CosemDate> = momentType(dateBytes, readDate);
export const timeType: AttributeType<CosemTime> = momentType(timeBytes, readTime);

/** Elements of one type; a compact array is read as well. */
export function listOf<T>(element: AttributeType<T>): AttributeType<readonly T[]> {
  return {
    write: (values) => array(values.map(element.write)),
    read: (data) => {
      if (data.type === 'nullData') return ok([]);
      if (data.type !== 'array' && data.type !== 'compactArray') return unmatched;
      const values: T[] = [];
      for (const item of data.items) {
        const value = element.read(item);
        if (!value.ok) return value;
        values.push(value.value);
      }
      return ok(values);
    },
  };
}

/** A structure with a name for each element, in this order. */
export function record<const F extends Readonly<Record<string, SomeAttributeType>>>(
  fields: F,
): AttributeType<{ readonly [K in keyof F]: ValueOf<F[K]> }> {
  type Value = { readonly [K in keyof F]: ValueOf<F[K]> };
  const entries: readonly (readonly [keyof F & string, SomeAttributeType])[] =
    Object.entries(fields);
  return {
    write: (value) => structure(...entries.map(([name, type]) => type.write(value[name] as never))),
    read: (data) => {
      if (data.type !== 'structure' || data.items.length !== entries.length) return unmatched;
      const value: Partial<Record<keyof F, unknown>> = {};
      for (const [index, [name, type]] of entries.entries()) {
        const field = type.read(data.items[index] ?? nullData);
        if (!field.ok) return field;
        value[name] = field.value;
      }
      return ok(value as Value);
    },
  };
}

/** Null-data stands for null. */
export const orNull = <T>(type: AttributeType<T>): AttributeType<T | null> => ({
  write: (value) => (value === null ? nullData : type.write(value)),
  read: (data) => (data.type === 'nullData' ? ok(null) : type.read(data)),
});
