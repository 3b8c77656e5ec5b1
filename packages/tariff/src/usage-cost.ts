// What use costs by itself: without fixed charges and fees, which fall due whether energy is used
// or not.

import { divideFloor, ok, type Result } from '@prewatt/quantities';
import type { Tariff } from './document.ts';
import type { TariffPosition } from './position.ts';
import type { QuoteRefusal } from './quote-types.ts';
import { type RatedUsage, rateUsage, type UsageInterval, type UsageLine } from './usage.ts';

const microPerMinor = 1_000_000n;

export type UseCost = {
  readonly energyMinor: bigint;
  readonly taxMinor: bigint;
  /** Energy and tax, rounded down once. */
  readonly totalMinor: bigint;
  /** The same to the millionth of a minor unit, for sums of many. */
  readonly exactMicroMinor: bigint;
  /** For the use that follows. */
  readonly positionAfter: TariffPosition;
};

/** Intervals in order of time, as `rateUsage` takes them. */
export function costOfUse(
  tariff: Tariff,
  o: {
    readonly intervals: readonly UsageInterval[];
    readonly position: TariffPosition;
    readonly parameters?: Readonly<Record<string, string>>;
  },
): Result<UseCost, QuoteRefusal> {
  const used = rateUsage(tariff, o);
  if (!used.ok) return used;
  const idle = rateUsage(tariff, {
    ...o,
    intervals: o.intervals.map((interval) => ({ ...interval, energyWh: 0n })),
  });
  if (!idle.ok) return idle;
  // What falls due without use, fees too, is the same in both.
  const fees = sumOf(used.value, 'fee') - sumOf(idle.value, 'fee');
  const exactMicroMinor =
    used.value.exactMicroMinor - idle.value.exactMicroMinor - fees * microPerMinor;
  const totalMinor = divideFloor(exactMicroMinor, microPerMinor);
  const taxMinor = sumOf(used.value, 'tax') - sumOf(idle.value, 'tax');
  const { positionAfter } = used.value;
  return ok({
    ...{ energyMinor: totalMinor - taxMinor, taxMinor, totalMinor, exactMicroMinor },
    positionAfter,
  });
}

const sumOf = (rated: RatedUsage, kind: UsageLine['kind']): bigint =>
  rated.lines.reduce((sum, line) => (line.kind === kind ? sum + line.amountMinor : sum), 0n);
