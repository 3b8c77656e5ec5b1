// Why money stays over where more energy would seem to fit: above some limit of the month other
// prices hold, and the next energy would cost more than is left.

import { formatMoney } from '@prewatt/quantities';
import type { Allocation } from './allocate.ts';
import { rateOf } from './blocks.ts';
import { amountValue, type PriceContext } from './conditions.ts';
import { kwhText } from './explain-line.ts';
import { type Priced, price } from './pricing.ts';
import { compare, formatRational, type Rational, subtract, sum, whole, zero } from './rational.ts';

/** The finest energy that a token carries. */
const stepWh = 100n;

/**
 * One plain sentence; null where the rest is simply less than the next energy costs. `leftMinor` is
 * what the payment leaves.
 */
export function cliffText(
  context: PriceContext,
  { units, priced }: Pick<Allocation, 'units' | 'priced'>,
  leftMinor: bigint,
): string | null {
  const step = stepWh * context.unitsPerWh;
  if (units < step || leftMinor <= 0n) return null;
  const before = price(context, units - step, 'all');
  if (before === null) return null;
  const usual = subtract(priced.exactTotal, before.exactTotal);
  // Twice the last step fits into what is left, and the next one does not: no matter of a step.
  if (compare(twice(usual), whole(leftMinor)) > 0n) return null;
  const next = price(context, units + step, 'all');
  if (next === null) return null;
  const rise = subtract(next.exactTotal, priced.exactTotal);
  if (compare(rise, whole(leftMinor)) <= 0n) return null;
  const { currency } = context.tariff;
  const more = formatMoney(next.totalMinor - priced.totalMinor, currency);
  const month = kwhText((context.monthUnits + units + step) / context.unitsPerWh);
  const energy = kwhText(stepWh);
  const change = changeText(context, { before, now: priced, next });
  if (change === null) return null;
  return `${energy} more would cost ${more}: the month would come to ${month}, where ${change}.`;
}

const twice = ({ n, d }: Rational): Rational => ({ n: n * 2n, d });

type Around = { readonly before: Priced; readonly now: Priced; readonly next: Priced };

/** What holds beyond the limit and not before it; null where a rounded total makes the step. */
function changeText(context: PriceContext, around: Around): string | null {
  const { now, next } = around;
  const schedule = (of: Priced) => of.lines.find((line) => line.schedule !== undefined)?.schedule;
  const [before, after] = [schedule(now), schedule(next)];
  if (after !== undefined && after.code !== before?.code) {
    return `other prices hold ("${after.label ?? after.code}")`;
  }
  const codes = new Set(now.lines.map(({ code }) => code));
  const added = next.lines.filter(({ code }) => !codes.has(code)).map(({ label }) => label);
  const lost = now.lines
    .filter(({ code }) => next.lines.every((line) => line.code !== code))
    .map(({ label }) => label);
  if (added.length > 0) return `"${added.join('", "')}" is added`;
  if (lost.length > 0) return `"${lost.join('", "')}" ends`;
  return steepestText(context, around);
}

/** The line that rises most beyond what it rose by with the step before. */
function steepestText(context: PriceContext, { before, now, next }: Around): string | null {
  const { currency } = context.tariff;
  const exact = (of: Priced, code: string): Rational =>
    sum(of.lines.filter((line) => line.code === code).map((line) => line.exact));
  let most = { code: '', by: zero };
  for (const code of new Set(next.lines.map((line) => line.code))) {
    const rise = subtract(exact(next, code), exact(now, code));
    const by = subtract(rise, subtract(exact(now, code), exact(before, code)));
    if (compare(by, most.by) > 0n) most = { code, by };
  }
  const line = next.lines.findLast(({ code }) => code === most.code);
  if (line === undefined || line.code === 'rounding') return null;
  const rate = line.block === undefined ? null : rateOf(context, line.block);
  if (rate !== null) {
    const perKwh = formatRational(amountValue(context, rate), 6, 2);
    return `the price is ${currency.code} ${perKwh} per kWh`;
  }
  const minor = (of: Priced) =>
    of.lines.reduce(
      (all, { code, amountMinor }) => all + (code === most.code ? amountMinor : 0n),
      0n,
    );
  const [from, to] = [minor(now), minor(next)].map((amount) => formatMoney(amount, currency));
  return `"${line.label}" rises from ${from} to ${to}`;
}
