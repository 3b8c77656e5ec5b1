// The cost of a wanted energy. Shares of the payment (debt, recovery rules, conditions on the
// payment) need the payment that is being sought: the least one that covers itself is found by
// halving each stretch between the payments at which a rule changes.

import { err, ok, type Result } from '@prewatt/quantities';
import type { Allocation } from './allocate.ts';
import type { PriceContext } from './conditions.ts';
import { claimDebts, type Debt, type DebtClaim, reduceClaims, totalClaimed } from './debt.ts';
import type { Tariff } from './document.ts';
import { fieldsOf } from './field-walk.ts';
import { type PrepareOptions, prepare } from './prepare.ts';
import { price } from './pricing.ts';
import type { Protection, QuoteRefusal } from './quote-types.ts';
import { type Rational, round } from './rational.ts';
import { leastPayment } from './solve.ts';

// Far above any purchase; a cost that grows past it never covers itself.
const largestPaymentMinor = 10n ** 15n;

// Lines of one purchase that are a share of the payment are few, and each is rounded once.
const roundingMinor = 4n;

type CostOptions = Omit<PrepareOptions, 'paymentMinor' | 'free'> & {
  readonly units: bigint;
  readonly debts: readonly Debt[];
  readonly protection: Protection | 'none';
};

export type Cost = Allocation & {
  readonly context: PriceContext;
  readonly freeWh: bigint;
  readonly paidMinor: bigint;
};

/** The claims of the debts on the context's payment, under the protection's cap. */
export function claimsOn(
  context: PriceContext,
  o: { debts: readonly Debt[]; protection: Protection | 'none' },
): DebtClaim[] {
  return claimDebts({
    debts: o.debts,
    paymentMinor: context.paymentMinor ?? 0n,
    date: context.at.date,
    position: context.position,
    capBasisPoints: o.protection === 'none' ? 10_000 : o.protection.debtShareCapBasisPoints,
  });
}

/**
 * Lines for `units` and the least payment that buys them: with everything that is due, or, for
 * energy within the floor of a protection, without what would give way to it.
 */
export function costOf(o: CostOptions): Result<Cost, QuoteRefusal> {
  const full = costWith(o, 'all');
  const { protection } = o;
  const floorWh = protection === 'none' ? 0n : protection.floorEnergyWh;
  if (protection === 'none' || o.units > (floorWh > 0n ? floorWh : 1n) * o.unitsPerWh) return full;
  const alone = costWith(o, 0n);
  return alone.ok && (!full.ok || alone.value.paidMinor < full.value.paidMinor) ? alone : full;
}

/** With a budget of 0 nothing but the energy is taken. */
function costWith(o: CostOptions, budget: 'all' | 0n): Result<Cost, QuoteRefusal> {
  const attempt = (paymentMinor: bigint | null): Result<Cost, QuoteRefusal> => {
    const prepared = prepare({ ...o, paymentMinor });
    if (!prepared.ok) return prepared;
    const { context } = prepared.value;
    const priced = price(context, o.units, budget);
    if (priced === null) return err({ code: 'no-price' });
    const asked = claimsOn(context, o);
    const claims = budget === 'all' ? asked : reduceClaims(asked, budget);
    const paidMinor = leastPayment(priced) + totalClaimed(claims);
    return ok({ ...prepared.value, priced, claims, units: o.units, paidMinor });
  };
  const first = attempt(null);
  if (!first.ok) return first;
  const least = dependsOnPayment(o)
    ? leastEnough(paymentSteps(o.tariff), (minor) => {
        const tried = attempt(minor);
        return tried.ok && tried.value.paidMinor <= minor;
      })
    : first.value.paidMinor;
  if (least === null) return err({ code: 'no-price' });
  const found = attempt(least);
  return found.ok ? ok({ ...found.value, paidMinor: least }) : found;
}

/** Whether what is due changes with the payment itself. */
const dependsOnPayment = ({ tariff, debts }: CostOptions): boolean =>
  debts.length > 0 ||
  fieldsOf(tariff).some(
    ({ field: { solve } }) => solve.includes('paymentStep') || solve.includes('paymentShare'),
  );

/** Payments, in minor units and rising, at which the document's rules change. */
function paymentSteps(tariff: Tariff): bigint[] {
  const minorPerUnit = 10n ** BigInt(tariff.currency.scale);
  const steps = fieldsOf(tariff)
    .filter(({ field }) => field.solve.includes('paymentStep'))
    .map(({ value }) => value as Rational)
    .map((value) => round({ n: value.n * minorPerUnit, d: value.d }, 'up'));
  return [...new Set(steps.filter((step) => step > 0n))].sort((a, b) => (a < b ? -1 : 1));
}

/**
 * The least payment that is enough. Between two steps a larger payment leaves more over, so each
 * stretch is halved; a dearer stretch may hold the answer when a cheaper one does not.
 */
function leastEnough(steps: readonly bigint[], enough: (minor: bigint) => boolean): bigint | null {
  let from = 0n;
  for (const step of steps) {
    if (enough(step - 1n)) return halved(from - 1n, step - 1n, enough);
    from = step;
  }
  let low = from - 1n;
  for (let high = from > 0n ? from : 1n; high <= largestPaymentMinor; high *= 2n) {
    if (enough(high)) return halved(low, high, enough);
    low = high;
  }
  return null;
}

/**
 * `high` is enough and `low` is not. Rounding of a share may make a payment enough where the next
 * larger one is not, so a few below the answer are looked at too.
 */
function halved(low: bigint, high: bigint, enough: (minor: bigint) => boolean): bigint {
  let [bad, good] = [low, high];
  while (good - bad > 1n) {
    const middle = (good + bad) / 2n;
    if (enough(middle)) good = middle;
    else bad = middle;
  }
  for (let below = good - 1n; below > low && below >= good - roundingMinor; below -= 1n) {
    if (enough(below)) return halved(low, below, enough);
  }
  return good;
}
