import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { naiveEncode } from '../test/naive.ts';
import { decipher, openDigits, sealBlock } from './block.ts';
import { cipherOf, decoderKeyFromBytes } from './decoder-key.ts';

const bytes = Uint8Array.of(0x87, 0xf3, 0xec, 0xbb, 0x2e, 0x46, 0xb4, 0x8f);
const key = decoderKeyFromBytes(bytes);
assert.ok(key.ok);
const cipher = cipherOf(key.value);

describe('the path of a token', () => {
  it('gives a printed currency token of the conformance suite, with its own check', () => {
    // STS 531-1-07, CTSA20 step 1: block 4052B13960AAC385.
    assert.equal(
      sealBlock(cipher, 0, { high: 0x4052b139, value16: 0x60aa }),
      '42334201269947232996',
    );
  });

  it('is that of the naive implementation for every class and subclass', () => {
    for (const tokenClass of [0, 1, 2]) {
      for (let subclass = 0; subclass < 16; subclass += 1) {
        const fields = { tokenClass, subclass, nibble: 9, tid: 0xabcdef, value16: 0x8001 };
        const high = (subclass << 28) | 0x9ab_cdef;
        const token = sealBlock(tokenClass === 1 ? null : cipher, tokenClass, {
          high,
          value16: 0x8001,
        });
        assert.equal(token, naiveEncode(bytes, fields));
        const block = { tokenClass: 9, high: 0, low: 0 };
        assert.equal(openDigits(token, block), null);
        if (tokenClass !== 1) decipher(cipher, block);
        assert.equal(block.tokenClass, tokenClass);
        assert.equal(block.high >>> 0, high >>> 0);
        assert.equal(block.low >>> 16, 0x8001);
      }
    }
  });
});
