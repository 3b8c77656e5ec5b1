// What a price depends on besides the document: the day and period, parameters, the month so far,
// past months. One context per quote; conditions ("when") are answered from it for a month total
// under consideration.

import { err, ok, type Result } from '@prewatt/quantities';
import { type Amount, evaluate, parametersIn } from './amount.ts';
import type { Schedule, Tariff, When } from './document.ts';
import { amountsIn, fieldsOf, type SetField } from './field-walk.ts';
import { monthsBetween, type TariffPosition } from './position.ts';
import { compare, parseDecimal, type Rational, round, whole } from './rational.ts';

/**
 * Civil date and, for tariffs with periods of the day, civil time ("17:30") in the utility's zone.
 */
export type CivilMoment = {
  readonly date: string;
  readonly time?: string;
  /** Code of the period, when the utility announced it instead of fixing hours. */
  readonly period?: string;
};

export type MissingParameter = {
  readonly code: 'parameter-missing';
  /** All that lack a value that can be used, in the order of the document. */
  readonly names: readonly [string, ...string[]];
};

export type PriceContext = {
  readonly tariff: Tariff;
  readonly at: CivilMoment;
  /** Code of the time-of-use period, or null when the tariff has none. */
  readonly period: string | null;
  readonly numbers: ReadonlyMap<string, Rational>;
  readonly choices: ReadonlyMap<string, string>;
  /** Rolled to the month of `at`. */
  readonly position: TariffPosition;
  /** Energy is counted in 1/unitsPerWh Wh: 1 for sales, finer for checking published sums. */
  readonly unitsPerWh: bigint;
  /** Month so far, free energy that counts in blocks included, in units. */
  readonly monthUnits: bigint;
  /** Payment in minor units, or null while it is being sought. */
  readonly paymentMinor: bigint | null;
  /** Minor units per currency unit: 10^scale. */
  readonly minorPerUnit: bigint;
  /** Rates that lack a parameter have no price; see `missing` of createContext. */
  readonly missing: ReadonlySet<string>;
};

/** Names of the parameters in sums, shares and limits: in all but the rates. */
function besidesRates(tariff: Tariff): string[] {
  const isRate = ({ group, name }: SetField) => group === 'block' && /^rates?$/.test(name);
  return fieldsOf(tariff)
    .filter((each) => each.field.inner === undefined && !isRate(each))
    .flatMap(({ value }) => amountsIn(value).flatMap(parametersIn));
}

/** Reads parameters for the day: given ones first, then the document's own. */
export function createContext(o: {
  tariff: Tariff;
  at: CivilMoment;
  position: TariffPosition;
  parameters: Readonly<Record<string, string>>;
  unitsPerWh: bigint;
  paymentMinor: bigint | null;
  /**
   * A sale is refused when any parameter lacks a value; a check goes on as far as rates are known.
   */
  missing: 'refuse' | 'no-price';
}): Result<PriceContext, MissingParameter> {
  const missing = new Set<string>();
  const wrong = new Set<string>();
  const numbers = new Map<string, Rational>();
  const choices = new Map<string, string>();
  for (const [name, parameter] of Object.entries(o.tariff.parameters)) {
    const own = parameter.values?.findLast((v) => v.from <= o.at.date)?.value ?? parameter.value;
    const value = Object.hasOwn(o.parameters, name) ? o.parameters[name] : own;
    if (typeof value !== 'string') {
      (o.missing === 'refuse' ? wrong : missing).add(name);
      continue;
    }
    const number = parseDecimal(value);
    if (parameter.choices !== undefined) {
      if (parameter.choices.includes(value)) choices.set(name, value);
      else wrong.add(name);
    } else if (number === null) {
      wrong.add(name);
    } else {
      numbers.set(name, number);
    }
  }
  // Without a rate there is no price; without a charge or a levy the price would be a wrong one.
  const needed = missing.size === 0 ? [] : besidesRates(o.tariff).filter((n) => missing.has(n));
  const [first, ...others] = new Set([...wrong, ...needed]);
  if (first !== undefined) return err({ code: 'parameter-missing', names: [first, ...others] });
  const free = o.tariff.freeAllowance?.countsInBlocks ? o.position.freeEnergyWhThisMonth : 0n;
  return ok({
    tariff: o.tariff,
    at: o.at,
    period: periodAt(o.tariff, o.at),
    numbers,
    choices,
    position: o.position,
    unitsPerWh: o.unitsPerWh,
    monthUnits: (o.position.energyWhThisMonth + free) * o.unitsPerWh,
    paymentMinor: o.paymentMinor,
    minorPerUnit: 10n ** BigInt(o.tariff.currency.scale),
    missing,
  });
}

/** The time-of-use period that holds at a civil moment: the first whose conditions all hold. */
export function periodAt(tariff: Tariff, at: CivilMoment): string | null {
  if (tariff.periods.length === 0) return null;
  if (tariff.periods.some((p) => p.code === at.period)) return at.period ?? null;
  const day = Temporal.PlainDate.from(at.date);
  const time = at.time ?? '00:00';
  const found = tariff.periods.find(
    (p) =>
      !p.announced &&
      isDayOf(p, day) &&
      (p.calendarMonths?.includes(day.month) ?? true) &&
      holdsAt(time, p.from ?? '00:00', p.to ?? '24:00'),
  );
  return found?.code ?? null;
}

