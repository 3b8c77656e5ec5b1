// The price of a given energy: every line of a purchase, exact and rounded, before debt. The one
// cost function that both directions (money to energy, energy to money) and the checks of published
// receipts go through.

import { type Amount, parametersIn } from './amount.ts';
import { type Due, duesAt, recoverable } from './charges.ts';
import { amountValue, holds, type PriceContext, scheduleAt, unitsOfKwh } from './conditions.ts';
import type { Block, Levy, Schedule } from './document.ts';
import {
  add,
  compare,
  divide,
  multiply,
  type Rational,
  round,
  subtract,
  sum,
  whole,
  zero,
} from './rational.ts';

export type PricedLine = {
  readonly kind: 'energy' | 'tax' | 'fee';
  readonly code: string;
  readonly label: string;
  readonly exact: Rational;
  readonly amountMinor: bigint;
  /** For energy: how much, in the context's units. */
  readonly units?: bigint;
  readonly block?: Block;
  readonly schedule?: Schedule;
  readonly levy?: Levy;
  readonly due?: Due;
};

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
  return {
    lines: splitIncluded(context, all, total),
    exactTotal: sum(all.map((line) => line.exact)),
    totalMinor: all.reduce((minor, line) => minor + line.amountMinor, 0n),
    taken: fees,
  };
}

type Rounder = (exact: Rational) => bigint;

function createRounder(context: PriceContext): Rounder {
  const { lines, toMinor } = context.tariff.rounding;
  const step = BigInt(toMinor);
  return (exact) => round({ n: exact.n, d: exact.d * step }, lines) * step;
}

type BlockPart = { readonly block: Block; readonly units: bigint; readonly exact: Rational };

/** Energy between two month totals, by block, in minor units; null beyond the last limit. */
function blockParts(
  context: PriceContext,
  schedule: Schedule,
  from: bigint,
  to: bigint,
): BlockPart[] | null {
  const parts: BlockPart[] = [];
  let at = from;
  for (const block of schedule.blocks) {
    const limit = block.uptoKwh === null ? to : round(unitsOfKwh(context, block.uptoKwh), 'down');
    const end = limit < to ? limit : to;
    if (end <= at) continue;
    const exact = energyPrice(context, block, end - at);
    if (exact === null) return null;
    parts.push({ block, units: end - at, exact });
    at = end;
  }
  return at < to ? null : parts;
}

/** The block's rate in the context's period; null when it is not known. */
export function rateOf(context: PriceContext, block: Block): Amount | null {
  const amount = block.rate ?? block.rates?.[context.period ?? ''];
  if (amount === undefined) return null;
  if (context.missing.size === 0) return amount;
  return parametersIn(amount).some((name) => context.missing.has(name)) ? null : amount;
}

