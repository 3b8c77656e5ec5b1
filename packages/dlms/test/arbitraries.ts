// Any value of each codec, for properties: what encodes must decode to itself.

import fc from 'fast-check';
import type { Data, NumberType, TypeDescription } from '../src/index.ts';

/** Plain objects, as decoders make them. */
const record = <T extends object>(fields: { [K in keyof T]: fc.Arbitrary<T[K]> }) =>
  fc.record(fields, { noNullPrototype: true });
const octets = fc.uint8Array({ maxLength: 300 });
const short = fc.uint8Array({ maxLength: 40 });
const bytesOf = (length: number) => fc.uint8Array({ minLength: length, maxLength: length });
const u8 = fc.integer({ min: 0, max: 0xff });
const u16 = fc.integer({ min: 0, max: 0xffff });
const u32 = fc.integer({ min: 0, max: 0xffff_ffff });
const signed = (bits: number) => fc.integer({ min: -(2 ** (bits - 1)), max: 2 ** (bits - 1) - 1 });

const ranges: { readonly [T in NumberType]: fc.Arbitrary<number> } = {
  integer: signed(8),
  long: signed(16),
  doubleLong: signed(32),
  unsigned: u8,
  longUnsigned: u16,
  doubleLongUnsigned: u32,
  enum: u8,
  bcd: signed(8),
  deltaInteger: signed(8),
  deltaLong: signed(16),
  deltaDoubleLong: signed(32),
  deltaUnsigned: u8,
  deltaLongUnsigned: u16,
  deltaDoubleLongUnsigned: u32,
};

const latin1 = fc.string({
  unit: fc.integer({ min: 0, max: 255 }).map((c) => String.fromCharCode(c)),
});
const bits = fc.string({ unit: fc.constantFrom('0', '1'), maxLength: 40 });

const simples: fc.Arbitrary<Data>[] = [
  ...(Object.keys(ranges) as NumberType[]).map((type) =>
    ranges[type].map((value): Data => ({ type, value })),
  ),
  fc.constantFrom<Data>({ type: 'nullData' }, { type: 'dontCare' }),
  fc.boolean().map((value): Data => ({ type: 'boolean', value })),
  bits.map((each): Data => ({ type: 'bitString', bits: each })),
  octets.map((value): Data => ({ type: 'octetString', value })),
  latin1.map((value): Data => ({ type: 'visibleString', value })),
  fc
    .string({ unit: 'grapheme' })
    .map((value): Data => ({ type: 'utf8String', value: value.toWellFormed() })),
  fc
    .bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n })
    .map((value): Data => ({ type: 'long64', value })),
  fc
    .bigInt({ min: 0n, max: 2n ** 64n - 1n })
    .map((value): Data => ({ type: 'long64Unsigned', value })),
  fc.float().map((value): Data => ({ type: 'float32', value })),
  fc.double().map((value): Data => ({ type: 'float64', value })),
  bytesOf(12).map((value): Data => ({ type: 'dateTime', value })),
  bytesOf(5).map((value): Data => ({ type: 'date', value })),
  bytesOf(4).map((value): Data => ({ type: 'time', value })),
];

const simple: fc.Arbitrary<Data> = fc.oneof(...simples);

/** A description and values of it. */
const described: fc.Arbitrary<{ element: TypeDescription; items: Data[] }> = fc
  .array(fc.constantFrom<NumberType>('unsigned', 'long', 'doubleLongUnsigned', 'enum'), {
    minLength: 1,
    maxLength: 4,
  })
  .chain((types) => {
    const element: TypeDescription = {
      type: 'structure',
      elements: [
        ...types.map((type) => ({ type })),
        { type: 'array', count: 2, element: { type: 'bcd' } },
      ],
    };
    const numbers = fc.tuple(
      ...types.map((type) => ranges[type].map((value): Data => ({ type, value }))),
    );
    const pair = fc
      .tuple(ranges.bcd, ranges.bcd)
      .map(
        (both): Data => ({ type: 'array', items: both.map((value) => ({ type: 'bcd', value })) }),
      );
    const item = fc
      .tuple(numbers, pair)
      .map(([row, last]): Data => ({ type: 'structure', items: [...row, last] }));
    return fc.array(item, { maxLength: 6 }).map((items) => ({ element, items }));
  });

