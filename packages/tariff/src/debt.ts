// Debt recovery: how much of one purchase goes to what the customer owes, by rule, under a cap on
// the share. The floor of energy is kept by the quote, which may take less than this.

import { divideFloor, unreachable } from '@prewatt/quantities';
import { type Accrual, daysBetween, monthsBetween, type TariffPosition } from './position.ts';

export type DebtRule =
  /** A share of each purchase, in basis points (2500 = 25 %). */
  | { readonly kind: 'share'; readonly basisPoints: number }
  /** A fixed sum per month, week, day or purchase; periods without a purchase add up. */
  | {
      readonly kind: 'instalment';
      readonly amountMinor: bigint;
      readonly per: 'month' | 'week' | 'day' | 'purchase';
    }
  /** A share that rises with the age of the debt: the last step whose `fromDays` is reached. */
  | {
      readonly kind: 'age-ladder';
      readonly steps: readonly { readonly fromDays: number; readonly basisPoints: number }[];
    }
  /** The whole debt first, up to a share of the purchase. */
  | { readonly kind: 'arrears-first'; readonly capBasisPoints: number }
  /** A share of what is outstanding at each purchase. */
  | { readonly kind: 'share-of-outstanding'; readonly basisPoints: number };

export type Debt = {
  readonly id: string;
  readonly label: string;
  readonly outstandingMinor: bigint;
  readonly rule: DebtRule;
  /** Age in days, for an age ladder; without it the debt counts as new. */
  readonly ageDays?: number;
};

export type DebtClaim = {
  readonly debt: Debt;
  /** What the rule asks for, never more than what is outstanding. */
  readonly askedMinor: bigint;
  /** After the cap on the share of the purchase. */
  readonly claimedMinor: bigint;
  /** For instalments: the accrual with nothing taken. */
  readonly accrual: Accrual | null;
};

/** Claims in the order given; together at most `capBasisPoints` of the payment. */
export function claimDebts(o: {
  debts: readonly Debt[];
  paymentMinor: bigint;
  date: string;
  position: TariffPosition;
  capBasisPoints: number;
}): DebtClaim[] {
  let left = shareOf(o.paymentMinor, o.capBasisPoints);
  return o.debts.map((debt) => {
    const state = Object.hasOwn(o.position.debts, debt.id) ? o.position.debts[debt.id] : undefined;
    const { minor, accrual } = asked(debt, { ...o, state });
    const askedMinor = least(minor < 0n ? 0n : minor, debt.outstandingMinor);
    const claimedMinor = least(askedMinor, left);
    left -= claimedMinor;
    return { debt, askedMinor, claimedMinor, accrual };
  });
}

/** Claims cut down, the last first, to a total. */
export function reduceClaims(claims: readonly DebtClaim[], totalMinor: bigint): DebtClaim[] {
  let left = totalMinor;
  return claims.map((claim) => {
    const claimedMinor = least(claim.claimedMinor, left);
    left -= claimedMinor;
    return { ...claim, claimedMinor };
  });
}

export const totalClaimed = (claims: readonly DebtClaim[]): bigint =>
  claims.reduce((total, claim) => total + claim.claimedMinor, 0n);

function asked(
  debt: Debt,
  o: { paymentMinor: bigint; date: string; state: Accrual | undefined },
): { minor: bigint; accrual: Accrual | null } {
  const { rule } = debt;
  switch (rule.kind) {
    case 'share':
      return { minor: shareOf(o.paymentMinor, rule.basisPoints), accrual: null };
    case 'arrears-first':
      return { minor: shareOf(o.paymentMinor, rule.capBasisPoints), accrual: null };
    case 'share-of-outstanding':
      return { minor: shareOf(debt.outstandingMinor, rule.basisPoints), accrual: null };
    case 'age-ladder': {
      const age = debt.ageDays ?? 0;
      const reached = rule.steps.filter((step) => step.fromDays <= age);
      const latest = reached.reduce((a, b) => (b.fromDays >= a.fromDays ? b : a), {
        fromDays: -1,
        basisPoints: 0,
      });
      return { minor: shareOf(o.paymentMinor, latest.basisPoints), accrual: null };
    }
    case 'instalment': {
      const count = periods(rule.per, o);
      // Weeks run from the first purchase; a started week stays started.
      const through =
        rule.per === 'week' && count === 0n
          ? (o.state?.through ?? o.date)
          : periodStart(rule.per, o);
      const owedMinor = (o.state?.owedMinor ?? 0n) + rule.amountMinor * count;
      return { minor: owedMinor, accrual: { through, accruedMinor: 0n, owedMinor } };
    }
    default:
      return unreachable(rule);
  }
}

function periodStart(
  per: 'month' | 'week' | 'day' | 'purchase',
  o: { date: string; state: Accrual | undefined },
): string {
  if (per === 'month') return o.date.slice(0, 7);
  if (per !== 'week' || o.state === undefined) return o.date;
  const days = daysBetween(firstDay(o.state.through), o.date);
  return Temporal.PlainDate.from(o.date)
    .subtract({ days: days % 7 })
    .toString();
}

function periods(
  per: 'month' | 'week' | 'day' | 'purchase',
  o: { date: string; state: Accrual | undefined },
): bigint {
  if (per === 'purchase' || o.state === undefined) return 1n;
  const since = firstDay(o.state.through);
  const days = daysBetween(since, o.date);
  const count = { month: monthsBetween(since, o.date), week: Math.floor(days / 7), day: days }[per];
  return BigInt(Math.max(count, 0));
}

// After a change of the rule an old state may be a month where a day is needed: it counts from its
// first day.
function firstDay(through: string): string {
  return through.length === 7 ? `${through}-01` : through;
}

function shareOf(amountMinor: bigint, basisPoints: number): bigint {
  return divideFloor(amountMinor * BigInt(Math.round(basisPoints)), 10_000n);
}

const least = (a: bigint, b: bigint): bigint => (a < b ? a : b);
