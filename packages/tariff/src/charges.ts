// Fixed charges: what has fallen due by the day of the purchase, per month, day, year or purchase,
// with skipped periods, and how much of it one purchase may take.

import { amountValue, holds, type PriceContext } from './conditions.ts';
import type { Charge, Tariff } from './document.ts';
import { fieldsIn } from './field-walk.ts';
import { type Accrual, daysBetween, firstDayOfMonths, monthsBetween } from './position.ts';
import { compare, type Rational, round, subtract, whole, zero } from './rational.ts';

export type Due = {
  readonly charge: Charge;
  readonly dueMinor: bigint;
  /** Before rounding to minor units, for checks against published sums. */
  readonly exact: Rational;
  /** State once nothing of it is taken. */
  readonly accrual: Accrual;
  /** Periods that fell due now, beyond what was already owed. */
  readonly periods: number;
};

/** Everything that is due when the month's total stands at `totalUnits` after the purchase. */
export function duesAt(context: PriceContext, totalUnits: bigint): readonly Due[] {
  const known = steadyDues.get(context);
  if (known !== undefined) return known;
  const dues = context.tariff.charges.map((charge) => dueOf(context, charge, totalUnits));
  if (context.tariff.charges.every(isSteady)) steadyDues.set(context, dues);
  return dues;
}

// Most charges do not depend on the month's total: those of a context are worked out once.
const steadyDues = new WeakMap<PriceContext, readonly Due[]>();

/** Whether a charge is the same for every month total. */
export function isSteady(charge: Charge): boolean {
  return fieldsIn('charge', charge).every(({ field }) => !field.solve.includes('falls'));
}

function dueOf(context: PriceContext, charge: Charge, totalUnits: bigint): Due {
  const { date } = context.at;
  const amount = amountAt(context, charge, totalUnits);
  const stored = Object.hasOwn(context.position.charges, charge.code)
    ? context.position.charges[charge.code]
    : undefined;
  const owedMinor = stored?.owedMinor ?? 0n;
  if (charge.per === 'purchase')
    return fallenDue(charge, { amount, owedMinor, periods: 1, now: date });
  const state = stored && { ...stored, through: sameKind(charge, stored.through) };
  const { counting } = context.tariff;
  const now = periodOf(charge, { date, through: state?.through, counting });
  if (state !== undefined && state.through >= now) return topUp(charge, state, amount);
  const skipped = state === undefined ? 0 : gap(charge, state.through, now) - 1;
  const recover = charge.skipped.recover || charge.per === 'day';
  return fallenDue(charge, { amount, owedMinor, periods: 1 + (recover ? skipped : 0), now });
}

/** New periods, on top of what was owed; both together within the charge's limit. */
function fallenDue(
  charge: Charge,
  o: { amount: Rational; owedMinor: bigint; periods: number; now: string },
): Due {
  const { amount, now } = o;
  const { maxPeriods } = charge.skipped;
  const periods = Math.min(o.periods, 1 + (maxPeriods ?? o.periods));
  const all = { n: amount.n * BigInt(periods) + o.owedMinor * amount.d, d: amount.d };
  const most = { n: amount.n * BigInt(1 + (maxPeriods ?? 0)), d: amount.d };
  // "Arrears never beyond one month": what an earlier purchase left untaken counts against the same
  // limit.
  const exact = maxPeriods !== undefined && compare(all, most) > 0n ? most : all;
  const dueMinor = round(exact, 'half-up');
  const accruedMinor = charge.per === 'purchase' ? 0n : round(amount, 'half-up');
  return {
    charge,
    dueMinor,
    exact,
    accrual: { through: now, accruedMinor, owedMinor: dueMinor },
    periods,
  };
}

/** The period was charged already: what is owed of it, and the difference to a dearer variant. */
function topUp(charge: Charge, state: Accrual, amount: Rational): Due {
  const extra = subtract(amount, whole(state.accruedMinor));
  const more = compare(extra, zero) > 0n ? extra : zero;
  const moreMinor = round(more, 'half-up');
  const owedMinor = state.owedMinor + moreMinor;
  return {
    charge,
    dueMinor: owedMinor,
    exact: { n: state.owedMinor * more.d + more.n, d: more.d },
    accrual: { ...state, accruedMinor: state.accruedMinor + moreMinor, owedMinor },
    periods: 0,
  };
}

/**
 * A stored period in the charge's own terms, as another version may have charged by month what this
 * one does by day.
 */
