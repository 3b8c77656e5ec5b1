// A tariff as the classes of DLMS can say it: one price for each period (Charge, 113), and when
// each period holds (Activity calendar, 20; days by name, Special days table, 11). Exact or not at
// all: what blocks, standing charges or a price of too many digits need, they cannot say.

import { mostSpecialDays } from '@prewatt/dlms/classes';
import { isForCosem, periodAt, type Tariff } from '@prewatt/tariff';

export type DaySwitch = { readonly minute: number; readonly script: number };
export type SaidCalendar = {
  /** For each day profile, when which script begins; the first at midnight. */
  readonly days: readonly (readonly DaySwitch[])[];
  /** Seven numbers of day profiles each, Monday first. */
  readonly weeks: readonly (readonly number[])[];
  /** From the first of a month on. */
  readonly seasons: readonly { readonly month: number; readonly week: number }[];
  /** Days by name: of one year, or (null) of every year. */
  readonly specialDays: readonly SpecialDay[];
};
export type SpecialDay = {
  readonly year: number | null;
  readonly month: number;
  readonly dayOfMonth: number;
  /** Number of a day profile. */
  readonly day: number;
};
export type SaidTariff = {
  /** Power of ten of the currency. */
  readonly priceScale: number;
  /** Per kWh; script 0: at all times. */
  readonly prices: readonly { readonly script: number; readonly price: number }[];
  readonly calendar: SaidCalendar | null;
};

type Fraction = { readonly n: bigint; readonly d: bigint };
type Block = Tariff['energy']['schedules'][number]['blocks'][number];
type Amount = NonNullable<Block['rate']>;

/** A charge per unit has 16 bits. */
const highestPrice = 32_767n;
const finestScale = 8;

export function sayTariff(
  tariff: Tariff,
  parameters: Readonly<Record<string, string>>,
): SaidTariff | null {
  if (!isForCosem(tariff)) return null;
  const [block] = tariff.energy.schedules[0]?.blocks ?? [];
  const tax = taxOf(tariff);
  if (block === undefined || tax === null) return null;
  const rates: { readonly script: number; readonly rate: Amount }[] = [];
  if (block.rate !== undefined) rates.push({ script: 0, rate: block.rate });
  for (const [nth, { code }] of tariff.periods.entries()) {
    const rate = block.rates?.[code];
    if (rate !== undefined) rates.push({ script: nth + 1, rate });
  }
  const fractions: (Fraction & { readonly script: number })[] = [];
  for (const { script, rate } of rates) {
    const value = valueOfAmount(tariff, parameters, rate);
    if (value === null) return null;
    fractions.push({ script, n: value.n * tax.n, d: value.d * tax.d });
  }
  const scaled = scaledPrices(fractions);
  if (scaled === null || scaled.prices.length === 0) return null;
  if (block.rates === undefined) return { ...scaled, calendar: null };
  const calendar = calendarOf(tariff);
  return calendar === null ? null : { ...scaled, calendar };
}

/** What taxes make of one unit of money for energy; null where a rate is no number. */
function taxOf({ levies }: Tariff): Fraction | null {
  let hundredths: Fraction = { n: 100n, d: 1n };
  for (const { included, percent } of levies) {
    if (included) continue;
    if (percent?.kind !== 'constant') return null;
    const { n, d } = percent.value;
    hundredths = { n: hundredths.n * d + n * hundredths.d, d: hundredths.d * d };
  }
  return { n: hundredths.n, d: hundredths.d * 100n };
}

function valueOfAmount(
  tariff: Tariff,
  parameters: Readonly<Record<string, string>>,
  amount: Amount,
): Fraction | null {
  if (amount.kind === 'constant') return amount.value;
  if (amount.kind !== 'parameter') return null;
  const text = parameters[amount.name] ?? tariff.parameters[amount.name]?.value ?? '';
  // As a connection's parameters are written (registry): up to twelve digits on each side.
  const [, whole = '', decimals = ''] = /^(\d{1,12})(?:\.(\d{1,12}))?$/.exec(text) ?? [];
  if (whole === '') return null;
  return { n: BigInt(`${whole}${decimals}`), d: 10n ** BigInt(decimals.length) };
}

/** All at the coarsest scale at which each is whole. */
function scaledPrices(
  fractions: readonly (Fraction & { readonly script: number })[],
): Pick<SaidTariff, 'priceScale' | 'prices'> | null {
  for (let scale = 0; scale <= finestScale; scale += 1) {
    const ten = 10n ** BigInt(scale);
    if (fractions.some(({ n, d }) => (n * ten) % d !== 0n)) continue;
    const prices = fractions.map(({ script, n, d }) => ({ script, price: (n * ten) / d }));
    if (prices.some(({ price }) => price < 0n || price > highestPrice)) return null;
    const told = prices.map(({ script, price }) => ({ script, price: Number(price) }));
    return { priceScale: scale === 0 ? 0 : -scale, prices: told };
  }
  return null;
}