function energyPrice(context: PriceContext, block: Block, units: bigint): Rational | null {
  const amount = rateOf(context, block);
  if (amount === null) return null;
  const rate = amountValue(context, amount);
  return { n: rate.n * context.minorPerUnit * units, d: rate.d * 1000n * context.unitsPerWh };
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

function levyLines(
  context: PriceContext,
  o: { lines: readonly PricedLine[]; schedule: Schedule; total: bigint; rounder: Rounder },
): PricedLine[] | null {
  const done: PricedLine[] = [];
  const ofPayment: { levy: Levy; percent: Rational }[] = [];
  for (const levy of context.tariff.levies) {
    if (levy.included || !holds(context, levy.when, o.total)) continue;
    if (levy.perKwh !== undefined) {
      const rate = amountValue(context, levy.perKwh);
      const n = rate.n * context.minorPerUnit * unitsInRange(context, levy, o.total);
      const exact = { n, d: rate.d * 1000n * context.unitsPerWh };
      done.push(levyLine(levy, limited(context, levy, exact), o.rounder));
    } else if (levy.percent !== undefined) {
      const percent = amountValue(context, levy.percent);
      if (levy.of?.includes('payment')) {
        ofPayment.push({ levy, percent });
      } else {
        const base = levyBase(context, levy, { ...o, done });
        const exact = multiply(base, { n: percent.n, d: percent.d * 100n });
        done.push(levyLine(levy, limited(context, levy, exact), o.rounder));
      }
    }
  }
  if (ofPayment.length > 0) {
    const rest = sum([...o.lines, ...done].map((line) => line.exact));
    const shares = paymentShares(context, ofPayment, rest);
    if (shares === null) return null;
    for (const { levy, exact } of shares) done.push(levyLine(levy, exact, o.rounder));
  }
  return done.filter((line) => line.exact.n !== 0n || line.amountMinor !== 0n);
}

type PaymentLevy = { readonly levy: Levy; readonly percent: Rational };

/**
 * Shares of the whole payment: whole = rest / (1 - shares). A levy that meets its limit becomes a
 * fixed sum, and the others are worked out again. Null when the shares reach 100 per cent.
 */
function paymentShares(
  context: PriceContext,
  levies: readonly PaymentLevy[],
  rest: Rational,
): { levy: Levy; exact: Rational }[] | null {
  const fixed = new Map<Levy, Rational>();
  for (let pass = 0; pass <= levies.length; pass++) {
    const open = levies.filter((l) => !fixed.has(l.levy));
    const percents = sum(open.map((l) => l.percent));
    if (compare(percents, whole(100n)) >= 0n) return null;
    const base = sum([rest, ...fixed.values()]);
    const total = divide(multiply(base, whole(100n)), subtract(whole(100n), percents));
    const shares = open.map(({ levy, percent }) => ({
      levy,
      exact: multiply(total, { n: percent.n, d: percent.d * 100n }),
    }));
    const beyond = shares.find((s) => compare(limited(context, s.levy, s.exact), s.exact) !== 0n);
    if (beyond === undefined) {
      const set = [...fixed].map(([levy, exact]) => ({ levy, exact }));
      return levies.flatMap((l) => [...shares, ...set].filter((s) => s.levy === l.levy));
    }
    fixed.set(beyond.levy, limited(context, beyond.levy, beyond.exact));
  }
  return null;
}

/** A levy within its own limits; nothing levied stays nothing. */
function limited(context: PriceContext, levy: Levy, exact: Rational): Rational {
  if (exact.n === 0n) return exact;
  const minor = (amount: Amount): Rational => {
    const value = amountValue(context, amount);
    return { n: value.n * context.minorPerUnit, d: value.d };
  };
  const least = levy.atLeast === undefined ? exact : minor(levy.atLeast);
  if (compare(exact, least) < 0n) return least;
  const most = levy.atMost === undefined ? exact : minor(levy.atMost);
  return compare(exact, most) > 0n ? most : exact;
}

function levyLine(levy: Levy, exact: Rational, rounder: Rounder): PricedLine {
  const kind = levy.kind === 'rebate' ? 'energy' : levy.kind;
  const { code, label } = levy;
  return { kind, code, label, exact, amountMinor: rounder(exact), levy };
}

function levyBase(
  context: PriceContext,
  levy: Levy,
  o: {
    lines: readonly PricedLine[];
    done: readonly PricedLine[];
    schedule: Schedule;
    total: bigint;
  },
): Rational {
  let base = zero;
  for (const code of levy.of ?? []) {
    if (code === 'energy') {
      base = add(base, energyBase(context, levy, o));
    } else if (code === 'levies') {
      base = add(base, sum(o.done.map((line) => line.exact)));
    } else {
      const matching = [...o.lines, ...o.done].filter((line) =>
        code === 'charges' ? line.due !== undefined : line.code === code,
      );
      base = add(base, sum(matching.map((line) => line.exact)));
    }
  }
  return base;
}

// A range of the month's kWh narrows the energy; repricing of earlier energy counts only without a
// range.
function energyBase(
  context: PriceContext,
  levy: Levy,
  o: { lines: readonly PricedLine[]; schedule: Schedule; total: bigint },
): Rational {
  if (levy.energyAboveKwh === undefined && levy.energyUptoKwh === undefined) {
    return sum(o.lines.filter((line) => line.kind === 'energy').map((line) => line.exact));
  }
  const { from, to } = clip(context, levy, o.total);
  if (to <= from) return zero;
  return sum((blockParts(context, o.schedule, from, to) ?? []).map((part) => part.exact));
}

function unitsInRange(context: PriceContext, levy: Levy, total: bigint): bigint {
  const { from, to } = clip(context, levy, total);
  return to > from ? to - from : 0n;
}

function clip(context: PriceContext, levy: Levy, total: bigint): { from: bigint; to: bigint } {
  const above =
    levy.energyAboveKwh === undefined
      ? 0n
      : round(unitsOfKwh(context, levy.energyAboveKwh), 'down');
  const upto =
    levy.energyUptoKwh === undefined
      ? total
      : round(unitsOfKwh(context, levy.energyUptoKwh), 'down');
  const from = context.monthUnits > above ? context.monthUnits : above;
  return { from, to: total < upto ? total : upto };
}

/** Shows the taxes that published rates already contain as lines of their own; the total stays. */
function splitIncluded(
  context: PriceContext,
  lines: readonly PricedLine[],
  total: bigint,
): readonly PricedLine[] {
  const included = context.tariff.levies.filter((l) => l.included && holds(context, l.when, total));
  if (included.length === 0) return lines;
  const percents = included.map((levy) => ({
    levy,
    percent: levy.percent === undefined ? zero : amountValue(context, levy.percent),
  }));
  const taxes = new Map<string, { exact: Rational; amountMinor: bigint }>();
  const kept = lines.map((line) => {
    const applying = percents.filter((p) => contains(p.levy, line));
    const gross = sum([whole(100n), ...applying.map((p) => p.percent)]);
    if (gross.n <= 0n) return line;
    let { exact, amountMinor } = line;
    for (const { levy, percent } of applying) {
      const part = multiply(line.exact, divide(percent, gross));
      const partMinor = round(multiply(whole(line.amountMinor), divide(percent, gross)), 'half-up');
      const before = taxes.get(levy.code) ?? { exact: zero, amountMinor: 0n };
      taxes.set(levy.code, {
        exact: add(before.exact, part),
        amountMinor: before.amountMinor + partMinor,
      });
      exact = subtract(exact, part);
      amountMinor -= partMinor;
    }
    return { ...line, exact, amountMinor };
  });
  const added = percents.flatMap(({ levy }) => {
    const tax = taxes.get(levy.code);
    if (tax === undefined || tax.amountMinor === 0n) return [];
    const kind = levy.kind === 'rebate' ? ('energy' as const) : levy.kind;
    return [{ kind, code: levy.code, label: levy.label, levy, ...tax }];
  });
  return [...kept, ...added];
}

function contains(levy: Levy, line: PricedLine): boolean {
  return (levy.of ?? []).some(
    (code) =>
      code === line.code ||
      (code === 'energy' && line.kind === 'energy' && line.levy === undefined) ||
      (code === 'charges' && line.due !== undefined) ||
      (code === 'levies' && line.levy !== undefined),
  );
}

/**
 * Whether a payment covers a price: both as rounded lines and exactly, so that rounding gives
 * nothing away.
 */
export function covers(paymentMinor: bigint, priced: Priced): boolean {
  return priced.totalMinor <= paymentMinor && compare(priced.exactTotal, whole(paymentMinor)) <= 0n;
}
