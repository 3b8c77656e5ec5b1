// Taxes, levies and rebates of one purchase: each a share of other lines or a sum per kWh, within
// its limits. One that is repriced with the month is worked out for the whole month, less what it
// took before. A share of the whole payment, and what is taken of such a share, is found by one
// linear equation.

import type { Amount } from './amount.ts';
import { blockParts, type Rounder } from './blocks.ts';
import { amountValue, holds, limitUnits, type PriceContext } from './conditions.ts';
import type { Levy, Schedule } from './document.ts';
import { isOfMonth } from './levy-of-month.ts';
import type { PricedLine } from './priced-line.ts';
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

type Base = {
  readonly lines: readonly PricedLine[];
  readonly schedule: Schedule;
  readonly total: bigint;
};

/** A sum that may hold a share of the whole payment: `fixed` + `share` x whole. */
type Form = { readonly fixed: Rational; readonly share: Rational };

/** A levy as its own rule has it, and within its limits. */
type Formed = { readonly levy: Levy; readonly own: Form; readonly form: Form };

/**
 * The lines of all levies that are not inside the prices, in the document's order; null when shares
 * of the payment reach 100 per cent.
 */
export function levyLines(
  context: PriceContext,
  o: Base & { rounder: Rounder },
): PricedLine[] | null {
  // One that is repriced has its say where it no longer holds, too: what it gave is taken back.
  const levies = context.tariff.levies.filter(
    (l) => !l.included && (l.repricing === 'month' || holds(context, l.when, o.total)),
  );
  if (levies.length === 0) return [];
  // A levy beyond its limit becomes a fixed sum, and whatever depends on it is worked out again.
  const met = new Map<Levy, Rational>();
  for (let pass = 0; pass < 4 * (levies.length + 1); pass++) {
    const formed = formsOf(context, levies, { ...o, met });
    const whole = wholeOf(o.lines, formed);
    if (whole === null) return null;
    const wrong = formed.find(({ levy, own, form }) => {
      const exact = worth(own, whole);
      const within = limited(context, levy, exact);
      if (compare(within, worth(form, whole)) === 0n) return false;
      if (compare(within, exact) === 0n) met.delete(levy);
      else met.set(levy, within);
      return true;
    });
    if (wrong === undefined) {
      return formed
        .map(({ levy, form }) => levyLine(levy, worth(form, whole), o.rounder))
        .filter((line) => line.exact.n !== 0n || line.amountMinor !== 0n);
    }
  }
  return null;
}

/** Each levy as a sum and a share of the whole; those that met a limit are that limit. */
function formsOf(
  context: PriceContext,
  levies: readonly Levy[],
  o: Base & { met: ReadonlyMap<Levy, Rational> },
): Formed[] {
  const done: Formed[] = [];
  for (const levy of levies) {
    const own = formOf(context, levy, { ...o, done });
    const met = o.met.get(levy);
    done.push({ levy, own, form: met === undefined ? own : { fixed: met, share: zero } });
  }
  return done;
}

function formOf(context: PriceContext, levy: Levy, o: Base & { done: readonly Formed[] }): Form {
  if (levy.repricing !== 'month') return ownForm(context, levy, o);
  const ofMonth = holds(context, levy.when, o.total) ? ownForm(context, levy, o).fixed : zero;
  return { fixed: subtract(ofMonth, leviedEarlier(context, levy)), share: zero };
}

function ownForm(context: PriceContext, levy: Levy, o: Base & { done: readonly Formed[] }): Form {
  if (levy.perKwh !== undefined) {
    const rate = amountValue(context, levy.perKwh);
    const n = rate.n * context.minorPerUnit * unitsInRange(context, levy, o.total);
    return { fixed: { n, d: rate.d * 1000n * context.unitsPerWh }, share: zero };
  }
  const percent = levy.percent === undefined ? zero : amountValue(context, levy.percent);
  const base = levyBase(context, levy, o);
  const part = (value: Rational): Rational =>
    value.n === 0n ? zero : multiply(value, { n: percent.n, d: percent.d * 100n });
  return { fixed: part(base.fixed), share: part(base.share) };
}

/** All that the purchase spends: what it is without shares of itself / (1 - those shares). */
function wholeOf(lines: readonly PricedLine[], formed: readonly Formed[]): Rational | null {
  if (formed.every(({ own }) => own.share.n === 0n)) return zero;
  const share = sum(formed.map(({ form }) => form.share));
  if (compare(share, whole(1n)) >= 0n) return null;
  const rest = sum([...lines.map((line) => line.exact), ...formed.map(({ form }) => form.fixed)]);
  return divide(rest, subtract(whole(1n), share));
}

