// What of a sum of money a currency token can carry, in whole minor units, and a whole sum on as
// many tokens as that needs.

import {
  currencyFieldsFrom,
  currencyFromFields,
  maximumCurrencyPerToken,
} from '@prewatt/sts/codec';

/**
 * The largest sum of whole minor units, of at most `minor`, that a currency token carries with less
 * than one minor unit on top: the coding of clause 6.3.6 cannot encode most round sums, and rounds
 * up. `e5PerMinor` is a minor unit in 10^-5 of the base unit. A negative sum is a RangeError.
 */
export function floorToCurrencyMinor(minor: bigint, e5PerMinor: bigint): bigint {
  if (minor < 0n) throw new RangeError('minor must not be negative');
  const most = (minor + 1n) * e5PerMinor - 1n;
  const within = most < maximumCurrencyPerToken ? most : maximumCurrencyPerToken;
  const fields = currencyFieldsFrom(-within);
  if (!fields.ok) throw new RangeError('no amount of a token');
  return -currencyFromFields(fields.value) / e5PerMinor;
}

/**
 * All of a sum on tokens: what is too little for a step of the first one is on the next. Nothing
 * for a sum of nothing.
 */
export function currencyTokensFor(minor: bigint, e5PerMinor: bigint): readonly bigint[] {
  const parts: bigint[] = [];
  for (let rest = minor; rest > 0n; rest -= parts.at(-1) ?? rest) {
    const part = floorToCurrencyMinor(rest, e5PerMinor);
    if (part <= 0n) throw new RangeError('a minor unit that no token carries');
    parts.push(part);
  }
  return parts;
}
