import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import {
  ceilingOfDecimal,
  ceilToEncodableUnits,
  currencyFieldsFrom,
  currencyFromFields,
  fieldFromUnits,
  floorToEncodableUnits,
  maximumCurrencyPerToken,
  maximumUnitsPerToken,
  unitsFromField,
} from './amounts.ts';

const refusal = (error: string) => ({ ok: false, error });

describe('amounts in units', () => {
  it('are exact in the first band and stepped above', () => {
    for (const [units, field, coded] of [
      [0, 0, 0],
      [16_383, 0x3fff, 16_383],
      [16_384, 0x4000, 16_384],
      [16_385, 0x4001, 16_394],
      [180_214, 0x7fff, 180_214],
      [180_215, 0x8000, 180_224],
      [1_818_525, 0xc000, 1_818_624],
      [18_201_624, 0xffff, 18_201_624],
    ] as const) {
      assert.equal(fieldFromUnits(units), field);
      assert.equal(unitsFromField(field), coded);
    }
  });

  it('throw beyond one token, where the caller should have asked first', () => {
    assert.throws(() => fieldFromUnits(18_201_625), /above the maximum/);
    assert.throws(() => floorToEncodableUnits(-1n), /must not be negative/);
  });

  it('round up to the nearest encodable amount and down to the one below', () => {
    assert.deepEqual(ceilToEncodableUnits(16_385n), { ok: true, value: 16_394n });
    assert.equal(floorToEncodableUnits(16_393n), 16_384n);
    assert.equal(floorToEncodableUnits(16_394n), 16_394n);
    assert.equal(floorToEncodableUnits(180_223n), 180_214n);
    assert.equal(floorToEncodableUnits(0n), 0n);
    assert.equal(floorToEncodableUnits(10n ** 30n), maximumUnitsPerToken);
    assert.equal(floorToEncodableUnits(maximumUnitsPerToken), maximumUnitsPerToken);
    assert.equal(floorToEncodableUnits(maximumUnitsPerToken - 1n), maximumUnitsPerToken - 1000n);
    assert.deepEqual(ceilToEncodableUnits(maximumUnitsPerToken), {
      ok: true,
      value: maximumUnitsPerToken,
    });
    assert.deepEqual(ceilToEncodableUnits(maximumUnitsPerToken + 1n), refusal('amountTooLarge'));
    assert.deepEqual(ceilToEncodableUnits(-1n), refusal('amountNegative'));
    assert.deepEqual(ceilToEncodableUnits(0n), { ok: true, value: 0n });
  });

  it('lie between floor and ceiling over the whole range, less than one step apart', () => {
    fc.assert(
      fc.property(fc.bigInt({ min: 0n, max: maximumUnitsPerToken }), (units) => {
        const up = ceilToEncodableUnits(units);
        assert.ok(up.ok);
        const down = floorToEncodableUnits(units);
        assert.ok(down <= units && units <= up.value);
        const fields = [down, up.value].map((amount) => fieldFromUnits(Number(amount)));
        assert.ok((fields[1] ?? 0) - (fields[0] ?? 0) <= 1);
        assert.equal(floorToEncodableUnits(up.value), up.value);
        assert.deepEqual(ceilToEncodableUnits(down), { ok: true, value: down });
      }),
      { numRuns: 3_000 },
    );
  });
});

describe('amounts of currency', () => {
  const coded = (amount: bigint): bigint => {
    const fields = currencyFieldsFrom(amount);
    assert.ok(fields.ok);
    return currencyFromFields(fields.value);
  };

  it('round in the customer’s favour: credit up, debit towards zero', () => {
    assert.deepEqual(currencyFieldsFrom(100_000n), {
      ok: true,
      value: { signAndExponent: 0, field: 0x60aa },
    });
    assert.deepEqual(currencyFieldsFrom(-100_000n), {
      ok: true,
      value: { signAndExponent: 8, field: 0x60a9 },
    });
    assert.equal(coded(100_000n), 100_004n);
    assert.equal(coded(-100_000n), -99_994n);
  });

  it('between two bands take the neighbour on the customer’s side', () => {
    assert.equal(coded(180_215n), 180_224n);
    assert.equal(coded(-180_223n), -180_214n);
    assert.equal(coded(-180_224n), -180_224n);
  });

  it('reach from the largest debit to the largest credit and no further', () => {
    assert.equal(coded(maximumCurrencyPerToken), maximumCurrencyPerToken);
    assert.equal(coded(-maximumCurrencyPerToken), -maximumCurrencyPerToken);
    assert.deepEqual(currencyFieldsFrom(maximumCurrencyPerToken + 1n), refusal('amountTooLarge'));
    assert.deepEqual(currencyFieldsFrom(-maximumCurrencyPerToken - 1n), refusal('amountTooLarge'));
  });

  it('never favour the vendor, at any size, and miss by less than the step', () => {
    const any = fc.bigInt({ min: -maximumCurrencyPerToken, max: maximumCurrencyPerToken });
    const small = fc.bigInt({ min: -3_000_000n, max: 3_000_000n });
    fc.assert(
      fc.property(fc.oneof(any, small), (amount) => {
        const result = coded(amount);
        assert.ok(result >= amount);
        const magnitude = amount < 0n ? -amount : amount;
        assert.ok((result - amount) * 16_384n <= magnitude * 11n + 16_384n);
        assert.equal(coded(result), result);
      }),
      { numRuns: 3_000 },
    );
  });

  it('read every field back to itself, a negative zero as zero', () => {
    for (let nibble = 0; nibble < 16; nibble += 1) {
      for (let field = 0; field <= 0xffff; field += 257) {
        const amount = currencyFromFields({ signAndExponent: nibble, field });
        if (amount === 0n) continue;
        assert.deepEqual(currencyFieldsFrom(amount), {
          ok: true,
          value: { signAndExponent: nibble, field },
        });
      }
    }
    assert.equal(currencyFromFields({ signAndExponent: 8, field: 0 }), 0n);
  });
});

describe('decimal amounts', () => {
  it('round up to the wanted places, a debit towards zero', () => {
    for (const [text, places, expected] of [
      ['1.05', 1, 11n],
      ['33.3', 1, 333n],
      ['99.99', 1, 1000n],
      ['2', 1, 20n],
      ['0.10', 1, 1n],
      ['0.1000000001', 1, 2n],
      ['-1.05', 1, -10n],
      ['-0.5', 5, -50_000n],
      ['1.234567', 5, 123_457n],
      ['007', 0, 7n],
    ] as const) {
      assert.deepEqual(ceilingOfDecimal(text, places), { ok: true, value: expected });
    }
  });

  it('are refused when they are no plain decimal number', () => {
    for (const text of [
      '',
      '.5',
      '5.',
      '1e3',
      ' 1',
      '1 ',
      '+1',
      '1,5',
      '--1',
      'x',
      '1'.repeat(61),
    ]) {
      assert.deepEqual(ceilingOfDecimal(text, 1), refusal('amountText'));
    }
  });
});
