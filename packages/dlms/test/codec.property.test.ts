// What is encoded decodes to itself, in every codec; and the numbers that bound what bytes can
// cost.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import {
  createFrameReader,
  createWrapperReader,
  dateTimeBytes,
  decodeApdu,
  decodeData,
  decodeFrame,
  decodeInitiateRequest,
  encodeApdu,
  encodeData,
  encodeFrame,
  encodeInitiateRequest,
  encodeWrapper,
  readDateTime,
} from '../src/index.ts';
import {
  anyApdu,
  anyData,
  anyDateTime,
  anyFrame,
  anyInitiateRequest,
  anyWrapped,
} from './arbitraries.ts';

const runs = { numRuns: 1000 };

test('data of every type decodes to itself', () => {
  fc.assert(
    fc.property(anyData, (data) => {
      assert.deepEqual(decodeData(encodeData(data)), { ok: true, value: data });
    }),
    runs,
  );
});

test('every APDU decodes to itself', () => {
  fc.assert(
    fc.property(anyApdu, (apdu) => {
      assert.deepEqual(decodeApdu(encodeApdu(apdu)), { ok: true, value: apdu });
    }),
    runs,
  );
});

test('an APDU cut short is none, but for a release, whose lengths are not trusted', () => {
  fc.assert(
    fc.property(anyApdu, fc.nat(), (apdu, cut) => {
      if (apdu.kind.startsWith('release')) return;
      // Two may end earlier and still be whole: what is ciphered, and the counter of an exception.
      if (apdu.kind === 'exceptionResponse' || apdu.kind === 'ciphered') return;
      const bytes = encodeApdu(apdu);
      assert.equal(decodeApdu(bytes.subarray(0, cut % bytes.length)).ok, false);
    }),
    runs,
  );
});

test('a date and time decodes to itself', () => {
  fc.assert(
    fc.property(anyDateTime, (value) => {
      assert.deepEqual(readDateTime(dateTimeBytes(value)), { ok: true, value });
    }),
    runs,
  );
});

test('an initiate decodes to itself', () => {
  fc.assert(
    fc.property(anyInitiateRequest, (value) => {
      assert.deepEqual(decodeInitiateRequest(encodeInitiateRequest(value)), { ok: true, value });
    }),
    runs,
  );
});

test('frames are found in a stream, however it is cut, and between what is none', () => {
  // What begins like a frame right behind a closing flag is waited for until the line is silent.
  const noise = fc
    .uint8Array({ maxLength: 5 })
    .filter((bytes) => !bytes.includes(0x7e) && ((bytes[0] ?? 0) & 0xf0) !== 0xa0);
  fc.assert(
    fc.property(
      fc.array(fc.tuple(noise, anyFrame), { maxLength: 5 }),
      fc.integer({ min: 1, max: 50 }),
      (sent, size) => {
        const stream = sent.flatMap(([before, frame]) => [...before, ...encodeFrame(frame)]);
        const reader = createFrameReader();
        const found = [];
        for (let at = 0; at < stream.length; at += size) {
          found.push(...reader.feed(Uint8Array.from(stream.slice(at, at + size))));
        }
        assert.deepEqual(
          found,
          sent.map(([, frame]) => frame),
        );
      },
    ),
    { numRuns: 300 },
  );
});

test('a frame with one bit changed is none', () => {
  fc.assert(
    fc.property(anyFrame, fc.nat(), fc.integer({ min: 0, max: 7 }), (frame, at, bit) => {
      const bytes = encodeFrame(frame);
      const place = at % bytes.length;
      bytes[place] = (bytes[place] ?? 0) ^ (1 << bit);
      assert.equal(decodeFrame(bytes).ok, false);
    }),
    runs,
  );
});

test('wrapped APDUs are found in a stream, however it is cut', () => {
  fc.assert(
    fc.property(
      fc.array(anyWrapped, { maxLength: 5 }),
      fc.integer({ min: 1, max: 50 }),
      (sent, size) => {
        const stream = sent.flatMap((frame) => [...encodeWrapper(frame)]);
        const reader = createWrapperReader();
        const found = [];
        for (let at = 0; at < stream.length; at += size) {
          const { frames, fault } = reader.feed(Uint8Array.from(stream.slice(at, at + size)));
          assert.equal(fault, null);
          found.push(...frames);
        }
        assert.deepEqual(found, sent);
      },
    ),
    { numRuns: 300 },
  );
});

test('nothing small makes something big: nesting, counts and compact arrays are bounded', () => {
  const deep = new Uint8Array(100_000).fill(0x01);
  for (let at = 0; at < deep.length; at += 2) deep[at] = 0x02;
  assert.deepEqual(decodeData(deep), { ok: false, error: 'depth' });
  // An array of four thousand million nulls in six bytes.
  assert.deepEqual(decodeData(Uint8Array.fromHex('0184ffffffff00')), {
    ok: false,
    error: 'truncated',
  });
  // A compact array of 65,535 arrays of 65,535 nulls each.
  assert.deepEqual(decodeData(Uint8Array.fromHex('1301ffff01ffff000100')), {
    ok: false,
    error: 'size',
  });
  // A compact array of elements without a byte.
  assert.deepEqual(decodeData(Uint8Array.fromHex('13000100')), { ok: false, error: 'value' });
});
