// Nothing about a key shows in what people print: not inspect, JSON, string conversion, errors or a
// spread.

import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { inspect } from 'node:util';
import { expectOk } from '../test/fixtures.ts';
import { openPart, type Secret32, sealPart } from './key-part.ts';
import { decoderKeyFromBytes, vendingKeyFromBytes } from './keys.ts';

const bytes = (length: number) => new Uint8Array(length).fill(0xab);
const holders: [string, object][] = [
  ['a decoder key of EA07', expectOk(decoderKeyFromBytes(bytes(8)))],
  ['a decoder key of EA11', expectOk(decoderKeyFromBytes(bytes(16)))],
  ['a DES vending key', expectOk(vendingKeyFromBytes(bytes(8)))],
  ['a DKGA04 vending key', expectOk(vendingKeyFromBytes(bytes(20)))],
  ['a part of a key', sealPart(0xabababab)],
];

describe('what holds key bytes', () => {
  for (const [name, holder] of holders) {
    it(`shows [secret] and no byte: ${name}`, () => {
      const shown = [
        inspect(holder),
        inspect({ deep: { holder } }, { depth: 9, showHidden: true }),
        JSON.stringify(holder),
        JSON.stringify({ holder }),
        String(holder),
        `${holder}`,
      ];
      for (const text of shown) {
        assert.match(text, /\[secret\]/);
        assert.doesNotMatch(text, /ab.?ab|171|2880154539/i);
      }
      assert.deepEqual(Reflect.ownKeys(holder), []);
      assert.deepEqual({ ...holder }, {});
      assert.ok(Object.isFrozen(holder));
    });
  }

  it('cannot be forged', () => {
    assert.throws(() => openPart({} as Secret32), /no key part/);
    assert.equal(openPart(sealPart(-1)), 0xffff_ffff);
  });
});
