// What no message has is refused by its bytes alone; everything that an encoder of ours makes goes
// through.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Encoder } from 'cbor-x/decode';
import fc from 'fast-check';
import { decodeUp, maximumPayloadBytes } from './index.ts';
import { wireBounds, wireFault } from './wire-shape.ts';

const encoder = new Encoder({ useRecords: false, mapsAsObjects: true, tagUint8Array: false });
const bytes = (...parts: (number | Uint8Array | string)[]): Buffer =>
  Buffer.concat(
    parts.map((part) => (typeof part === 'number' ? Buffer.from([part]) : Buffer.from(part))),
  );

test('each form that no message has is named before anything is decoded', () => {
  const digits = Buffer.alloc(maximumPayloadBytes - 4, 0xff);
  const cases: readonly [string, Uint8Array, ReturnType<typeof wireFault>][] = [
    ['a number of 78,000 digits', bytes(0xc2, 0x59, digits.length >> 8, 0xfc, digits), 'form'],
    ['an instant as text', bytes(0xc0, 0x61, 'a'), 'form'],
    ['a record', bytes(0xd9, 0xdf, 0xff, 0x80), 'form'],
    ['a byte string', bytes(0x41, 0x00), 'form'],
    ['a list without a length', bytes(0x9f, 0xff), 'form'],
    ['text without a length', bytes(0x7f, 0xff), 'form'],
    ['a simple value of its own', bytes(0xf8, 0x20), 'form'],
    ['a reserved length', bytes(0x1c), 'form'],
    ['a key that is a number', bytes(0xa1, 0x01, 0x01), 'form'],
    ['a key that is a list', bytes(0xa1, 0x80, 0x01), 'form'],
    ['a nest', Buffer.alloc(1_000, 0x81), 'too-deep'],
    ['a list of four billion', bytes(0x9a, 0xff, 0xff, 0xff, 0xff), 'too-many'],
    ['a list beyond all counting', bytes(0x9b, Buffer.alloc(8, 0xff)), 'too-many'],
    ['a map of too many', encoder.encode(named(wireBounds.map + 1)), 'too-many'],
    ['a long key', encoder.encode({ ['k'.repeat(161)]: 1 }), 'too-many'],
    ['lists of lists', encoder.encode(Array(20).fill(Array(500).fill(1))), 'too-many'],
    ['U+0000', encoder.encode({ firmware: 'a\u0000b' }), 'text'],
    ['half a pair of surrogates', bytes(0x63, Buffer.from([0xed, 0xa0, 0x80])), 'text'],
    ['a slash in two bytes', bytes(0x62, Buffer.from([0xc0, 0xaf])), 'text'],
    ['a letter that does not end', bytes(0x61, 0xc3), 'text'],
    ['text longer than it is', bytes(0x65, 'abc'), 'cut-off'],
    ['a list that does not come', bytes(0x82, 0x01), 'cut-off'],
    ['nothing', bytes(), 'cut-off'],
    ['a length that is cut off', bytes(0x1b, 0x00), 'cut-off'],
    ['two messages', bytes(0x01, 0x01), 'more-than-one'],
  ];
  for (const [what, given, fault] of cases) {
    assert.equal(wireFault(given), fault, what);
    assert.deepEqual(decodeUp(given), { ok: false, error: { code: 'form', fault } }, what);
  }
});

const named = (count: number) =>
  Object.fromEntries(Array.from({ length: count }, (_, i) => [`k${i}`, i]));

test('what an encoder makes of plain data goes through, whatever the data', () => {
  const scalar = fc.oneof(
    fc.integer(),
    fc.bigInt({ min: -(2n ** 63n), max: 2n ** 64n - 1n }),
    fc.double(),
    fc.boolean(),
    fc.constantFrom(null, undefined),
    fc.string({ unit: 'grapheme' }).filter((text) => !text.includes('\u0000')),
  );
  const key = fc.stringMatching(/^[a-zA-Z]{1,32}$/);
  const level = (inner: fc.Arbitrary<unknown>) =>
    fc.oneof(
      scalar,
      fc.array(inner, { maxLength: 10 }),
      fc.dictionary(key, inner, { maxKeys: 10 }),
    );
  fc.assert(
    fc.property(level(level(level(scalar))), (value) => {
      assert.equal(wireFault(encoder.encode(value)), null);
    }),
    { numRuns: 2_000 },
  );
});

test('text is judged as the decoder of the platform judges it', () => {
  const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
  const isText = (given: Uint8Array): boolean => {
    try {
      return !decoder.decode(given).includes('\u0000');
    } catch {
      return false;
    }
  };
  const lead = fc.constantFrom(0x00, 0x41, 0xc1, 0xc2, 0xdf, 0xe0, 0xe1, 0xed, 0xef, 0xf0, 0xf4);
  const any = fc.oneof(lead, fc.integer({ min: 0x80, max: 0xff }));
  fc.assert(
    fc.property(fc.array(any, { maxLength: 8 }), (given) => {
      const fault = wireFault(bytes(0x60 + given.length, Buffer.from(given)));
      assert.equal(fault === null, isText(Buffer.from(given)));
    }),
    { numRuns: 20_000 },
  );
});

test('no bytes are looked at twice: a prefix of a message is cut off, never something else', () => {
  const whole = encoder.encode({ kind: 'profile', entries: [{ endsAtMs: 1, flags: ['a'] }] });
  for (let length = 0; length < whole.length; length += 1) {
    const fault = wireFault(whole.subarray(0, length));
    assert.equal(fault, 'cut-off', `${length} bytes`);
  }
});
