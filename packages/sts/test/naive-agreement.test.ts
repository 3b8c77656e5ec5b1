// The naive implementation and the real one agree on 25,000 random tokens for each algorithm, both
// ways.

import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { fieldFromUnits, unitsFromField } from '../src/amounts.ts';
import { sealBlock } from '../src/block.ts';
import { readToken } from '../src/codec.ts';
import { cipherOf, type DecoderKey, decoderKeyFromBytes } from '../src/decoder-key.ts';
import { issueCreditToken, issueManagementToken } from '../src/issue.ts';
import { naiveAmount, naiveDecode, naiveEncode, naiveField } from './naive.ts';
import { createRandom, type Random } from './random.ts';

const count = 25_000;

function keyOf(bytes: Uint8Array): DecoderKey {
  const key = decoderKeyFromBytes(bytes);
  assert.ok(key.ok);
  return key.value;
}

/** One random token of class 0 (units, currency) or class 2, made and read by both. */
function compareOne(random: Random, bytes: Uint8Array, key: DecoderKey): void {
  const tokenClass = random.below(2) * 2;
  const subclass = tokenClass === 0 ? random.below(8) : random.below(11);
  const fields = {
    tokenClass,
    subclass,
    nibble: random.below(16),
    tid: random.below(0x100_0000),
    value16: random.below(0x1_0000),
  };
  const high = (subclass << 28) | (fields.nibble << 24) | fields.tid;
  const token = sealBlock(cipherOf(key), tokenClass, { high, value16: fields.value16 });
  assert.equal(token, naiveEncode(bytes, fields));
  assert.deepEqual(naiveDecode(bytes, token), fields);
  const read = readToken(key, token);
  // SubClass 9 exists for EA11 only.
  if (tokenClass === 2 && subclass === 9 && bytes.length === 8) {
    assert.deepEqual(read, { ok: false, error: 'subclassReserved' });
    return;
  }
  assert.ok(read.ok);
  assert.equal(read.value.tokenClass, tokenClass);
  assert.equal(read.value.subclass, subclass);
  if ('tid' in read.value) assert.equal(read.value.tid, fields.tid);
  if ('rnd' in read.value) assert.equal(read.value.rnd, fields.nibble);
}

describe('the naive implementation', () => {
  for (const [name, keyLength, seed] of [
    ['EA07', 8, 7],
    ['EA11', 16, 11],
  ] as const) {
    it(`agrees on ${count} random tokens of ${name}, made and read`, () => {
      const random = createRandom(seed);
      for (let index = 0; index < count; index += 50) {
        const bytes = random.bytes(keyLength);
        const key = keyOf(bytes);
        for (let one = 0; one < 50; one += 1) compareOne(random, bytes, key);
      }
    });
  }

  it('agrees on tokens made by the public functions', () => {
    const random = createRandom(3);
    for (let index = 0; index < 2_000; index += 1) {
      const bytes = random.bytes(index % 2 === 0 ? 8 : 16);
      const decoderKey = keyOf(bytes);
      const tid = random.below(0x100_0000);
      const rnd = random.below(16);
      const units = random.below(18_201_625);
      const common = { decoderKey, tid, rnd, keyExpiry: 255 };
      const credit = issueCreditToken({
        ...common,
        commodity: 'electricity',
        units: BigInt(units),
      });
      assert.ok(credit.ok);
      const value16 = naiveField(units);
      const fields = { tokenClass: 0, subclass: 0, nibble: rnd, tid, value16 };
      assert.equal(credit.value.token, naiveEncode(bytes, fields));
      assert.equal(credit.value.units, BigInt(naiveAmount(value16)));
      const limit = issueManagementToken({
        ...common,
        function: { kind: 'setMaximumPowerLimit', watts: BigInt(units) },
      });
      assert.ok(limit.ok);
      assert.equal(limit.value.token, naiveEncode(bytes, { ...fields, tokenClass: 2 }));
    }
  });

  it('agrees on every 16-bit amount field, and on the field of the units around each', () => {
    for (let field = 0; field <= 0xffff; field += 1) {
      const units = naiveAmount(field);
      assert.equal(unitsFromField(field), units);
      assert.equal(fieldFromUnits(units), field);
      if (units > 0) assert.equal(fieldFromUnits(units - 1), naiveField(units - 1));
    }
  });
});