const worth = ({ fixed, share }: Form, whole: Rational): Rational =>
  share.n === 0n ? fixed : add(fixed, multiply(share, whole));

/**
 * A levy within its own limits; nothing levied stays nothing. Limits of a month leave what earlier
 * purchases left of them.
 */
function limited(context: PriceContext, levy: Levy, exact: Rational): Rational {
  const earlier = leviedEarlier(context, levy);
  if (levy.repricing === 'month') {
    const within = limitedTo(context, levy, { exact: add(exact, earlier), earlier: zero });
    const now = subtract(within, earlier);
    // What was taken is not given back: a payment only ever adds to a tax or a fee.
    return levy.kind !== 'rebate' && now.n < 0n ? zero : now;
  }
  return limitedTo(context, levy, { exact, earlier });
}

function limitedTo(
  context: PriceContext,
  levy: Levy,
  { exact, earlier }: { exact: Rational; earlier: Rational },
): Rational {
  if (exact.n === 0n) return exact;
  const minor = (amount: Amount): Rational => {
    const value = amountValue(context, amount);
    const limit = { n: value.n * context.minorPerUnit, d: value.d };
    if (earlier === zero) return limit;
    const left = subtract(limit, earlier);
    return left.n < 0n === limit.n < 0n ? left : zero;
  };
  const least = levy.atLeast === undefined ? exact : minor(levy.atLeast);
  if (compare(exact, least) < 0n) return least;
  const most = levy.atMost === undefined ? exact : minor(levy.atMost);
  return compare(exact, most) > 0n ? most : exact;
}

/** What a levy that is remembered has taken (or given) in the month so far, in minor units. */
function leviedEarlier(context: PriceContext, levy: Levy): Rational {
  if (!isOfMonth(levy)) return zero;
  const { leviedMicroMinorThisMonth: levied } = context.position;
  const micro = Object.hasOwn(levied, levy.code) ? levied[levy.code] : undefined;
  return micro === undefined ? zero : { n: micro, d: 1_000_000n };
}

function levyLine(levy: Levy, exact: Rational, rounder: Rounder): PricedLine {
  const kind = levy.kind === 'rebate' ? 'energy' : levy.kind;
  const { code, label } = levy;
  return { kind, code, label, exact, amountMinor: rounder(exact), levy };
}

function levyBase(context: PriceContext, levy: Levy, o: Base & { done: readonly Formed[] }): Form {
  let fixed = zero;
  let share = zero;
  for (const code of levy.of ?? []) {
    if (code === 'payment') {
      share = add(share, whole(1n));
    } else if (code === 'energy') {
      fixed = add(fixed, energyBase(context, levy, o));
    } else {
      const lines = o.lines.filter((line) =>
        code === 'charges' ? line.due !== undefined : line.code === code,
      );
      const earlier = o.done.filter((d) => code === 'levies' || d.levy.code === code);
      fixed = sum([fixed, ...lines.map((l) => l.exact), ...earlier.map((d) => d.form.fixed)]);
      // The base of one that is repriced is repriced as well: its whole month counts.
      if (levy.repricing === 'month') {
        fixed = sum([fixed, ...earlier.map((d) => leviedEarlier(context, d.levy))]);
      }
      share = sum([share, ...earlier.map((d) => d.form.share)]);
    }
  }
  return { fixed, share };
}

// A range of the month's kWh narrows the energy; repricing of earlier energy counts only without a
// range.
function energyBase(context: PriceContext, levy: Levy, o: Base): Rational {
  const isRanged = levy.energyAboveKwh !== undefined || levy.energyUptoKwh !== undefined;
  if (!isRanged && levy.repricing !== 'month') {
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
  const above = levy.energyAboveKwh === undefined ? 0n : limitUnits(context, levy.energyAboveKwh);
  const upto = levy.energyUptoKwh === undefined ? total : limitUnits(context, levy.energyUptoKwh);
  // The whole month begins behind the free units that count in its blocks.
  const free = context.tariff.freeAllowance?.countsInBlocks
    ? context.position.freeEnergyWhThisMonth * context.unitsPerWh
    : 0n;
  const start = levy.repricing === 'month' ? free : context.monthUnits;
  const from = start > above ? start : above;
  return { from, to: total < upto ? total : upto };
}

/** Shows the taxes that published rates already contain as lines of their own; the total stays. */
export function splitIncluded(
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
