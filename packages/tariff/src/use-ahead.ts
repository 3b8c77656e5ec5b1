// What use ahead will cost, for forecasts in money: hours of a civil day at the prices of that day,
// with the charges that fall due, from where the month stands.

import { type CivilMoment, periodAt } from './conditions.ts';
import type { Tariff } from './document.ts';
import type { TariffPosition } from './position.ts';
import { rateUsage, type UsageInterval } from './usage.ts';

type HourAhead = { readonly startsAtMs: number; readonly energyWh: bigint };
type PricesOfDay = {
  readonly tariff: Tariff;
  readonly parameters: Readonly<Record<string, string>>;
};

/** Fits `Pricing` of @prewatt/protection: neither package knows the other. */
export function priceAhead(o: {
  readonly position: TariffPosition;
  readonly zone: string;
  /** Null when no tariff is known for the day. */
  readonly pricesOn: (date: string) => PricesOfDay | null;
}) {
  return {
    start: o.position,
    cost: (
      position: TariffPosition,
      hours: readonly HourAhead[],
    ): { readonly micro: bigint; readonly position: TariffPosition } | null => {
      const [first] = hours;
      if (first === undefined) return { micro: 0n, position };
      const prices = o.pricesOn(momentOf(first.startsAtMs, o.zone).date);
      if (prices === null) return null;
      const { tariff, parameters } = prices;
      const intervals = mergeByPeriod(tariff, hours, o.zone);
      const rated = rateUsage(tariff, { intervals, position, parameters });
      if (!rated.ok) return null;
      return { micro: rated.value.exactMicroMinor, position: rated.value.positionAfter };
    },
  };
}

/** Hours that follow each other in one period are one interval: a plain tariff rates once a day. */
function mergeByPeriod(tariff: Tariff, hours: readonly HourAhead[], zone: string): UsageInterval[] {
  const merged: { at: CivilMoment; period: string | null; energyWh: bigint }[] = [];
  for (const { startsAtMs, energyWh } of hours) {
    const last = merged.at(-1);
    if (last !== undefined && tariff.periods.length === 0) {
      last.energyWh += energyWh;
      continue;
    }
    const at = momentOf(startsAtMs, zone);
    const period = periodAt(tariff, at);
    if (last !== undefined && last.period === period) last.energyWh += energyWh;
    else merged.push({ at, period, energyWh });
  }
  return merged;
}

function momentOf(atMs: number, zone: string): { date: string; time: string } {
  const local = Temporal.Instant.fromEpochMilliseconds(atMs).toZonedDateTimeISO(zone);
  return {
    date: local.toPlainDate().toString(),
    time: local.toPlainTime().toString().slice(0, 5),
  };
}
