// The geometry of a bar chart, apart from its drawing: heights as shares of a round maximum, and
// the lines of its scale.

export type Bars = {
  /** Per value, its share of the scale, 0 to 1. */
  readonly shares: readonly number[];
  /** The scale's lines from 0 up, in Wh, at most five. */
  readonly ticksWh: readonly bigint[];
};

/**
 * `valuesWh`: decimal strings of Wh, none negative for use of energy; a negative one (export) is
 * drawn as nothing.
 */
export function barsOf(valuesWh: readonly (string | null)[]): Bars {
  const values = valuesWh.map((text) => BigInt(text ?? '0'));
  let largest = 0n;
  for (const value of values) if (value > largest) largest = value;
  const step = roundStep(largest);
  const lines = largest === 0n ? 1n : (largest + step - 1n) / step;
  const top = step * lines;
  return {
    // A share needs no more digits than a screen has pixels; the integer division keeps it exact to
    // 1/10000.
    shares: values.map((value) => (value <= 0n ? 0 : Number((value * 10_000n) / top) / 10_000)),
    ticksWh: Array.from({ length: Number(lines) + 1 }, (_, index) => step * BigInt(index)),
  };
}

/**
 * The smallest step of 1, 2 or 5 times a power of ten with at most four of them up to the maximum;
 * never under 100 Wh.
 */
export function roundStep(maximumWh: bigint): bigint {
  for (let power = 100n; ; power *= 10n) {
    for (const factor of [1n, 2n, 5n]) {
      if (power * factor * 4n >= maximumWh) return power * factor;
    }
  }
}

const dayMs = 86_400_000;
const hourMs = 3_600_000;

/** `count` civil days up to `lastDate` (YYYY-MM-DD), oldest first; null where no use is known. */
export function everyDay(
  known: readonly { readonly date: string; readonly energyWh: string }[],
  lastDate: string,
  count: number,
): { readonly date: string; readonly energyWh: string | null }[] {
  const byDate = new Map(known.map((day) => [day.date, day.energyWh]));
  const lastMs = Date.parse(`${lastDate}T00:00:00Z`);
  return Array.from({ length: count }, (_, index) => {
    const date = new Date(lastMs - (count - 1 - index) * dayMs).toISOString().slice(0, 10);
    return { date, energyWh: byDate.get(date) ?? null };
  });
}

/** `count` hours up to the one that holds `nowMs`, oldest first; null where no use is known. */
export function everyHour(
  known: readonly { readonly startsAt: string; readonly energyWh: string }[],
  nowMs: number,
  count: number,
): { readonly startsAtMs: number; readonly energyWh: string | null }[] {
  const hourOf = (epochMs: number) => Math.floor(epochMs / hourMs);
  const byHour = new Map(known.map((hour) => [hourOf(Date.parse(hour.startsAt)), hour.energyWh]));
  return Array.from({ length: count }, (_, index) => {
    const hour = hourOf(nowMs) - (count - 1 - index);
    return { startsAtMs: hour * hourMs, energyWh: byHour.get(hour) ?? null };
  });
}
