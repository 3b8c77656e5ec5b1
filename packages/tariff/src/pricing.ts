// The price of a given energy: every line of a purchase, exact and rounded, before debt. The one
// cost function that both directions (money to energy, energy to money) and the checks of published
// receipts go through.

import { type BlockPart, blockParts, createRounder, type Rounder } from './blocks.ts';
import { type Due, duesAt, recoverable } from './charges.ts';
import { type PriceContext, scheduleAt } from './conditions.ts';
import type { Schedule } from './document.ts';
import { levyLines, splitIncluded } from './levies.ts';
import type { PricedLine } from './priced-line.ts';
import { add, compare, type Rational, round, subtract, sum, whole, zero } from './rational.ts';

export type Priced = {
  readonly lines: readonly PricedLine[];
  readonly exactTotal: Rational;
  readonly totalMinor: bigint;
  /** What each charge (and "reprice") asked for and what was taken of it. */
  readonly taken: readonly Taken[];
};

export type Taken = {
  readonly code: string;
  readonly label: string;
  readonly due: Due | null;
  readonly dueMinor: bigint;
  readonly takenMinor: bigint;
};

/** How much of the fees to take: all that is recoverable, or no more than a sum of minor units. */
export type FeeBudget = 'all' | bigint;

/**
 * Lines for `units` of energy; null when the tariff has no price for that much in the month, or
 * when shares of the payment reach 100 per cent.
 */
export function price(context: PriceContext, units: bigint, budget: FeeBudget): Priced | null {
  const total = context.monthUnits + units;
  const schedule = scheduleAt(context, total);
  if (schedule === null) return null;
  const parts = blockParts(context, schedule, context.monthUnits, total);
  if (parts === null) return null;
  const rounder = createRounder(context);
  const energy = energyLines(context, schedule, parts, rounder);
  const fees = takeFees(context, { total, units, budget, reprice: repriceDue(context, schedule) });
  const lines = [...energy, ...feeLines(fees)];
  const levied = levyLines(context, { lines, schedule, total, rounder });
  if (levied === null) return null;
  const all = [...lines, ...levied];
  const rounding = totalRounding(context, all);
  const printed = [...all, ...rounding];
  return {
    lines: [...splitIncluded(context, all, total), ...rounding],
    exactTotal: sum(printed.map((line) => line.exact)),
    totalMinor: minorOf(printed),
    taken: fees,
  };
}

const minorOf = (lines: readonly PricedLine[]): bigint =>
  lines.reduce((minor, line) => minor + line.amountMinor, 0n);

/**
 * The line that brings the printed total to the document's step. It gives back no more than the
 * energy costs, and something that costs at all costs a step.
 */
function totalRounding(context: PriceContext, lines: readonly PricedLine[]): PricedLine[] {
  const { total } = context.tariff.rounding;
  const printedMinor = minorOf(lines);
  if (total === undefined || printedMinor <= 0n) return [];
  const step = BigInt(total.toMinor);
  const steps = round({ n: printedMinor, d: step }, total.mode);
  const besidesEnergy = minorOf(lines.filter((line) => line.kind !== 'energy'));
  const least = besidesEnergy > step ? besidesEnergy : step;
  const roundedMinor = steps * step > least ? steps * step : least;
  const exact = subtract(whole(roundedMinor), sum(lines.map((line) => line.exact)));
  const amountMinor = roundedMinor - printedMinor;
  return [{ kind: 'energy', code: 'rounding', label: total.label, exact, amountMinor }];
}

// Rounded once over the running sum: two blocks never cost a minor unit more than their sum.
function energyLines(
  context: PriceContext,
  schedule: Schedule,
  parts: readonly BlockPart[],
  rounder: Rounder,
): PricedLine[] {
  let exact = zero;
  let rounded = 0n;
  return parts.map(({ block, units, exact: partExact }) => {
    exact = add(exact, partExact);
    const upto = rounder(exact);
    const amountMinor = upto - rounded;
    rounded = upto;
    const label = block.label ?? context.tariff.energy.label;
    const base = { kind: 'energy', code: 'energy', label } as const;
    return { ...base, exact: partExact, amountMinor, units, block, schedule };
  });
}

/**
 * What the month's earlier energy costs more (or less) because its total now falls under another
 * schedule.
 */
function repriceDue(context: PriceContext, schedule: Schedule): bigint {
  if (context.tariff.energy.repricing !== 'month' || context.monthUnits === 0n) return 0n;
  const before = scheduleAt(context, context.monthUnits);
  if (before === null || before === schedule) return 0n;
  const then = blockParts(context, before, 0n, context.monthUnits);
  const now = blockParts(context, schedule, 0n, context.monthUnits);
  if (then === null || now === null) return 0n;
  const difference = subtract(sum(now.map((p) => p.exact)), sum(then.map((p) => p.exact)));
  return round(difference, 'half-up');
}

function takeFees(
  context: PriceContext,
  o: { total: bigint; units: bigint; budget: FeeBudget; reprice: bigint },
): Taken[] {
  let left = o.budget;
  const take = (most: bigint): bigint => {
    if (most <= 0n || left === 'all') return most;
    const taken = most < left ? most : left;
    left -= taken;
    return taken;
  };
  let sharedMinor = 0n;
  const taken: Taken[] = duesAt(context, o.total).map((due) => {
    const takenMinor = take(recoverable(context, { due, units: o.units, sharedMinor }));
    if (due.charge.recovery?.maxShareOfPaymentPercent !== undefined) sharedMinor += takenMinor;
    const { code, label } = due.charge;
    return { code, label, due, dueMinor: due.dueMinor, takenMinor };
  });
  const owed = context.position.charges['reprice']?.owedMinor ?? 0n;
  const dueMinor = o.reprice + owed;
  const label = `${context.tariff.energy.label}: earlier this month, repriced`;
  if (dueMinor !== 0n) {
    taken.push({
      code: 'reprice',
      label,
      due: null,
      dueMinor,
      takenMinor: take(dueMinor),
    });
  }
  return taken;
}

function feeLines(taken: readonly Taken[]): PricedLine[] {
  const lines: PricedLine[] = [];
  for (const { code, label, due, dueMinor, takenMinor } of taken) {
    if (takenMinor === 0n) continue;
    const whollyTaken = due !== null && takenMinor === dueMinor;
    const exact = whollyTaken ? due.exact : whole(takenMinor);
    const kind = due === null ? 'energy' : due.charge.kind;
    lines.push({ kind, code, label, exact, amountMinor: takenMinor, ...(due && { due }) });
  }
  return lines;
}

/**
 * Whether a payment covers a price: both as rounded lines and exactly, so that rounding gives
 * nothing away.
 */
export function covers(paymentMinor: bigint, priced: Priced): boolean {
  return priced.totalMinor <= paymentMinor && compare(priced.exactTotal, whole(paymentMinor)) <= 0n;
}
