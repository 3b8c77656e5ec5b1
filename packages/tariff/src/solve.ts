// Money to energy: the most energy that a payment covers. The price is piecewise linear in the
// energy, so each piece takes one interpolation; rounding of lines is settled by a few steps beside
// it.

import { isSteady } from './charges.ts';
import { limitUnits, type PriceContext } from './conditions.ts';
import type { Tariff } from './document.ts';
import { amountsIn, fieldsIn, fieldsOf } from './field-walk.ts';
import { covers, type FeeBudget, type Priced, price } from './pricing.ts';
import { compare, divide, type Rational, round, subtract, whole } from './rational.ts';

// 10 GWh: no purchase is larger, and it bounds the search where a rate is zero.
const largestPurchaseWh = 10n ** 10n;

export type Bought = { readonly units: bigint; readonly priced: Priced };

/**
 * The most units that `paymentMinor` covers with the fees of the budget; null when it covers not
 * even one.
 */
export function mostUnits(
  context: PriceContext,
  o: { paymentMinor: bigint; budget: FeeBudget; atMostUnits?: bigint },
): Bought | null {
  const cap = o.atMostUnits ?? largestPurchaseWh * context.unitsPerWh;
  const at = createProbe(context, o);
  // Where a larger month may cost less, every piece is looked at.
  const monotone = isRising(context.tariff);
  let best: Probed | null = null;
  let low = 0n;
  for (const limit of [...limitsAbove(context, cap), cap]) {
    const high = at(limit < cap ? limit : cap);
    if (high.units <= low) continue;
    if (high.covered) {
      best = high;
    } else {
      // Nothing is bought at 0, so it needs no cover: it only bounds the search.
      const good = monotone ? at(low) : at(low + 1n);
      if (monotone || good.covered) {
        const found = between(context, { at, paymentMinor: o.paymentMinor, good, bad: high });
        if (found.units > low) best = found;
      }
      if (monotone) break;
    }
    low = high.units;
  }
  return best === null || best.priced === null || !best.covered
    ? null
    : { units: best.units, priced: best.priced };
}

/** Whether a larger month never costs less: one price list, and nothing else turns on its total. */
function isRising({ charges, levies, energy }: Tariff): boolean {
  return (
    energy.schedules.length === 1 &&
    charges.every(isSteady) &&
    levies.every((levy) =>
      fieldsIn('levy', levy).every(({ field }) => !field.solve.includes('falls')),
    )
  );
}

/** An energy, its price (null: none) and whether the payment covers it. */
type Probed = { readonly units: bigint; readonly priced: Priced | null; readonly covered: boolean };

/** Prices energies, each once. */
function createProbe(
  context: PriceContext,
  o: { paymentMinor: bigint; budget: FeeBudget },
): (units: bigint) => Probed {
  const known = new Map<bigint, Probed>();
  return (units) => {
    const before = known.get(units);
    if (before !== undefined) return before;
    const priced = price(context, units, o.budget);
    const covered = priced !== null && covers(o.paymentMinor, priced);
    const probed = { units, priced, covered };
    known.set(units, probed);
    return probed;
  };
}

/** The last covered energy from `good` on, before `bad`, which is not covered. */
function between(
  context: PriceContext,
  o: { at: (units: bigint) => Probed; paymentMinor: bigint; good: Probed; bad: Probed },
): Probed {
  let { good, bad } = o;
  const guess = interpolated(o);
  if (guess !== null) {
    const probed = o.at(guess);
    // On a straight piece the interpolation is exact: one unit more is not covered.
    if (probed.covered && isStraight(context)) return probed;
    // Otherwise step away from the guess, ever wider, until the answer is enclosed.
    if (probed.covered) good = probed;
    else bad = probed;
    for (let step = 1n; bad.units - good.units > step; step *= 4n) {
      const next = o.at(probed.covered ? good.units + step : bad.units - step);
      if (next.covered) good = next;
      else bad = next;
      if (next.covered !== probed.covered) break;
    }
  }
  while (bad.units - good.units > 1n) {
    const middle = o.at((good.units + bad.units) / 2n);
    if (middle.covered) good = middle;
    else bad = middle;
  }
  return good;
}

/**
 * Where the price meets the payment if it rises evenly from `good` to `bad`; null when that cannot
 * be said.
 */
function interpolated(o: { paymentMinor: bigint; good: Probed; bad: Probed }): bigint | null {
  const { good, bad } = o;
  if (good.priced === null || bad.priced === null) return null;
  const rise = subtract(bad.priced.exactTotal, good.priced.exactTotal);
  if (rise.n <= 0n) return null;
  const room = subtract(whole(o.paymentMinor), good.priced.exactTotal);
  const share = divide({ n: room.n * (bad.units - good.units), d: room.d }, rise);
  return clamp(good.units + round(share, 'down'), good.units + 1n, bad.units - 1n);
}

/**
 * Whether the price between two limits is a straight line that starts where the last piece ended.
 */
function isStraight(context: PriceContext): boolean {
  const { tariff } = context;
  return isRising(tariff) && fieldsOf(tariff).every(({ field }) => !field.solve.includes('bends'));
}

function clamp(value: bigint, low: bigint, high: bigint): bigint {
  if (value < low) return low;
  return value > high ? high : value;
}

/** Energies at which the price bends or jumps, rising, as units bought now. */
function limitsAbove(context: PriceContext, cap: bigint): bigint[] {
  const limits = new Set<bigint>();
  const bends = fieldsOf(context.tariff).filter(({ field }) => field.solve.includes('limit'));
  for (const kwh of bends.flatMap(({ value }) => amountsIn(value))) {
    const units = limitUnits(context, kwh) - context.monthUnits;
    if (units > 0n && units < cap) limits.add(units);
  }
  return [...limits].sort((a, b) => (a < b ? -1 : 1));
}

/**
 * The largest fee budget, up to `mostMinor`, with which the payment still covers `units`; -1 when
 * none does.
 */
export function mostFees(
  context: PriceContext,
  o: { paymentMinor: bigint; units: bigint; mostMinor: bigint },
): bigint {
  let good = -1n;
  let bad = o.mostMinor + 1n;
  while (bad - good > 1n) {
    const middle = (good + bad) / 2n;
    const priced = price(context, o.units, middle);
    if (priced !== null && covers(o.paymentMinor, priced)) good = middle;
    else bad = middle;
  }
  return good;
}

/** The least payment that covers a price. */
export function leastPayment(priced: { totalMinor: bigint; exactTotal: Rational }): bigint {
  const exact = round(priced.exactTotal, 'up');
  return compare(whole(exact), whole(priced.totalMinor)) > 0n ? exact : priced.totalMinor;
}