const months = Array.from({ length: 12 }, (_, nth) => nth + 1);
const weekdays = Array.from({ length: 7 }, (_, nth) => nth + 1);

/** Null: a time that has no period. */
function calendarOf(tariff: Tariff): SaidCalendar | null {
  const days = createNumbering<readonly DaySwitch[]>();
  const weeks = createNumbering<readonly number[]>();
  const unnamed = withoutNames(tariff);
  const seasons: { month: number; week: number }[] = [];
  for (const month of months) {
    const week: number[] = [];
    for (const weekday of weekdays) {
      const day = dayOf(unnamed, dateIn(month, weekday));
      if (day === null) return null;
      week.push(days.numberOf(day));
    }
    const number = weeks.numberOf(week);
    if (seasons.at(-1)?.week !== number) seasons.push({ month, week: number });
  }
  const specialDays = specialDaysOf(tariff, days);
  return specialDays === null
    ? null
    : { days: days.all(), weeks: weeks.all(), seasons, specialDays };
}

/** As it is on a day that has no name. */
const withoutNames = (tariff: Tariff): Tariff => ({
  ...tariff,
  periods: tariff.periods.map(({ dates, ...period }) =>
    dates === undefined ? period : { ...period, days: period.days ?? [] },
  ),
});

/**
 * Null: a day of every year that is another one on a Sunday, or one that is named twice in two
 * ways; or too many.
 */
function specialDaysOf(
  tariff: Tariff,
  days: ReturnType<typeof createNumbering<readonly DaySwitch[]>>,
): readonly SpecialDay[] | null {
  const names = [...new Set(tariff.periods.flatMap(({ dates }) => dates ?? []))].toSorted();
  const yearly = new Map<string, number>();
  const said: SpecialDay[] = [];
  for (const name of names) {
    if (name.length !== '12-25'.length) continue;
    const numbers = new Set<number>();
    for (const date of datesOf(name)) {
      const day = dayOf(tariff, date);
      if (day === null) return null;
      numbers.add(days.numberOf(day));
    }
    const [number] = numbers;
    if (number === undefined || numbers.size > 1) return null;
    yearly.set(name, number);
    said.push(specialDay(null, name, number));
  }
  for (const name of names) {
    if (name.length === '12-25'.length) continue;
    const day = dayOf(tariff, name);
    if (day === null) return null;
    const number = days.numberOf(day);
    const ofEveryYear = yearly.get(name.slice(5));
    if (ofEveryYear === undefined) said.push(specialDay(Number(name.slice(0, 4)), name, number));
    else if (ofEveryYear !== number) return null;
  }
  return said.length > mostSpecialDays ? null : said;
}

/** A day of every year, on each day of the week once at least. No year has a name of its own. */
function datesOf(name: string): readonly string[] {
  const years = Array.from({ length: 40 }, (_, nth) => 2100 + nth);
  return years.flatMap((year) => {
    const date = Temporal.PlainDate.from(`${year}-${name.slice(0, 2)}-01`).with({
      day: Number(name.slice(3)),
    });
    return date.toString().endsWith(name) ? [date.toString()] : [];
  });
}

const specialDay = (year: number | null, name: string, day: number): SpecialDay => {
  const [month = 1, dayOfMonth = 1] = name.slice(-5).split('-').map(Number);
  return { year, month, dayOfMonth, day };
};

/** A day of that name in that month, of any year: no period hangs on a date. */
function dateIn(month: number, weekday: number): string {
  const first = Temporal.PlainDate.from({ year: 2026, month, day: 1 });
  return first.add({ days: (weekday - first.dayOfWeek + 7) % 7 }).toString();
}

function dayOf(tariff: Tariff, date: string): readonly DaySwitch[] | null {
  const edges = tariff.periods.flatMap(({ from, to }) => [from ?? '00:00', to ?? '24:00']);
  const times = [...new Set(['00:00', ...edges])].filter((time) => time !== '24:00').toSorted();
  const switches: DaySwitch[] = [];
  for (const time of times) {
    const code = periodAt(tariff, { date, time });
    const script = tariff.periods.findIndex((period) => period.code === code) + 1;
    if (script === 0) return null;
    const [hour = 0, minute = 0] = time.split(':').map(Number);
    if (switches.at(-1)?.script !== script) switches.push({ minute: hour * 60 + minute, script });
  }
  return switches;
}

/** Equal ones have one number, from 1 on. */
function createNumbering<T>() {
  const known = new Map<string, number>();
  const values: T[] = [];
  return {
    numberOf: (value: T): number => {
      const key = JSON.stringify(value);
      const found = known.get(key);
      if (found !== undefined) return found;
      values.push(value);
      known.set(key, values.length);
      return values.length;
    },
    all: (): readonly T[] => values,
  };
}
