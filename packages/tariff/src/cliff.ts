// Why money stays over where more energy would seem to fit: above some limit of the month other
// prices hold, and the next energy would cost more than is left.

import { formatMoney } from '@prewatt/quantities';
import type { Allocation } from './allocate.ts';
import type { PriceContext } from './conditions.ts';
import { kwhText } from './explain-line.ts';
import { type Priced, price } from './pricing.ts';
import { compare, type Rational, subtract, whole } from './rational.ts';

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
  return `${energy} more would cost ${more}: the month would come to ${month}, where ${changeText(priced, next)}.`;
}

const twice = ({ n, d }: Rational): Rational => ({ n: n * 2n, d });

/** What holds beyond the limit and not before it. */
function changeText(now: Priced, next: Priced): string {
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
  return lost.length > 0 ? `"${lost.join('", "')}" ends` : 'other prices hold';
}
