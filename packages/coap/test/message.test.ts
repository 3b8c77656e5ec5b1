// Messages as the RFC prints them, what is refused and why, and that what is encoded comes back.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { expectOk } from '@prewatt/quantities';
import fc from 'fast-check';
import {
  blockIn,
  blockOption,
  type CoapMessage,
  code,
  codeText,
  decodeMessage,
  encodeMessage,
  textsIn,
  uintIn,
  uintOption,
} from '../src/index.ts';

const hex = (text: string): Uint8Array => Uint8Array.fromHex(text);
const text = (bytes: Uint8Array): string => new TextDecoder().decode(bytes);

test('a GET and its answer as RFC 7252 prints them (figure 16)', () => {
  const asked = expectOk(decodeMessage(hex('40017d34bb74656d7065726174757265')), 'request');
  assert.deepEqual([asked.type, codeText(asked.code), asked.messageId], ['con', '0.01', 0x7d34]);
  assert.deepEqual(expectOk(textsIn(asked.options, 'uriPath'), 'path'), ['temperature']);
  const answer = expectOk(decodeMessage(hex('60457d34ff32322e332043')), 'answer');
  assert.deepEqual([answer.type, codeText(answer.code)], ['ack', '2.05']);
  assert.equal(text(answer.payload), '22.3 C');
  assert.equal(encodeMessage(asked).toHex(), '40017d34bb74656d7065726174757265');
});

test('what is no message is refused by its reason', () => {
  const refused = (bytes: string) => {
    const result = decodeMessage(hex(bytes));
    return result.ok ? 'taken' : result.error;
  };
  assert.deepEqual(
    [
      ...['', '4001', '80010000', '49010000', '4401000001', '4000000001'].map(refused),
      ...['40010000ff', '40010000f0', '400100000f', '40010000d1', '4001000005ab'].map(refused),
    ],
    [
      ...['truncated', 'truncated', 'version', 'format', 'truncated', 'notEmpty'],
      ...['marker', 'format', 'format', 'truncated', 'truncated'],
    ],
  );
  assert.equal(refused('00'.repeat(3_000)), 'size');
});

test('what was decoded stays when the bytes that it came in are written anew', () => {
  const bytes = Buffer.from('60457d34ff32322e332043', 'hex');
  const answer = expectOk(decodeMessage(bytes), 'answer');
  bytes.fill(0);
  assert.equal(text(answer.payload), '22.3 C');
});

test('numbers in options have no leading zeroes, and blocks their three parts', () => {
  assert.deepEqual(uintOption('observe', 0).value, new Uint8Array(0));
  assert.deepEqual(uintOption('size1', 65_537).value, hex('010001'));
  const block = { number: 70_000, isMore: true, exponent: 6 };
  assert.deepEqual(expectOk(blockIn([blockOption('block1', block)], 'block1'), 'block'), block);
  assert.equal(blockIn([{ number: 23, value: hex('07') }], 'block2').ok, false);
  assert.equal(uintIn([{ number: 60, value: hex('0102030405') }], 'size1'), null);
  assert.throws(() => code('2.40' as '2.40'), RangeError);
});

const bytesOf = (maxLength: number) => fc.uint8Array({ maxLength });
const anyMessage: fc.Arbitrary<CoapMessage> = fc.record(
  {
    type: fc.constantFrom('con', 'non', 'ack', 'rst'),
    code: fc.integer({ min: 1, max: 255 }),
    messageId: fc.integer({ min: 0, max: 0xffff }),
    token: bytesOf(8),
    options: fc
      .array(
        fc.record(
          { number: fc.integer({ min: 0, max: 65_535 }), value: bytesOf(300) },
          { noNullPrototype: true },
        ),
        {
          maxLength: 5,
        },
      )
      .map((options) => options.toSorted((a, b) => a.number - b.number)),
    payload: bytesOf(200),
  },
  { noNullPrototype: true },
);

test('what is encoded comes back as it was', () => {
  fc.assert(
    fc.property(anyMessage, (message) => {
      assert.deepEqual(expectOk(decodeMessage(encodeMessage(message)), 'message'), message);
    }),
    { numRuns: 300, seed: 7 },
  );
});

test('any bytes end as a message or a fault, and a message is written as it was read', () => {
  fc.assert(
    fc.property(bytesOf(60), (tail) => {
      const bytes = Uint8Array.of(0x44, 1, 0, 1, ...tail);
      const read = decodeMessage(bytes);
      if (!read.ok) return;
      const again = expectOk(decodeMessage(encodeMessage(read.value)), 'again');
      assert.deepEqual(again, read.value);
    }),
    { numRuns: 2_000, seed: 8 },
  );
});
