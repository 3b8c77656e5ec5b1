// The data of COSEM attributes and methods: a value for each type of IEC 62056-6-2, and the
// constructors that the rest of the code makes them with. Names are those of the standard.

/** Types whose value is a whole number up to 32 bits. */
export type NumberType =
  | 'integer'
  | 'long'
  | 'doubleLong'
  | 'unsigned'
  | 'longUnsigned'
  | 'doubleLongUnsigned'
  | 'enum'
  | 'bcd'
  | 'deltaInteger'
  | 'deltaLong'
  | 'deltaDoubleLong'
  | 'deltaUnsigned'
  | 'deltaLongUnsigned'
  | 'deltaDoubleLongUnsigned';

export type NullData = { readonly type: 'nullData' };
export type NumberData = { readonly type: NumberType; readonly value: number };
export type FloatData = { readonly type: 'float32' | 'float64'; readonly value: number };
export type LongData = { readonly type: 'long64' | 'long64Unsigned'; readonly value: bigint };
export type BooleanData = { readonly type: 'boolean'; readonly value: boolean };
/** Characters 0 and 1, bit 0 of the standard (the most significant of its first byte) first. */
export type BitStringData = { readonly type: 'bitString'; readonly bits: string };
export type OctetData = { readonly type: 'octetString'; readonly value: Uint8Array };
/** `dateTime` has 12 bytes, `date` 5, `time` 4: see date-time.ts. */
export type MomentData = {
  readonly type: 'dateTime' | 'date' | 'time';
  readonly value: Uint8Array;
};
/** A `visibleString` holds characters up to U+00FF, a `utf8String` any. */
export type TextData = { readonly type: 'visibleString' | 'utf8String'; readonly value: string };
export type ListData = { readonly type: 'array' | 'structure'; readonly items: readonly Data[] };
/** Elements of one type, which is described once. */
export type CompactData = {
  readonly type: 'compactArray';
  readonly element: TypeDescription;
  readonly items: readonly Data[];
};
export type DontCareData = { readonly type: 'dontCare' };

export type Data =
  | NullData
  | NumberData
  | FloatData
  | LongData
  | BooleanData
  | BitStringData
  | OctetData
  | MomentData
  | TextData
  | ListData
  | CompactData
  | DontCareData;

export type DataType = Data['type'];

/** Of the elements of a compact array: no compact array in it. */
export type TypeDescription =
  | { readonly type: Exclude<DataType, 'array' | 'structure' | 'compactArray'> }
  | { readonly type: 'array'; readonly count: number; readonly element: TypeDescription }
  | { readonly type: 'structure'; readonly elements: readonly TypeDescription[] };

export const nullData: NullData = { type: 'nullData' };

const numbers =
  (type: NumberType) =>
  (value: number): NumberData => ({ type, value });

export const integer: (value: number) => NumberData = numbers('integer');
export const long: (value: number) => NumberData = numbers('long');
export const doubleLong: (value: number) => NumberData = numbers('doubleLong');
export const unsigned: (value: number) => NumberData = numbers('unsigned');
export const longUnsigned: (value: number) => NumberData = numbers('longUnsigned');
export const doubleLongUnsigned: (value: number) => NumberData = numbers('doubleLongUnsigned');
export const enumerated: (value: number) => NumberData = numbers('enum');
export const long64 = (value: bigint): LongData => ({ type: 'long64', value });
export const long64Unsigned = (value: bigint): LongData => ({ type: 'long64Unsigned', value });
export const booleanData = (value: boolean): BooleanData => ({ type: 'boolean', value });
export const octetString = (value: Uint8Array): OctetData => ({ type: 'octetString', value });
export const bitString = (bits: string): BitStringData => ({ type: 'bitString', bits });
export const utf8String = (value: string): TextData => ({ type: 'utf8String', value });
export const visibleString = (value: string): TextData => ({ type: 'visibleString', value });
export const structure = (...items: readonly Data[]): ListData => ({ type: 'structure', items });
export const array = (items: readonly Data[]): ListData => ({ type: 'array', items });
