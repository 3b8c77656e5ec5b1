import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { bitsFromDigits, digitsFromBits, formatTokenDigits, parseTokenDigits } from './digits.ts';

const largest = (1n << 66n) - 1n;

describe('token digits', () => {
  it('are the 66-bit value in decimal, both ways', () => {
    fc.assert(
      fc.property(fc.bigInt({ min: 0n, max: largest }), (value) => {
        const digits = digitsFromBits(Number(value >> 32n), Number(value & 0xffff_ffffn));
        assert.equal(digits, String(value).padStart(20, '0'));
        const out = { high34: -1, low32: -1 };
        assert.equal(bitsFromDigits(digits, out), null);
        assert.equal((BigInt(out.high34) << 32n) | BigInt(out.low32), value);
      }),
      { numRuns: 5_000 },
    );
  });

  it('are exact at the ends and at carries', () => {
    for (const value of [
      0n,
      1n,
      0xffff_ffffn,
      1n << 32n,
      (1n << 64n) - 1n,
      1n << 64n,
      largest,
      10n ** 19n,
    ]) {
      const digits = digitsFromBits(Number(value >> 32n), Number(value & 0xffff_ffffn));
      assert.equal(digits, String(value).padStart(20, '0'));
    }
  });

  it('may be typed with spaces and dashes of any kind', () => {
    for (const text of [
      '7063 0503 4700 2872 6114',
      '7063-0503-4700-2872-6114',
      ' 70630503470028726114\n',
      '7063\u20130503\u20144700\u00a02872\t6114',
      '7063\u20100503\u20154700 - 2872 6114',
    ]) {
      assert.deepEqual(parseTokenDigits(text), { ok: true, value: '70630503470028726114' });
    }
  });

  it('are refused when one is missing or too many', () => {
    assert.deepEqual(parseTokenDigits(''), { ok: false, error: 'tokenLength' });
    assert.deepEqual(parseTokenDigits('1'.repeat(19)), { ok: false, error: 'tokenLength' });
    assert.deepEqual(parseTokenDigits('1'.repeat(21)), { ok: false, error: 'tokenLength' });
  });

  it('are refused with any other character, at either end and in both halves', () => {
    for (const bad of ['x', '/', ':', '\u0660', '.', '+', '\u2016', '\u200f']) {
      for (const at of [0, 5, 9, 10, 15, 19]) {
        const text = `${'1'.repeat(at)}${bad}${'1'.repeat(19 - at)}`;
        assert.deepEqual(parseTokenDigits(text), { ok: false, error: 'tokenCharacter' });
        assert.equal(bitsFromDigits(text, { high34: 0, low32: 0 }), 'tokenCharacter');
      }
    }
  });

  it('with another character are refused for it, whatever their count', () => {
    for (const text of ['12x', 'x12', '1x2']) {
      assert.deepEqual(parseTokenDigits(text), { ok: false, error: 'tokenCharacter' });
    }
  });

  it('are refused from 2^66 on, and taken below', () => {
    assert.deepEqual(parseTokenDigits('73786976294838206463'), {
      ok: true,
      value: String(largest),
    });
    for (const text of ['73786976294838206464', '99999999999999999999']) {
      assert.deepEqual(parseTokenDigits(text), { ok: false, error: 'tokenTooLarge' });
    }
  });

  it('print in five groups of four', () => {
    assert.equal(formatTokenDigits('00000000000150997584'), '0000 0000 0001 5099 7584');
  });

  it('parse whatever they print, and anything else without throwing', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 60 }), (text) => {
        const parsed = parseTokenDigits(text);
        if (parsed.ok) assert.match(parsed.value, /^[0-9]{20}$/);
      }),
      { numRuns: 2_000 },
    );
    fc.assert(
      fc.property(fc.bigInt({ min: 0n, max: largest }), (value) => {
        const token = String(value).padStart(20, '0');
        assert.deepEqual(parseTokenDigits(formatTokenDigits(token)), { ok: true, value: token });
      }),
    );
  });
});
