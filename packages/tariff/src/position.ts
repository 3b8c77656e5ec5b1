// The month's position of one connection under a tariff: what has to be remembered from purchase to
// purchase, so that many small top-ups cost the same as one large one. Plain data; the caller
// stores it.

import { err, ok, type Result } from '@prewatt/quantities';
import * as z from 'zod';
import { civilDatePattern } from './civil-date.ts';

/** A charge or debt instalment that runs by the calendar. */
export type Accrual = {
  /** Last period accrued: "2026-11-24", "2026-11" or "2026". */
  readonly through: string;
  /** Accrued for that period so far, so that a dearer variant adds only the difference. */
  readonly accruedMinor: bigint;
  /** Accrued and not taken yet: deferred, or spread by a recovery rule. */
  readonly owedMinor: bigint;
};

export type TariffPosition = {
  /**
   * Civil month in the utility's zone, "2026-11"; the first day of the run when the tariff counts
   * runs of days or of months; "" before the first purchase. "This month" in other names is this.
   */
  readonly month: string;
  readonly energyWhThisMonth: bigint;
  readonly purchasesThisMonth: number;
  /**
   * Lines taken this month (without what stayed prepaid), for rules that look at the month's
   * payments.
   */
  readonly paidThisMonthMinor: bigint;
  /** Free energy already granted this month. */
  readonly freeEnergyWhThisMonth: bigint;
  readonly lastPurchaseMonth: string | null;
  readonly lastPurchaseDate: string | null;
  readonly firstMonth: string | null;
  /** Past months with energy, latest first, at most 12. */
  readonly history: readonly { readonly month: string; readonly energyWh: bigint }[];
  readonly charges: Readonly<Record<string, Accrual>>;
  readonly debts: Readonly<Record<string, Accrual>>;
  /**
   * What levies that look at the month took so far, in millionths of a minor unit; negative: gave.
   */
  readonly leviedMicroMinorThisMonth: Readonly<Record<string, bigint>>;
  /**
   * Wallet mode: millionths of a minor unit rated and not yet charged, of energy and of each levy
   * and charge by themselves ("energy", "tax vat", "fee service").
   */
  readonly usageCarryMicroMinor: Readonly<Record<string, bigint>>;
};

export const energyPurse = 'energy';

/** The position of a connection that has bought nothing yet. */
export function startPosition(): TariffPosition {
  return {
    month: '',
    energyWhThisMonth: 0n,
    purchasesThisMonth: 0,
    paidThisMonthMinor: 0n,
    freeEnergyWhThisMonth: 0n,
    lastPurchaseMonth: null,
    lastPurchaseDate: null,
    firstMonth: null,
    history: [],
    charges: {},
    debts: {},
    leviedMicroMinorThisMonth: {},
    usageCarryMicroMinor: {},
  };
}

/**
 * The position as it stands in `month`: counters of an earlier month become history. Months rise.
 */
export function rollPosition(position: TariffPosition, month: string): TariffPosition {
  if (position.month === month) return position;
  const energyWh = position.energyWhThisMonth + position.freeEnergyWhThisMonth;
  const past = energyWh > 0n ? [{ month: position.month.slice(0, 7), energyWh }] : [];
  return {
    ...position,
    month,
    energyWhThisMonth: 0n,
    purchasesThisMonth: 0,
    paidThisMonthMinor: 0n,
    freeEnergyWhThisMonth: 0n,
    leviedMicroMinorThisMonth: {},
    history: [...past, ...position.history].slice(0, 12),
  };
}

/** Whole months from `from` to `to` ("2026-09", "2026-11" -> 2). */
export function monthsBetween(from: string, to: string): number {
  return monthIndex(to) - monthIndex(from);
}

function monthIndex(month: string): number {
  return Number(month.slice(0, 4)) * 12 + Number(month.slice(5, 7));
}

/** First day of the run of `months` calendar months, counted from `startsIn`, that holds a day. */
export function firstDayOfMonths(
  o: { readonly months: number; readonly startsIn: number },
  date: string,
): string {
  const passed = (Number(date.slice(5, 7)) - o.startsIn + 12) % o.months;
  return Temporal.PlainYearMonth.from(date.slice(0, 7))
    .subtract({ months: passed })
    .toPlainDate({ day: 1 })
    .toString();
}

/** Whole days from `from` to `to`. */
export function daysBetween(from: string, to: string): number {
  return Math.round((Date.UTC(...dateParts(to)) - Date.UTC(...dateParts(from))) / 86_400_000);
}