/** Days of the week and named dates add up; a period without either holds on all days. */
function isDayOf(period: Tariff['periods'][number], day: Temporal.PlainDate): boolean {
  const { days, dates } = period;
  if (days === undefined && dates === undefined) return true;
  const text = day.toString();
  const named = dates?.some((date) => date === text || date === text.slice(5)) ?? false;
  return named || (days?.includes(day.dayOfWeek) ?? false);
}

// A window that ends before it starts runs over midnight.
function holdsAt(time: string, from: string, to: string): boolean {
  return from < to ? time >= from && time < to : time >= from || time < to;
}

export const amountValue = (context: PriceContext, amount: Amount): Rational =>
  evaluate(amount, context.numbers);

/** A limit in kWh as whole units of this context. */
export function limitUnits(context: PriceContext, kwh: Amount): bigint {
  return round(unitsOfKwh(context, amountValue(context, kwh)), 'down');
}

/** kWh of the document as units of this context; exact, hence a fraction. */
export function unitsOfKwh(context: PriceContext, kwh: Rational): Rational {
  return { n: kwh.n * 1000n * context.unitsPerWh, d: kwh.d };
}

/** Whether a condition holds when the month's total stands at `totalUnits` after the purchase. */
export function holds(context: PriceContext, when: When | undefined, totalUnits: bigint): boolean {
  if (when === undefined) return true;
  return (
    within(context, when.monthTotal, whole(totalUnits)) &&
    (when.average === undefined ||
      within(context, when.average, averageUnits(context, when.average.months))) &&
    (when.highest === undefined ||
      within(context, when.highest, highestUnits(context, when.highest.months))) &&
    dayHolds(context, when) &&
    Object.entries(when.parameter ?? {}).every(([k, v]) => context.choices.get(k) === v) &&
    purchaseHolds(context.position.purchasesThisMonth + 1, when.purchaseOfMonth) &&
    paymentWithin(context, when.payment)
  );
}

function dayHolds(context: PriceContext, when: When): boolean {
  const [month, day] = [context.at.date.slice(5, 7), context.at.date.slice(8)].map(Number);
  return (
    (when.calendarMonths?.includes(month ?? 0) ?? true) &&
    countHolds(day ?? 0, when.dayOfMonth) &&
    (when.periods?.includes(context.period ?? '') ?? true)
  );
}

/** Whether the month's purchase of that number, counted from 1, is meant. */
function purchaseHolds(number: number, asked: When['purchaseOfMonth']): boolean {
  if (asked === 'first') return number === 1;
  return asked === 'later' ? number > 1 : countHolds(number, asked);
}

function countHolds(count: number, range: When['dayOfMonth']): boolean {
  return count >= (range?.from ?? count) && count <= (range?.upto ?? count);
}

function within(
  context: PriceContext,
  range: { overKwh?: Amount | undefined; uptoKwh?: Amount | undefined } | undefined,
  units: Rational,
): boolean {
  const limit = (kwh: Amount): Rational => unitsOfKwh(context, amountValue(context, kwh));
  if (range?.overKwh !== undefined && compare(units, limit(range.overKwh)) <= 0n) return false;
  return range?.uptoKwh === undefined || compare(units, limit(range.uptoKwh)) <= 0n;
}

function paymentWithin(context: PriceContext, range: When['payment']): boolean {
  if (range === undefined) return true;
  const payment = whole(context.paymentMinor ?? 0n);
  const minor = (v: Rational): Rational => ({ n: v.n * context.minorPerUnit, d: v.d });
  if (range.from !== undefined && compare(payment, minor(range.from)) < 0n) return false;
  return range.below === undefined || compare(payment, minor(range.below)) < 0n;
}

/**
 * Mean of the last `months` whole months; a month without a purchase counts as zero, but only since
 * the first.
 */
function averageUnits(context: PriceContext, months: number): Rational {
  const { position } = context;
  const age = pastMonths(context);
  if (age < 1) return unitsWithoutHistory(context);
  const total = position.history
    .filter((h) => monthsBetween(h.month, position.month) <= months)
    .reduce((sum, h) => sum + h.energyWh, 0n);
  return { n: total * context.unitsPerWh, d: BigInt(Math.min(months, age)) };
}

/** The largest of the last `months` whole months. */
function highestUnits(context: PriceContext, months: number): Rational {
  const { position } = context;
  if (pastMonths(context) < 1) return unitsWithoutHistory(context);
  const past = position.history.filter((h) => monthsBetween(h.month, position.month) <= months);
  let mostWh = 0n;
  for (const { energyWh } of past) if (energyWh > mostWh) mostWh = energyWh;
  return whole(mostWh * context.unitsPerWh);
}

/** Whole months since the first one with a purchase. */
function pastMonths({ position }: PriceContext): number {
  return position.firstMonth === null ? 0 : monthsBetween(position.firstMonth, position.month);
}

function unitsWithoutHistory(context: PriceContext): Rational {
  const given = context.tariff.energy.averageWithoutHistoryKwh;
  return given === undefined ? whole(0n) : unitsOfKwh(context, given);
}

/** The schedule for a month total: the first whose conditions hold; null when none does. */
export function scheduleAt(context: PriceContext, totalUnits: bigint): Schedule | null {
  return context.tariff.energy.schedules.find((s) => holds(context, s.when, totalUnits)) ?? null;
}
