import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { crcOfBlock, crcOfBytes } from './crc.ts';
import { bytesFromHex } from './hex.ts';

describe('the check of a token', () => {
  it('gives the worked examples of the standard', () => {
    for (const [bytes, crc] of [
      ['00004A2D900FF2', 0x0ffa],
      ['000B19EB230100', 0xc207],
    ] as const) {
      assert.equal(crcOfBytes(bytesFromHex(bytes) ?? new Uint8Array()), crc);
    }
  });

  it('takes the class as the first byte and leaves the last 16 bits of the block out', () => {
    assert.equal(crcOfBlock(0, 0x004a2d90, 0x0ff2_0000, false), 0x0ffa);
    assert.equal(crcOfBlock(0, 0x004a2d90, 0x0ff2_ffff, false), 0x0ffa);
    assert.notEqual(crcOfBlock(2, 0x004a2d90, 0x0ff2_0000, false), 0x0ffa);
  });

  it('appends 01 for currency', () => {
    const bytes = bytesFromHex('00004A2D900FF201') ?? new Uint8Array();
    assert.equal(crcOfBlock(0, 0x004a2d90, 0x0ff2_0000, true), crcOfBytes(bytes));
  });

  it('starts from FFFF', () => {
    assert.equal(crcOfBytes(new Uint8Array()), 0xffff);
  });
});
