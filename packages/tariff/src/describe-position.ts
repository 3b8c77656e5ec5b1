// A position described in a few facts (kWh bought this month, last purchase, past months), for
// worked examples and for quotes typed by hand. Sales keep the real position instead.

import { duesAt, periodOf } from './charges.ts';
import type { Example, Tariff } from './document.ts';
import { isOfMonth } from './levy-of-month.ts';
import {
  type Accrual,
  daysBetween,
  firstDayOfMonths,
  startPosition,
  type TariffPosition,
} from './position.ts';
import { freeLeft, prepare } from './prepare.ts';
import { price } from './pricing.ts';
import { leviedAfter } from './quote.ts';
import { type Rational, round } from './rational.ts';

export type PositionFacts = Example['position'];

/**
 * The position on a day. What has been bought this month, or a last purchase, means that charges
 * were taken up to that purchase; `owed` adds what was left of them.
 */
export function describePosition(
  tariff: Tariff,
  o: {
    facts: PositionFacts;
    date: string;
    parameters: Readonly<Record<string, string>>;
  },
): TariffPosition {
  const { facts: given, date } = o;
  const month = date.slice(0, 7);
  const wh = (kwh: Rational): bigint => round({ n: kwh.n * 1000n, d: kwh.d }, 'half-up');
  const energyWhThisMonth = given.monthToDateKwh === undefined ? 0n : wh(given.monthToDateKwh);
  const lastDate = given.lastPurchaseDate ?? null;
  const period = countedPeriod(tariff, { date, lastDate });
  const boughtThisMonth = energyWhThisMonth > 0n || (lastDate !== null && lastDate >= period);
  const purchasesThisMonth = given.purchasesThisMonth ?? (boughtThisMonth ? 1 : 0);
  const minor = (value: Rational): bigint =>
    round({ n: value.n * 10n ** BigInt(tariff.currency.scale), d: value.d }, 'half-up');
  const history = historyOf(given, period.slice(0, 7), wh);
  const lastMonth = purchasesThisMonth > 0 ? month : (lastDate?.slice(0, 7) ?? null);
  const described: TariffPosition = {
    ...startPosition(),
    month: period,
    energyWhThisMonth,
    purchasesThisMonth,
    paidThisMonthMinor: given.paidThisMonth === undefined ? 0n : minor(given.paidThisMonth),
    lastPurchaseMonth: lastMonth,
    lastPurchaseDate: lastDate,
    firstMonth: history.at(-1)?.month ?? lastMonth,
    history,
  };
  const freeEnergyWhThisMonth = freeWithFirst(tariff, { ...o, position: described });
  const position = { ...described, freeEnergyWhThisMonth };
  const through = lastDate ?? (purchasesThisMonth > 0 ? date : null);
  const levied = leviedFacts(tariff, { ...o, position });
  const owed = Object.entries(given.owed ?? {}).map(([code, v]) => [code, minor(v)] as const);
  return {
    ...position,
    leviedMicroMinorThisMonth: levied,
    charges: accruals(tariff, { ...o, position, through, owed }),
  };
}

/**
 * The month, or the first day of what blocks count over: a run of days is taken to begin with the
 * last purchase.
 */
function countedPeriod(
  { counting }: Tariff,
  { date, lastDate }: { readonly date: string; readonly lastDate: string | null },
): string {
  if (counting === 'calendar-month') return date.slice(0, 7);
  if ('months' in counting) return firstDayOfMonths(counting, date);
  return lastDate !== null && daysBetween(lastDate, date) < counting.days ? lastDate : date;
}

/** Free units that came with the month's first purchase, when that has been. */
function freeWithFirst(tariff: Tariff, o: Day & { readonly position: TariffPosition }): bigint {
  const isWithFirst = tariff.freeAllowance?.delivery === 'with-first-purchase';
  if (!isWithFirst || o.position.purchasesThisMonth === 0) return 0n;
  const prepared = prepareDay(tariff, { ...o, free: 'none' });
  return prepared.ok ? freeLeft(prepared.value.context) : 0n;
}

/**
 * What levies that look at the month took: as written, otherwise as if the month so far had been
 * one purchase.
 */
function leviedFacts(
  tariff: Tariff,
  o: Day & { readonly position: TariffPosition; readonly facts: PositionFacts },
): TariffPosition['leviedMicroMinorThisMonth'] {
  if (!tariff.levies.some(isOfMonth)) return {};
  const micro = (value: Rational): bigint =>
    round({ n: value.n * 10n ** BigInt(tariff.currency.scale + 6), d: value.d }, 'half-up');
  const written = Object.entries(o.facts.levied ?? {}).map(([k, v]) => [k, micro(v)] as const);
  const { energyWhThisMonth: units } = o.position;
  const start = prepareDay(tariff, { ...o, position: { ...o.position, energyWhThisMonth: 0n } });
  const priced = start.ok && units > 0n ? price(start.value.context, units, 'all') : null;
  const derived =
    start.ok && priced !== null
      ? leviedAfter(start.value.context, priced, (line) => line.amountMinor * 1_000_000n)
      : {};
  return { ...derived, ...Object.fromEntries(written) };
}

type Day = {
  readonly date: string;
  readonly parameters: Readonly<Record<string, string>>;
};

function prepareDay(
  tariff: Tariff,
  o: Day & { readonly position: TariffPosition; readonly free?: 'none' },
) {
  return prepare({
    tariff,
    at: { date: o.date },
    position: { ...o.position, lastPurchaseDate: null },
    parameters: o.parameters,
    unitsPerWh: 1n,
    paymentMinor: null,
    missing: 'no-price',
    ...(o.free !== undefined && { free: o.free }),
  });
}

function historyOf(
  given: PositionFacts,
  month: string,
  wh: (kwh: Rational) => bigint,
): TariffPosition['history'] {
  const past =
    given.pastMonthsKwh ??
    (given.averageKwh === undefined ? [] : Array.from({ length: 12 }, () => given.averageKwh));
  const start = Temporal.PlainYearMonth.from(month);
  return past.map((kwh, i) => ({
    month: start.subtract({ months: i + 1 }).toString(),
    energyWh: kwh === undefined ? 0n : wh(kwh),
  }));
}

function accruals(
  tariff: Tariff,
  o: {
    position: TariffPosition;
    date: string;
    parameters: Readonly<Record<string, string>>;
    through: string | null;
    owed: readonly (readonly [string, bigint])[];
  },
): TariffPosition['charges'] {
  const result: Record<string, Accrual> = {};
  const prepared = prepareDay(tariff, o);
  if (o.through !== null && prepared.ok) {
    for (const due of duesAt(prepared.value.context, prepared.value.context.monthUnits)) {
      const { code, per } = due.charge;
      if (per === 'purchase') continue;
      result[code] = {
        through: periodOf(due.charge, {
          date: o.through,
          through: undefined,
          counting: tariff.counting,
        }),
        accruedMinor: due.accrual.accruedMinor,
        owedMinor: 0n,
      };
    }
  }
  for (const [code, owedMinor] of o.owed) {
    const own = result[code] ?? { through: o.date, accruedMinor: 0n };
    result[code] = { ...own, owedMinor };
  }
  return result;
}

/**
 * The position when `energyWh` were bought earlier in the month of `date`, with the month's charges
 * taken.
 */
export function monthSoFar(
  tariff: Tariff,
  o: { energyWh: bigint; date: string; parameters: Readonly<Record<string, string>> },
): TariffPosition {
  return describePosition(tariff, { ...o, facts: { monthToDateKwh: { n: o.energyWh, d: 1000n } } });
}
