// What a home's use cost by its prices, part by part: blocks, free units and limits count through a
// month, so that parts come in order of time from a month's first day.

import type { Tariff, UsageInterval } from '@prewatt/tariff';
import { costOfUse, startPosition } from '@prewatt/tariff';
import type { TariffInForce } from '@prewatt/vending-rules';
import { createRuns } from './past-use.ts';

export type TimedUse = UsageInterval;

/** In millionths of a minor unit; null where no price is known. */
export function costsOf(
  use: readonly TimedUse[],
  tariffOn: (date: string) => TariffInForce | null,
): readonly (bigint | null)[] {
  let position = startPosition();
  return use.map((interval) => {
    const inForce = tariffOn(interval.at.date);
    if (inForce === null) return null;
    const { tariff, parameters } = inForce;
    const cost = costOfUse(tariff, { intervals: [interval], position, parameters });
    if (!cost.ok) return null;
    position = cost.value.positionAfter;
    return cost.value.exactMicroMinor;
  });
}

/** The times of a day at which its price may change: one, "00:00", where it does not. */
export function timesOfPeriods(
  tariffOn: (date: string) => { readonly tariff: Tariff } | null,
): (date: string) => readonly string[] {
  const known = new Map<Tariff, (date: string) => readonly string[]>();
  return (date) => {
    const tariff = tariffOn(date)?.tariff;
    if (tariff === undefined) return ['00:00'];
    const runs = known.get(tariff) ?? createRuns([tariff]);
    known.set(tariff, runs);
    return runs(date);
  };
}
