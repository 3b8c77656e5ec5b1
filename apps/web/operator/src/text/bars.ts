// The geometry of a bar chart, apart from its drawing: heights as shares of a round maximum, and the lines of its scale.

export type Bars = {
  /** Per value, its share of the scale, 0 to 1. */
  readonly shares: readonly number[];
  /** The scale's lines from 0 up, in Wh, at most five. */
  readonly ticksWh: readonly bigint[];
};

/** `valuesWh`: decimal strings of Wh, none negative for use of energy; a negative one (export) is drawn as nothing. */
export function barsOf(valuesWh: readonly string[]): Bars {
  const values = valuesWh.map((text) => BigInt(text));
  let largest = 0n;
  for (const value of values) if (value > largest) largest = value;
  const step = roundStep(largest);
  const lines = largest === 0n ? 1n : (largest + step - 1n) / step;
  const top = step * lines;
  return {
    // A share needs no more digits than a screen has pixels; the integer division keeps it exact to 1/10000.
    shares: values.map((value) => (value <= 0n ? 0 : Number((value * 10_000n) / top) / 10_000)),
    ticksWh: Array.from({ length: Number(lines) + 1 }, (_, index) => step * BigInt(index)),
  };
}

/** The smallest step of 1, 2 or 5 times a power of ten with at most four of them up to the maximum; never under 100 Wh. */
export function roundStep(maximumWh: bigint): bigint {
  for (let power = 100n; ; power *= 10n) {
    for (const factor of [1n, 2n, 5n]) {
      if (power * factor * 4n >= maximumWh) return power * factor;
    }
  }
}
