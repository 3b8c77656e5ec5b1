// The cost of a wanted energy. Shares of the payment (debt, recovery rules, conditions on the
// payment) need the payment that is being sought, so the least one that covers itself is found by
// halving.

import { err, ok, type Result } from '@prewatt/quantities';
import type { Allocation } from './allocate.ts';
import type { PriceContext } from './conditions.ts';
import { claimDebts, type Debt, type DebtClaim, totalClaimed } from './debt.ts';
import { type PrepareOptions, prepare } from './prepare.ts';
import { price } from './pricing.ts';
import type { Protection, QuoteRefusal } from './quote.ts';
import { leastPayment } from './solve.ts';

// Far above any purchase; a cost that grows past it never covers itself.
const largestPaymentMinor = 10n ** 15n;

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

/** Lines for `units` with everything that is due, and the payment that covers them. */
export function costOf(o: CostOptions): Result<Cost, QuoteRefusal> {
  const attempt = (paymentMinor: bigint | null): Result<Cost, QuoteRefusal> => {
    const prepared = prepare({ ...o, paymentMinor });
    if (!prepared.ok) return prepared;
    const { context } = prepared.value;
    const priced = price(context, o.units, 'all');
    if (priced === null) return err({ code: 'no-price' });
    const claims = claimsOn(context, o);
    const paidMinor = leastPayment(priced) + totalClaimed(claims);
    return ok({ ...prepared.value, priced, claims, units: o.units, paidMinor });
  };
  const first = attempt(null);
  if (!first.ok) return first;
  const enough = (minor: bigint): boolean => {
    const tried = attempt(minor);
    return tried.ok && tried.value.paidMinor <= minor;
  };
  let low = first.value.paidMinor - 1n;
  let high = first.value.paidMinor;
  for (let step = 1n; !enough(high); step *= 2n) {
    if (high > largestPaymentMinor) return err({ code: 'no-price' });
    low = high;
    high += step;
  }
  while (high - low > 1n) {
    const middle = (low + high) / 2n;
    if (enough(middle)) high = middle;
    else low = middle;
  }
  const found = attempt(high);
  return found.ok ? ok({ ...found.value, paidMinor: high }) : found;
}