function dateParts(day: string): [number, number, number] {
  return [Number(day.slice(0, 4)), Number(day.slice(5, 7)) - 1, Number(day.slice(8, 10))];
}

const integer = z.string().regex(/^-?\d{1,18}$/, 'an integer in quotes');
const monthText = z.string().regex(/^\d{4}-(0[1-9]|1[0-2])$/);
const accrualJson = z.strictObject({
  through: z.string().regex(/^\d{4}(-\d\d(-\d\d)?)?$/),
  accruedMinor: integer,
  owedMinor: integer,
});
const positionJson = z.strictObject({
  month: z.union([z.literal(''), monthText, z.string().regex(civilDatePattern)]),
  energyWhThisMonth: integer,
  purchasesThisMonth: z.int().min(0),
  paidThisMonthMinor: integer,
  freeEnergyWhThisMonth: integer,
  lastPurchaseMonth: monthText.nullable(),
  lastPurchaseDate: z.string().regex(civilDatePattern).nullable(),
  firstMonth: monthText.nullable(),
  history: z.array(z.strictObject({ month: monthText, energyWh: integer })).max(12),
  charges: z.record(z.string(), accrualJson),
  debts: z.record(z.string(), accrualJson),
  leviedMicroMinorThisMonth: z.record(z.string(), integer).default({}),
  // One sum for all lines, as it was kept before, is energy's.
  usageCarryMicroMinor: z
    .union([z.record(z.string(), integer), integer.transform((sum) => ({ [energyPurse]: sum }))])
    .default({}),
});
export type TariffPositionJson = z.output<typeof positionJson>;

/** JSON-able form: every bigint as a decimal string. */
export function positionToJson(position: TariffPosition): TariffPositionJson {
  return {
    ...position,
    energyWhThisMonth: position.energyWhThisMonth.toString(),
    paidThisMonthMinor: position.paidThisMonthMinor.toString(),
    freeEnergyWhThisMonth: position.freeEnergyWhThisMonth.toString(),
    history: position.history.map((h) => ({ month: h.month, energyWh: h.energyWh.toString() })),
    charges: accrualsToJson(position.charges),
    debts: accrualsToJson(position.debts),
    leviedMicroMinorThisMonth: textsOf(position.leviedMicroMinorThisMonth),
    usageCarryMicroMinor: textsOf(position.usageCarryMicroMinor),
  };
}

/** Reads what `positionToJson` wrote. */
export function positionFromJson(json: unknown): Result<TariffPosition, 'position-format'> {
  const read = positionJson.safeParse(json);
  if (!read.success) return err('position-format');
  const value = read.data;
  return ok({
    ...value,
    energyWhThisMonth: BigInt(value.energyWhThisMonth),
    paidThisMonthMinor: BigInt(value.paidThisMonthMinor),
    freeEnergyWhThisMonth: BigInt(value.freeEnergyWhThisMonth),
    history: value.history.map((h) => ({ month: h.month, energyWh: BigInt(h.energyWh) })),
    charges: accrualsFromJson(value.charges),
    debts: accrualsFromJson(value.debts),
    leviedMicroMinorThisMonth: integersOf(value.leviedMicroMinorThisMonth),
    usageCarryMicroMinor: integersOf(value.usageCarryMicroMinor),
  });
}

const textsOf = (values: Readonly<Record<string, bigint>>): Record<string, string> =>
  Object.fromEntries(Object.entries(values).map(([name, value]) => [name, value.toString()]));

const integersOf = (texts: Readonly<Record<string, string>>): Record<string, bigint> =>
  Object.fromEntries(Object.entries(texts).map(([name, text]) => [name, BigInt(text)]));

function accrualsToJson(accruals: TariffPosition['charges']): TariffPositionJson['charges'] {
  return Object.fromEntries(
    Object.entries(accruals).map(([code, a]) => [
      code,
      {
        through: a.through,
        accruedMinor: a.accruedMinor.toString(),
        owedMinor: a.owedMinor.toString(),
      },
    ]),
  );
}

function accrualsFromJson(json: TariffPositionJson['charges']): TariffPosition['charges'] {
  return Object.fromEntries(
    Object.entries(json).map(([code, a]) => [
      code,
      {
        through: a.through,
        accruedMinor: BigInt(a.accruedMinor),
        owedMinor: BigInt(a.owedMinor),
      },
    ]),
  );
}
