// Round sums: what people are asked to pay is easy to say and to type, and does not change with
// each watt-hour.

/** 1, 2 or 5 and zeros: between one and two and a half hundredths of the sum. */
export function stepOf(minor: bigint): bigint {
  let unit = 1n;
  while (unit * 1_000n <= minor) unit *= 10n;
  for (const times of [1n, 2n, 5n]) {
    if (unit * times * 100n >= minor) return unit * times;
  }
  return unit * 10n;
}

/** The next round sum that is not less. */
export function roundSumFrom(minor: bigint): bigint {
  const step = stepOf(minor);
  return ((minor + step - 1n) / step) * step;
}
