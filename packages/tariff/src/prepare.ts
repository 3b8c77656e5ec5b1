// The start of every quote: checks of the request in order of precedence, the position rolled to
// the day, and the month's free energy counted before any energy is priced.

import { err, ok, type Result } from '@prewatt/quantities';
import { isCivilDate } from './civil-date.ts';
import {
  amountValue,
  type CivilMoment,
  createContext,
  holds,
  type PriceContext,
} from './conditions.ts';
import type { Tariff } from './document.ts';
import { daysBetween, firstDayOfMonths, rollPosition, type TariffPosition } from './position.ts';
import type { QuoteRefusal } from './quote-types.ts';
import { round } from './rational.ts';

export type PrepareOptions = {
  readonly tariff: Tariff;
  readonly at: CivilMoment;
  readonly position: TariffPosition;
  readonly parameters?: Readonly<Record<string, string>>;
  readonly unitsPerWh: bigint;
  readonly paymentMinor: bigint | null;
  readonly missing?: 'refuse' | 'no-price';
  /**
   * Which free energy is granted now: what comes with a purchase (default), whatever is due
   * ('only', a token without a purchase), or none ('none', usage takes it as it runs).
   */
  readonly free?: 'with-purchase' | 'only' | 'none';
};

export type Prepared = { readonly context: PriceContext; readonly freeWh: bigint };

export function prepare(o: PrepareOptions): Result<Prepared, QuoteRefusal> {
  const refusal = checkDate(o.tariff, o.at.date, o.position);
  if (refusal !== null) return err(refusal);
  const rolled = rollPosition(o.position, countingPeriod(o.tariff, o.position, o.at.date));
  const build = (position: TariffPosition) =>
    createContext({
      ...o,
      position,
      parameters: o.parameters ?? {},
      missing: o.missing ?? 'refuse',
    });
  const plain = build(rolled);
  if (!plain.ok) return plain;
  const freeWh = freeDue(plain.value, o.free ?? 'with-purchase');
  if (freeWh === 0n) return ok({ context: plain.value, freeWh });
  const counted = build({
    ...rolled,
    freeEnergyWhThisMonth: rolled.freeEnergyWhThisMonth + freeWh,
  });
  return counted.ok ? ok({ context: counted.value, freeWh }) : counted;
}

/** The month, or the first day of the run of days or of the months, that a day belongs to. */
export function countingPeriod(tariff: Tariff, position: TariffPosition, date: string): string {
  const { counting } = tariff;
  if (counting === 'calendar-month') return date.slice(0, 7);
  if ('months' in counting) return firstDayOfMonths(counting, date);
  const start = firstDayOf(position.month);
  const running = start !== '' && daysBetween(start, date) < counting.days;
  return running ? start : date;
}

function firstDayOf(month: string): string {
  return month.length === 7 ? `${month}-01` : month;
}

function freeDue(context: PriceContext, free: 'with-purchase' | 'only' | 'none'): bigint {
  const separate = context.tariff.freeAllowance?.delivery === 'separate';
  return free === 'none' || (free === 'with-purchase' && separate) ? 0n : freeLeft(context);
}

/** Free energy of the month, in Wh, that has not been granted yet. */
export function freeLeft(context: PriceContext): bigint {
  const { freeAllowance } = context.tariff;
  if (freeAllowance === undefined) return 0n;
  if (!holds(context, freeAllowance.when, context.monthUnits)) return 0n;
  const granted =
    freeAllowance.kwh ??
    freeAllowance.variants?.find((v) => holds(context, v.when, context.monthUnits))?.kwh;
  if (granted === undefined) return 0n;
  const kwh = amountValue(context, granted);
  const allowed = round({ n: kwh.n * 1000n, d: kwh.d }, 'down');
  const left = allowed - context.position.freeEnergyWhThisMonth;
  return left > 0n ? left : 0n;
}

function checkDate(tariff: Tariff, date: string, position: TariffPosition): QuoteRefusal | null {
  if (!isCivilDate(date)) return { code: 'date-invalid' };
  const { effectiveFrom, effectiveTo } = tariff;
  if (date < effectiveFrom || (effectiveTo !== null && date > effectiveTo)) {
    return { code: 'not-in-force', from: effectiveFrom, to: effectiveTo };
  }
  const last = position.lastPurchaseDate ?? firstDayOf(position.month);
  return date < last ? { code: 'date-before-position', lastPurchaseDate: last } : null;
}
