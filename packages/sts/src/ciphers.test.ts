import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { naiveEa07Encrypt, naiveEa11Encrypt } from '../test/naive.ts';
import { createRandom } from '../test/random.ts';
import { bytesFromHex } from './hex.ts';
import { createEa11 } from './misty1.ts';
import { type BlockCipher, createEa07, staBoxes } from './sta.ts';

const out = new Uint32Array(2);
const value = (): bigint => (BigInt(out[0] ?? 0) << 32n) | BigInt(out[1] ?? 0);

function encrypt(cipher: BlockCipher, block: bigint): bigint {
  cipher.encrypt(Number(block >> 32n), Number(block & 0xffff_ffffn), out);
  return value();
}

function decrypt(cipher: BlockCipher, block: bigint): bigint {
  cipher.decrypt(Number(block >> 32n), Number(block & 0xffff_ffffn), out);
  return value();
}

describe('EA11', () => {
  it('gives the examples of RFC 2994', () => {
    const cipher = createEa11(bytesFromHex('00112233445566778899AABBCCDDEEFF') ?? new Uint8Array());
    assert.equal(encrypt(cipher, 0x0123456789abcdefn), 0x8b1da5f56ab3d07cn);
    assert.equal(encrypt(cipher, 0xfedcba9876543210n), 0x04b68240b13be95dn);
    assert.equal(decrypt(cipher, 0x8b1da5f56ab3d07cn), 0x0123456789abcdefn);
  });
});

describe('EA07', () => {
  it('uses permutations: two of nibbles, one of bits', () => {
    for (const [boxes, size] of [
      [staBoxes.substitution1, 16],
      [staBoxes.substitution2, 16],
      [staBoxes.permutation, 64],
    ] as const) {
      assert.deepEqual(
        boxes.toSorted((a, b) => a - b),
        Array.from({ length: size }, (_, i) => i),
      );
    }
  });
});

describe('both ciphers', () => {
  for (const [name, create, naive, keyLength] of [
    ['EA07', createEa07, naiveEa07Encrypt, 8],
    ['EA11', createEa11, naiveEa11Encrypt, 16],
  ] as const) {
    it(`${name} undoes itself and agrees with the naive one on edge blocks and keys`, () => {
      const random = createRandom(64);
      for (const fill of [0, 0xff, 0x80, 0x01, null]) {
        const key = fill === null ? random.bytes(keyLength) : new Uint8Array(keyLength).fill(fill);
        const cipher = create(key);
        for (let bit = 0n; bit < 64n; bit += 1n) {
          for (const block of [1n << bit, ((1n << 64n) - 1n) ^ (1n << bit)]) {
            const encrypted = encrypt(cipher, block);
            assert.equal(encrypted, naive(key, block));
            assert.equal(decrypt(cipher, encrypted), block);
          }
        }
      }
    });
  }
});
