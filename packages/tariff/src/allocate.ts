// Who gets the money of one purchase: energy, fees, debt. Everything in full when that leaves the
// floor of energy; otherwise debt gives way first, then fees, and the floor stays.

import { err, ok, type Result } from '@prewatt/quantities';
import type { PriceContext } from './conditions.ts';
import { type DebtClaim, reduceClaims, totalClaimed } from './debt.ts';
import { covers, type FeeBudget, type Priced, price } from './pricing.ts';
import type { Protection, QuoteRefusal } from './quote-types.ts';
import { type Bought, leastPayment, mostFees, mostUnits } from './solve.ts';

export type Allocation = {
  readonly units: bigint;
  readonly priced: Priced;
  readonly claims: readonly DebtClaim[];
};

type AllocateOptions = {
  readonly paymentMinor: bigint;
  readonly claims: readonly DebtClaim[];
  readonly protection: Protection | 'none';
  /** Identity in units finer than Wh. */
  readonly encodable: (units: bigint) => bigint;
};

export function allocate(
  context: PriceContext,
  o: AllocateOptions,
): Result<Allocation, QuoteRefusal> {
  const floor = o.protection === 'none' ? 0n : o.protection.floorEnergyWh * context.unitsPerWh;
  const full = o.paymentMinor - totalClaimed(o.claims);
  const bought = buy(context, { paymentMinor: full, budget: 'all', encodable: o.encodable });
  if (bought !== null && bought.units >= floor) return ok({ ...bought, claims: o.claims });
  return o.protection === 'none' ? unprotected(context, o) : squeezed(context, o, floor);
}

/** The most encodable energy for a payment; null when it is none. */
function buy(
  context: PriceContext,
  o: { paymentMinor: bigint; budget: FeeBudget; encodable: (units: bigint) => bigint },
): Bought | null {
  let atMostUnits: bigint | undefined;
  for (let attempt = 0; attempt < 16; attempt++) {
    const { paymentMinor, budget } = o;
    const most = mostUnits(context, {
      paymentMinor,
      budget,
      ...(atMostUnits !== undefined && { atMostUnits }),
    });
    if (most === null) return null;
    const units = o.encodable(most.units);
    if (units <= 0n) return null;
    if (units === most.units) return most;
    const priced = price(context, units, budget);
    if (priced !== null && covers(paymentMinor, priced)) return { units, priced };
    // A month that is cheaper above a limit than below it: look under the encodable amount.
    if (units === 1n) return null;
    atMostUnits = units - 1n;
  }
  return null;
}

function squeezed(
  context: PriceContext,
  o: AllocateOptions,
  floor: bigint,
): Result<Allocation, QuoteRefusal> {
  const { paymentMinor, encodable } = o;
  const nothingElse = buy(context, { paymentMinor, budget: 0n, encodable });
  const none = reduceClaims(o.claims, 0n);
  if (nothingElse === null) return tooSmall(context, encodable);
  const wanted = encodable(floor);
  const kept = wanted > 0n ? wanted : smallestEncodable(encodable);
  // Less than the floor for want of money: all of it is energy. For want of a price: fees and debt
  // take their part.
  const atFloor = price(context, kept, 0n);
  if (atFloor !== null && nothingElse.units <= kept) return ok({ ...nothingElse, claims: none });
  const least = nothingElse.units < kept ? nothingElse.units : kept;
  const all = price(context, least, 'all');
  if (all === null) return err({ code: 'no-price' });
  if (covers(paymentMinor, all)) {
    const claims = reduceClaims(o.claims, paymentMinor - leastPayment(all));
    return ok(atLeast(context, o, { claims, budget: 'all', least, priced: all }));
  }
  const mostMinor = all.taken.reduce((sum, t) => sum + (t.takenMinor > 0n ? t.takenMinor : 0n), 0n);
  const budget = mostFees(context, { paymentMinor, units: least, mostMinor });
  const priced = price(context, least, budget);
  if (budget < 0n || priced === null) return ok({ ...nothingElse, claims: none });
  return ok(atLeast(context, o, { claims: none, budget, least, priced }));
}

/** With fees and debt settled, what they leave may buy a little more than the floor. */
function atLeast(
  context: PriceContext,
  o: AllocateOptions,
  s: { claims: readonly DebtClaim[]; budget: FeeBudget; least: bigint; priced: Priced },
): Allocation {
  const paymentMinor = o.paymentMinor - totalClaimed(s.claims);
  const bought = buy(context, { paymentMinor, budget: s.budget, encodable: o.encodable });
  if (bought !== null && bought.units >= s.least) return { ...bought, claims: s.claims };
  return { units: s.least, priced: s.priced, claims: s.claims };
}

/** No protection: debt and fees first, and perhaps no energy at all. */
function unprotected(context: PriceContext, o: AllocateOptions): Result<Allocation, QuoteRefusal> {
  const all = price(context, 0n, 'all');
  if (all === null) return err({ code: 'no-price' });
  const left = o.paymentMinor - totalClaimed(o.claims);
  if (covers(left, all)) return ok({ units: 0n, priced: all, claims: o.claims });
  const mostMinor = all.taken.reduce((sum, t) => sum + (t.takenMinor > 0n ? t.takenMinor : 0n), 0n);
  const budget = mostFees(context, { paymentMinor: left, units: 0n, mostMinor });
  const priced = price(context, 0n, budget < 0n ? 0n : budget);
  if (priced === null) return err({ code: 'no-price' });
  // What a levy of the whole month has to catch up with is no fee that could wait.
  if (budget < 0n && !covers(left, priced)) {
    const leastAmountMinor = leastPayment(priced) + totalClaimed(o.claims);
    return err({ code: 'amount-too-small', leastAmountMinor });
  }
  return ok({ units: 0n, priced, claims: o.claims });
}

function tooSmall(
  context: PriceContext,
  encodable: (units: bigint) => bigint,
): Result<Allocation, QuoteRefusal> {
  const priced = price(context, smallestEncodable(encodable), 0n);
  if (priced === null) return err({ code: 'no-price' });
  return err({ code: 'amount-too-small', leastAmountMinor: leastPayment(priced) });
}

/** The least energy that a token can carry. */
function smallestEncodable(encodable: (units: bigint) => bigint): bigint {
  let high = 1n;
  while (encodable(high) <= 0n) {
    high *= 2n;
    if (high > 1n << 60n) throw new RangeError('floorToEncodableWh carries no energy at all');
  }
  let low = high / 2n;
  while (high - low > 1n) {
    const middle = (low + high) / 2n;
    if (encodable(middle) > 0n) high = middle;
    else low = middle;
  }
  return high;
}
