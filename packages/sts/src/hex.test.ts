import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { bytesFromHex, hexFromBytes } from './hex.ts';

describe('hexadecimal', () => {
  it('reads both cases and writes upper case with leading zeros', () => {
    assert.deepEqual(bytesFromHex('00aBfF'), Uint8Array.of(0, 0xab, 0xff));
    assert.equal(hexFromBytes(Uint8Array.of(0, 0xab, 5)), '00AB05');
    assert.deepEqual(bytesFromHex(''), new Uint8Array());
  });

  it('refuses odd lengths and other characters', () => {
    for (const text of ['0', '0g', 'g0', '0x10', '00 ', ' 00', '00\n'])
      assert.equal(bytesFromHex(text), null);
  });
});
