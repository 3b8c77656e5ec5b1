// What of a sum a currency token carries.

import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { currencyFieldsFrom, currencyFromFields } from '@prewatt/sts/codec';
import fc from 'fast-check';
import { floorToCurrencyMinor } from './currency-floor.ts';

describe('money on a token, in whole minor units', () => {
  it('is what the coding carries with less than a minor unit on top', () => {
    for (const [minor, e5PerMinor, floored] of [
      [0n, 1000n, 0n],
      [1_000n, 1000n, 1_000n],
      [18_201n, 1000n, 18_201n],
      // Steps of 0.10 from 182.02 on, of 1.00 from 1,820.42 on.
      [20_000n, 1000n, 19_992n],
      [500_000n, 1000n, 499_942n],
      [20_000n, 100_000n, 19_994n],
    ] as const) {
      assert.equal(floorToCurrencyMinor(minor, e5PerMinor), floored, `${minor} of ${e5PerMinor}`);
    }
    assert.throws(() => floorToCurrencyMinor(-1n, 1000n), /must not be negative/);
  });

  it('never is more than asked for, rests at what it found, and its token gives it with a part', () => {
    const scale = fc.constantFrom(100n, 1_000n, 10_000n, 100_000n);
    fc.assert(
      fc.property(fc.bigInt(0n, 10n ** 12n), scale, (minor, e5PerMinor) => {
        const floored = floorToCurrencyMinor(minor, e5PerMinor);
        const fields = currencyFieldsFrom(floored * e5PerMinor);
        assert.ok(fields.ok);
        const carried = currencyFromFields(fields.value);
        assert.ok(floored <= minor);
        assert.equal(floorToCurrencyMinor(floored, e5PerMinor), floored);
        assert.equal(carried / e5PerMinor, floored);
      }),
    );
  });
});
