// Money to energy: the most energy that a payment covers. The price is piecewise linear in the energy, so each
// piece takes one interpolation; rounding of lines is settled by a few steps beside it.

import { type PriceContext, unitsOfKwh } from './conditions.ts';
import type { When } from './document.ts';
import { covers, type FeeBudget, price } from './pricing.ts';
import { compare, divide, type Rational, round, subtract, whole } from './rational.ts';

// 10 GWh: no purchase is larger, and it bounds the search where a rate is zero.
const largestPurchaseWh = 10n ** 10n;

/** The most units that `paymentMinor` covers with the fees of the budget; null when it covers not even one. */
export function mostUnits(
  context: PriceContext,
  o: { paymentMinor: bigint; budget: FeeBudget; atMostUnits?: bigint },
): bigint | null {
  const cap = o.atMostUnits ?? largestPurchaseWh * context.unitsPerWh;
  const covered = (units: bigint): boolean => {
    const priced = price(context, units, o.budget);
    return priced !== null && covers(o.paymentMinor, priced);
  };
  // With several schedules a larger month may cost less, so every piece is looked at.
  const monotone = context.tariff.energy.schedules.length === 1;
  let best: bigint | null = null;
  let low = 0n;
  for (const limit of [...limitsAbove(context, cap), cap]) {
    const high = limit < cap ? limit : cap;
    if (high <= low) continue;
    if (covered(high)) {
      best = high;
    } else {
      if (covered(low + 1n)) best = between(context, { ...o, covered, good: low + 1n, bad: high });
      if (monotone) break;
    }
    low = high;
  }
  return best;
}

/** The last covered amount between a covered and an uncovered one. */
function between(
  context: PriceContext,
  o: {
    paymentMinor: bigint;
    budget: FeeBudget;
    covered: (units: bigint) => boolean;
    good: bigint;
    bad: bigint;
  },
): bigint {
  let { good, bad } = o;
  const atGood = price(context, good, o.budget);
  const atBad = price(context, bad, o.budget);
  if (atGood !== null && atBad !== null) {
    const rise = subtract(atBad.exactTotal, atGood.exactTotal);
    if (rise.n > 0n) {
      const room = subtract(whole(o.paymentMinor), atGood.exactTotal);
      const share = divide({ n: room.n * (bad - good), d: room.d }, rise);
      const guess = clamp(good + round(share, 'down'), good, bad - 1n);
      // Gallop away from the guess until it is enclosed; usually the guess itself is the answer.
      if (o.covered(guess)) {
        good = guess;
        for (let step = 1n; good + step < bad; step *= 4n) {
          if (!o.covered(good + step)) {
            bad = good + step;
            break;
          }
          good += step;
        }
      } else {
        bad = guess;
        for (let step = 1n; bad - step > good; step *= 4n) {
          if (o.covered(bad - step)) {
            good = bad - step;
            break;
          }
          bad -= step;
        }
      }
    }
  }
  while (bad - good > 1n) {
    const middle = (good + bad) / 2n;
    if (o.covered(middle)) good = middle;
    else bad = middle;
  }
  return good;
}

function clamp(value: bigint, low: bigint, high: bigint): bigint {
  if (value < low) return low;
  return value > high ? high : value;
}

/** Energies at which the price bends or jumps, rising, as units bought now. */
function limitsAbove(context: PriceContext, cap: bigint): bigint[] {
  const { tariff } = context;
  const limits = new Set<bigint>();
  const visit = (kwh: Rational | null | undefined): void => {
    if (kwh === null || kwh === undefined) return;
    const units = round(unitsOfKwh(context, kwh), 'down') - context.monthUnits;
    if (units > 0n && units < cap) limits.add(units);
  };
  const visitWhen = (when: When | undefined): void => {
    visit(when?.monthTotal?.overKwh);
    visit(when?.monthTotal?.uptoKwh);
  };
  for (const schedule of tariff.energy.schedules) {
    visitWhen(schedule.when);
    for (const block of schedule.blocks) visit(block.uptoKwh);
  }
  for (const charge of tariff.charges) {
    visitWhen(charge.when);
    for (const variant of charge.variants ?? []) visitWhen(variant.when);
  }
  for (const levy of tariff.levies) {
    visitWhen(levy.when);
    visit(levy.energyAboveKwh);
    visit(levy.energyUptoKwh);
  }
  return [...limits].sort((a, b) => (a < b ? -1 : 1));
}

/** The largest fee budget, up to `mostMinor`, with which the payment still covers `units`; -1 when none does. */
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
