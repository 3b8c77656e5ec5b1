import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { inspect } from 'node:util';
import { expectOk, keyFilled } from '../test/fixtures.ts';
import { readToken } from './codec.ts';
import { decoderKeyFromBytes } from './decoder-key.ts';
import { isKeyTypeChangeAllowed, issueKeyChangeTokens } from './issue.ts';
import { openPart } from './key-part.ts';

const bytes = (length: number) => Uint8Array.from({ length }, (_, i) => 0x10 + i);
const next = {
  decoderKey: expectOk(decoderKeyFromBytes(bytes(8))),
  supplyGroupCode: '201457',
  tariffIndex: '99',
  keyRevision: 7,
  keyType: 2 as const,
  keyExpiry: 0xa5,
};
const next16 = { ...next, decoderKey: expectOk(decoderKeyFromBytes(bytes(16))) };
const held = keyFilled(1);
const held16 = keyFilled(1, 16);

function sections(tokens: readonly string[], key = held): Record<string, unknown>[] {
  return tokens.map((token) => {
    const { crc, keyPart, ...fields } = expectOk(readToken(key, token)) as unknown as Record<
      string,
      unknown
    >;
    assert.equal(typeof crc, 'number');
    return keyPart === undefined
      ? fields
      : { ...fields, part: openPart(keyPart as never).toString(16) };
  });
}

const common = { kind: 'keyChangeSection', tokenClass: 2 };
const first = {
  ...common,
  subclass: 3,
  section: 1,
  keyExpiryHigh: 0xa,
  keyRevision: 7,
  keyType: 2,
  part: '10111213',
};
const second = { ...common, subclass: 4, section: 2, keyExpiryLow: 5, tariffIndex: 99 };

describe('a key-change set', () => {
  it('of two tokens carries the halves of an EA07 key', () => {
    const set = { heldKey: held, heldKeyType: 2, next, tokenCount: 2, rollover: true } as const;
    const { tokens } = expectOk(issueKeyChangeTokens(set));
    assert.deepEqual(sections(tokens), [
      { ...first, rollover: true, hasThirdToken: false },
      { ...second, part: '14151617' },
    ]);
  });

  it('of three tokens carries the supply group code too', () => {
    const set = { heldKey: held, heldKeyType: 2, next, tokenCount: 3, rollover: false } as const;
    const { tokens } = expectOk(issueKeyChangeTokens(set));
    assert.deepEqual(sections(tokens), [
      { ...first, rollover: false, hasThirdToken: true },
      { ...second, part: '14151617' },
      { ...common, subclass: 8, section: 3, form: 'supplyGroup', supplyGroup: 201_457, pad: 0 },
    ]);
  });

  it('of four tokens carries the quarters of an EA11 key in the order of the standard', () => {
    const set = {
      heldKey: held16,
      heldKeyType: 2,
      next: next16,
      tokenCount: 4,
      rollover: false,
    } as const;
    const { tokens } = expectOk(issueKeyChangeTokens(set));
    assert.deepEqual(sections(tokens, held16), [
      { ...first, rollover: false, hasThirdToken: false },
      { ...second, part: '1c1d1e1f' },
      {
        ...common,
        subclass: 8,
        section: 3,
        form: 'keyAndGroup',
        supplyGroupLow: 201_457 & 0xfff,
        part: '14151617',
      },
      { ...common, subclass: 9, section: 4, supplyGroupHigh: 201_457 >>> 12, part: '18191a1b' },
    ]);
  });

  it('shows no part of the key when it is read', () => {
    const set = { heldKey: held, heldKeyType: 2, next, tokenCount: 2, rollover: false } as const;
    const { tokens } = expectOk(issueKeyChangeTokens(set));
    const fields = tokens.map((token) => expectOk(readToken(held, token)));
    const shown = `${inspect(fields, { depth: 9, showHidden: true })} ${JSON.stringify(fields)}`;
    assert.match(shown, /\[secret\]/);
    for (const secret of ['10111213', '14151617', String(0x10111213), String(0x14151617)]) {
      assert.ok(!shown.includes(secret));
    }
  });

  it('is refused by name when something is wrong', () => {
    const issue = (changes: object) =>
      issueKeyChangeTokens({
        heldKey: held,
        heldKeyType: 2,
        next,
        tokenCount: 2,
        rollover: false,
        ...changes,
      });
    const refusal = (error: string) => ({ ok: false, error });
    assert.deepEqual(issue({ next: next16 }), refusal('algorithmChange'));
    assert.deepEqual(issue({ heldKey: held16 }), refusal('algorithmChange'));
    for (const tokenCount of [1, 4, 5])
      assert.deepEqual(issue({ tokenCount }), refusal('tokenCount'));
    for (const tokenCount of [2, 3]) {
      assert.deepEqual(issue({ heldKey: held16, next: next16, tokenCount }), refusal('tokenCount'));
    }
    for (const supplyGroupCode of ['20145', '2014577', '20145x']) {
      assert.deepEqual(issue({ next: { ...next, supplyGroupCode } }), refusal('supplyGroupCode'));
    }
    for (const tariffIndex of ['1', '001', 'x1']) {
      assert.deepEqual(issue({ next: { ...next, tariffIndex } }), refusal('tariffIndex'));
    }
    for (const keyRevision of [0, 10, 1.5]) {
      assert.deepEqual(issue({ next: { ...next, keyRevision } }), refusal('keyRevision'));
    }
    for (const keyType of [-1, 4])
      assert.deepEqual(issue({ next: { ...next, keyType } }), refusal('keyType'));
    for (const keyExpiry of [-1, 256, 0.5]) {
      assert.deepEqual(issue({ next: { ...next, keyExpiry } }), refusal('keyExpiry'));
    }
    assert.deepEqual(issue({ next: { ...next, keyType: 0 } }), refusal('keyTypeChange'));
    assert.equal(issue({ next: { ...next, keyRevision: 9, keyExpiry: 255 } }).ok, true);
    assert.equal(issue({ next: { ...next, keyRevision: 1, keyExpiry: 0 } }).ok, true);
  });
});

describe('key types', () => {
  it('may follow each other as the rules say', () => {
    const allowed = [0, 1, 2, 3].map((from) =>
      [0, 1, 2, 3].filter((to) => isKeyTypeChangeAllowed(from, to)),
    );
    assert.deepEqual(allowed, [
      [0, 1, 2, 3],
      [1, 2, 3],
      [1, 2],
      [1, 2, 3],
    ]);
    assert.equal(isKeyTypeChangeAllowed(4, 0), false);
  });
});
