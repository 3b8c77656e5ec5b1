import assert from 'node:assert/strict';
import { createCipheriv } from 'node:crypto';
import { describe, it } from 'node:test';
import { createRandom } from '../test/random.ts';
import { desEncrypt, tripleDesEncrypt } from './des.ts';

/** OpenSSL's triple DES without padding; single DES is the same key three times. */
function openssl(keys: Uint8Array[], block: Uint8Array): Uint8Array {
  const cipher = createCipheriv('des-ede3-ecb', Buffer.concat(keys), null).setAutoPadding(false);
  return Uint8Array.from(Buffer.concat([cipher.update(block), cipher.final()]));
}

describe('DES', () => {
  it('agrees with OpenSSL on 200 random keys and blocks', () => {
    const random = createRandom(46);
    for (let index = 0; index < 200; index += 1) {
      const key = random.bytes(8);
      const block = random.bytes(8);
      assert.deepEqual(desEncrypt(key, block), openssl([key, key, key], block));
    }
  });

  it('agrees with OpenSSL as two-key triple DES', () => {
    const random = createRandom(47);
    for (let index = 0; index < 100; index += 1) {
      const key = random.bytes(16);
      const block = random.bytes(8);
      const [first, second] = [key.slice(0, 8), key.slice(8)];
      assert.deepEqual(tripleDesEncrypt(key, block), openssl([first, second, first], block));
    }
  });
});