const compact: fc.Arbitrary<Data> = described.map((each) => ({ type: 'compactArray', ...each }));

export const anyData: fc.Arbitrary<Data> = fc.letrec<{ data: Data }>((tie) => ({
  data: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    simple,
    compact,
    record({
      type: fc.constantFrom('array' as const, 'structure' as const),
      items: fc.array(tie('data'), { maxLength: 6 }),
    }).map((each): Data => each),
  ),
})).data;

const orNull = <T>(each: fc.Arbitrary<T>) => fc.option(each, { nil: null });
const logicalName = bytesOf(6).map((bytes) => bytes.join('.'));
const attribute = record({ classId: u16, logicalName, attribute: signed(8) });
const selected = record({
  classId: u16,
  logicalName,
  attribute: signed(8),
  selection: orNull(record({ selector: u8, parameters: anyData })),
});
const method = record({ classId: u16, logicalName, method: signed(8) });
const block = record({ lastBlock: fc.boolean(), blockNumber: u32, raw: short });
const result = fc.oneof(
  anyData.map((value) => ({ ok: true as const, value })),
  u8.map((error) => ({ ok: false as const, error })),
);
const response = record({ result: u8, returned: orNull(result) });
const list = <T>(each: fc.Arbitrary<T>) => fc.array(each, { maxLength: 4 });
const invoke = u8;
const kind = <K extends string>(name: K) => fc.constant(name);
const title = orNull(bytesOf(8));

const association = {
  title,
  qualifier: orNull(short),
  mechanismId: orNull(u8),
  authentication: orNull(short),
  userInformation: orNull(short),
};

export const anyApdu = fc.oneof(
  record({
    kind: kind('associationRequest'),
    contextId: u8,
    userId: orNull(u8),
    ...association,
  }),
  record({
    kind: kind('associationResponse'),
    contextId: u8,
    result: u8,
    diagnostic: record({
      source: fc.constantFrom('user' as const, 'provider' as const),
      value: u8,
    }),
    ...association,
  }),
  record({
    kind: fc.constantFrom('releaseRequest' as const, 'releaseResponse' as const),
    reason: orNull(u8),
    userInformation: orNull(short),
  }),
  record({ kind: kind('getRequest'), invoke, attribute: selected }),
  record({ kind: kind('getNext'), invoke, blockNumber: u32 }),
  record({ kind: kind('getRequestWithList'), invoke, attributes: list(selected) }),
  record({ kind: kind('getResponse'), invoke, result }),
  record({
    kind: kind('getResponseWithBlock'),
    invoke,
    lastBlock: fc.boolean(),
    blockNumber: u32,
    result: fc.oneof(
      short.map((value) => ({ ok: true as const, value })),
      u8.map((error) => ({ ok: false as const, error })),
    ),
  }),
  record({ kind: kind('getResponseWithList'), invoke, results: list(result) }),
  record({ kind: kind('setRequest'), invoke, attribute: selected, value: anyData }),
  record({ kind: kind('setRequestWithFirstBlock'), invoke, attribute: selected, block }),
  record({ kind: kind('setRequestWithBlock'), invoke, block }),
  record({
    kind: kind('setRequestWithList'),
    invoke,
    attributes: list(selected),
    values: list(anyData),
  }),
  record({
    kind: kind('setRequestWithListAndFirstBlock'),
    invoke,
    attributes: list(selected),
    block,
  }),
  record({ kind: kind('setResponse'), invoke, result: u8 }),
  record({ kind: kind('setResponseForBlock'), invoke, blockNumber: u32 }),
  record({ kind: kind('setResponseForLastBlock'), invoke, result: u8, blockNumber: u32 }),
  record({
    kind: kind('setResponseForLastBlockWithList'),
    invoke,
    results: list(u8),
    blockNumber: u32,
  }),
  record({ kind: kind('setResponseWithList'), invoke, results: list(u8) }),
  record({ kind: kind('actionRequest'), invoke, method, parameters: orNull(anyData) }),
  record({ kind: kind('actionNext'), invoke, blockNumber: u32 }),
  record({
    kind: kind('actionRequestWithList'),
    invoke,
    methods: list(method),
    parameters: list(anyData),
  }),
  record({ kind: kind('actionRequestWithFirstBlock'), invoke, method, block }),
  record({
    kind: kind('actionRequestWithListAndFirstBlock'),
    invoke,
    methods: list(method),
    block,
  }),
  record({ kind: kind('actionRequestWithBlock'), invoke, block }),
  record({ kind: kind('actionResponse'), invoke, response }),
  record({ kind: kind('actionResponseWithBlock'), invoke, block }),
  record({ kind: kind('actionResponseWithList'), invoke, responses: list(response) }),
  record({ kind: kind('actionResponseNext'), invoke, blockNumber: u32 }),
  record({
    kind: kind('dataNotification'),
    longInvoke: u32,
    dateTime: fc.oneof(bytesOf(0), bytesOf(12)),
    body: anyData,
  }),
  record({
    kind: kind('dataNotificationConfirm'),
    longInvoke: u32,
    dateTime: fc.oneof(bytesOf(0), bytesOf(12)),
  }),
  record({ kind: kind('eventNotification'), time: orNull(short), attribute, value: anyData }),
  record({
    kind: kind('exceptionResponse'),
    stateError: u8,
    serviceError: u8.filter((value) => value !== 6),
    invocationCounter: fc.constant(null),
  }),
  record({
    kind: kind('exceptionResponse'),
    stateError: u8,
    serviceError: fc.constant(6),
    invocationCounter: orNull(u32),
  }),
  record({ kind: kind('serviceError'), service: u8, errorClass: u8, error: u8 }),
  record({
    kind: kind('ciphered'),
    tag: fc.constantFrom(0x21, 0x28, 0xc8, 0xcf, 0xd0, 0xd7),
    title: fc.constant(null),
    securityControl: u8,
    invocationCounter: u32,
    body: short,
  }),
  record({
    kind: kind('ciphered'),
    tag: fc.constantFrom(0xdb, 0xdc),
    title: fc.oneof(bytesOf(0), bytesOf(8)),
    securityControl: u8,
    invocationCounter: u32,
    body: short,
  }),
);