function sameKind(charge: Charge, through: string): string {
  const { per } = charge;
  const date = through.length === 4 ? `${through}-01-01` : `${through}-01`.slice(0, 10);
  if (typeof per === 'string') return periodOf(charge, { date, through: undefined });
  return 'days' in per ? date : date.slice(0, 7);
}

function amountAt(context: PriceContext, charge: Charge, totalUnits: bigint): Rational {
  if (!holds(context, charge.when, totalUnits)) return zero;
  const amount =
    charge.amount ?? charge.variants?.find((v) => holds(context, v.when, totalUnits))?.amount;
  if (amount === undefined) return zero;
  const value = amountValue(context, amount);
  return { n: value.n * context.minorPerUnit, d: value.d };
}

/**
 * The period that holds a day, by its first day, month or year. A run of days or months starts when
 * the last one has ended; a run of as many months as blocks count over goes with them.
 */
export function periodOf(
  charge: Charge,
  o: { date: string; through: string | undefined; counting?: Tariff['counting'] },
): string {
  const { per } = charge;
  if (per === 'month') return o.date.slice(0, 7);
  if (per === 'year') return o.date.slice(0, 4);
  if (per === 'week') return mondayOf(o.date);
  if (typeof per === 'string') return o.date;
  const started = 'days' in per ? o.date : o.date.slice(0, 7);
  const { counting } = o;
  if ('months' in per && typeof counting === 'object' && 'months' in counting) {
    if (per.months === counting.months) return firstDayOfMonths(counting, o.date).slice(0, 7);
  }
  if (o.through === undefined) return started;
  const length = 'days' in per ? per.days : per.months;
  const passed = 'days' in per ? daysBetween(o.through, o.date) : monthsBetween(o.through, started);
  if (passed < length) return o.through;
  if (!charge.skipped.recover) return started;
  const whole = passed - (passed % length);
  return 'days' in per ? addDays(o.through, whole) : addMonths(o.through, whole);
}

function mondayOf(date: string): string {
  return addDays(date, 1 - Temporal.PlainDate.from(date).dayOfWeek);
}

function addDays(date: string, days: number): string {
  return Temporal.PlainDate.from(date).add({ days }).toString();
}

function addMonths(month: string, months: number): string {
  return Temporal.PlainYearMonth.from(month).add({ months }).toString();
}

/** Periods from one to another, both by their starts. */
function gap(charge: Charge, from: string, to: string): number {
  const { per } = charge;
  if (per === 'month') return monthsBetween(from, to);
  if (per === 'year') return Number(to) - Number(from);
  if (per === 'week') return Math.round(daysBetween(from, to) / 7);
  if (typeof per === 'string') return daysBetween(from, to);
  return 'days' in per
    ? Math.floor(daysBetween(from, to) / per.days)
    : Math.floor(monthsBetween(from, to) / per.months);
}

/**
 * The most that this purchase may take of a charge, by the charge's own recovery rule. Charges
 * limited to a share of the payment share one limit: `sharedMinor` is what the earlier ones took of
 * it.
 */
export function recoverable(
  context: PriceContext,
  o: { due: Due; units: bigint; sharedMinor: bigint },
): bigint {
  const { due } = o;
  const { recovery } = due.charge;
  if (recovery === undefined) return due.dueMinor;
  let most = due.dueMinor;
  const limit = (minor: bigint): void => {
    if (minor < most) most = minor < 0n ? 0n : minor;
  };
  const { paymentMinor, minorPerUnit } = context;
  const share = recovery.maxShareOfPaymentPercent;
  if (share !== undefined && paymentMinor !== null) {
    const until = recovery.whileMonthPaidBelow;
    const paid = context.position.paidThisMonthMinor + paymentMinor;
    if (until === undefined || paid * until.d < until.n * minorPerUnit) {
      limit(round({ n: paymentMinor * share.n, d: share.d * 100n }, 'down') - o.sharedMinor);
    }
  }
  if (recovery.maxPerPurchase !== undefined) {
    const value = amountValue(context, recovery.maxPerPurchase);
    limit(round({ n: value.n * minorPerUnit, d: value.d }, 'down'));
  }
  if (recovery.perKwh !== undefined) {
    const rate = amountValue(context, recovery.perKwh);
    const d = rate.d * 1000n * context.unitsPerWh;
    limit(round({ n: rate.n * minorPerUnit * o.units, d }, 'half-up'));
  }
  return most;
}