const serverAddress = fc.oneof(
  record({
    upper: fc.integer({ min: 0, max: 127 }),
    lower: fc.constant(null),
    length: fc.constant(1 as const),
  }),
  record({
    upper: fc.integer({ min: 0, max: 127 }),
    lower: fc.integer({ min: 0, max: 127 }),
    length: fc.constant(2 as const),
  }),
  record({
    upper: fc.integer({ min: 0, max: 0x3fff }),
    lower: fc.integer({ min: 0, max: 0x3fff }),
    length: fc.constant(4 as const),
  }),
);

export const anyFrame = record({
  destination: serverAddress,
  source: serverAddress,
  control: u8,
  segmented: fc.boolean(),
  information: fc.uint8Array({ maxLength: 600 }),
});

export const anyWrapped = record({ source: u16, destination: u16, apdu: octets });

const dateFields = {
  year: orNull(fc.integer({ min: 0, max: 0xfffe })),
  month: orNull(fc.integer({ min: 0, max: 0xfe })),
  dayOfMonth: orNull(fc.integer({ min: 0, max: 0xfe })),
  dayOfWeek: orNull(fc.integer({ min: 0, max: 0xfe })),
};
const timeFields = {
  hour: orNull(fc.integer({ min: 0, max: 0xfe })),
  minute: orNull(fc.integer({ min: 0, max: 0xfe })),
  second: orNull(fc.integer({ min: 0, max: 0xfe })),
  hundredths: orNull(fc.integer({ min: 0, max: 0xfe })),
};

export const anyDateTime = record({
  ...dateFields,
  ...timeFields,
  deviationMinutes: orNull(fc.integer({ min: -0x7fff, max: 0x7fff })),
  status: orNull(fc.integer({ min: 0, max: 0xfe })),
});

export const anyInitiateRequest = record({
  dedicatedKey: orNull(short),
  responseAllowed: fc.boolean(),
  qualityOfService: orNull(signed(8)),
  dlmsVersion: u8,
  conformance: fc.integer({ min: 0, max: 0xff_ffff }),
  maxPduSize: u16,
});
