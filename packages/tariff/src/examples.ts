// Worked examples: each purchase or bill in a document is computed again and compared. Energy is
// counted finer than a watt-hour here, so that sums published before any rounding of energy can be
// met to the last digit.

import { formatMoney, ok, type Result } from '@prewatt/quantities';
import { type Allocation, allocate } from './allocate.ts';
import type { PriceContext } from './conditions.ts';
import { claimsOn, costOf } from './cost.ts';
import { type Debt, totalClaimed } from './debt.ts';
import { debtRuleOf } from './debt-rule.ts';
import { describePosition } from './describe-position.ts';
import type { Example, Tariff } from './document.ts';
import { prepare } from './prepare.ts';
import type { PricedLine } from './priced-line.ts';
import { price } from './pricing.ts';
import type { Protection, QuoteRefusal } from './quote-types.ts';
import { compare, formatRational, type Rational, round, subtract, sum, whole } from './rational.ts';

export type ExampleResult = {
  readonly id: string;
  /** False: reported, but no failure of the document. */
  readonly gate: boolean;
  /** One sentence for each expected figure that was missed; empty when the example holds. */
  readonly misses: readonly string[];
};

const tokenStepWh = 100;
const tokenHint =
  `kwh: it holds for what a token carries; if the expected energy comes from a quote or a ` +
  `receipt, write "energyStepWh": ${tokenStepWh} in the example`;
const fineUnitsPerWh = 1_000_000n;

/** Computes every example of a document, in its order. */
export function runExamples(tariff: Tariff): ExampleResult[] {
  return tariff.examples.map((example) => ({
    id: example.id,
    gate: example.gate,
    misses: missesOf(tariff, example),
  }));
}

/**
 * What an example comes to, line by line, for whoever looks for the difference: "12.5 kWh: energy
 * 25.00, vat 3.75". Empty when it is refused.
 */
export function exampleLines(tariff: Tariff, id: string): string {
  const example = tariff.examples.find((each) => each.id === id);
  const outcome = example === undefined ? null : compute(tariff, example);
  if (outcome === null || !outcome.ok) return '';
  const { priced, claims, units, freeWh, context } = outcome.value;
  const { scale } = tariff.currency;
  const sums = new Map<string, bigint>();
  const count = (code: string, minor: bigint) => sums.set(code, (sums.get(code) ?? 0n) + minor);
  for (const { code, amountMinor } of priced.lines) count(code, amountMinor);
  for (const { debt, claimedMinor } of claims) if (claimedMinor > 0n) count(debt.id, claimedMinor);
  const lines = [...sums].map(
    ([code, n]) => `${code} ${formatRational({ n, d: 10n ** BigInt(scale) }, scale, scale)}`,
  );
  const energy = { n: units + freeWh * context.unitsPerWh, d: 1000n * context.unitsPerWh };
  const sold = example === undefined ? '' : soldText(tariff, example);
  return `${formatRational(energy, 4)} kWh${sold}: ${lines.join(', ') || 'nothing'}`;
}

/** What the till would sell for the payment of an example that is computed finer than a token. */
function soldText(tariff: Tariff, example: Example): string {
  if (example.paid === undefined || example.energyStepWh !== undefined) return '';
  const sold = compute(tariff, { ...example, energyStepWh: tokenStepWh });
  if (!sold.ok) return '';
  const energyWh = sold.value.units + sold.value.freeWh;
  return ` (the till sells ${formatRational({ n: energyWh, d: 1000n }, 3)} kWh)`;
}

export type Outcome = Allocation & { readonly context: PriceContext; readonly freeWh: bigint };

function missesOf(tariff: Tariff, example: Example): string[] {
  const outcome = compute(tariff, example);
  const misses = missesAt(tariff, example, outcome);
  const isOfEnergy = (miss: string) => /^(kwh|blocksKwh)/.test(miss);
  if (!outcome.ok || !misses.some(isOfEnergy)) return misses;
  // A source that divides before it rounds: the energy holds, too, where lines are not rounded.
  const finely = missesAt(tariff, example, compute(unrounded(tariff), example));
  if (!finely.some(isOfEnergy)) return misses.filter((miss) => !isOfEnergy(miss));
  return example.energyStepWh === undefined && holdsOnToken(tariff, example)
    ? [...misses, tokenHint]
    : misses;
}

/** What a quote gives, and a receipt prints, is what a token carries: tenths of a kWh. */
function holdsOnToken(tariff: Tariff, example: Example): boolean {
  const onToken = { ...example, energyStepWh: tokenStepWh };
  return missesAt(tariff, onToken, compute(tariff, onToken)).length === 0;
}

/** The same tariff in a currency so fine that the rounding of a line is no energy. */
function unrounded(tariff: Tariff): Tariff {
  const { currency, rounding } = tariff;
  return {
    ...tariff,
    currency: { ...currency, scale: currency.scale + 6 },
    rounding: { lines: rounding.lines, toMinor: 1 },
  };
}

function missesAt(
  tariff: Tariff,
  example: Example,
  outcome: Result<Outcome, QuoteRefusal>,
): string[] {
  const { expect } = example;
  if (!outcome.ok) {
    if (expect.refusal === outcome.error.code) return [];
    return [`refused: ${refusalText(tariff, outcome.error)}`];
  }
  if (expect.refusal !== undefined) {
    return [`refusal: expected ${expect.refusal}, but it was quoted`];
  }
  const money = moneyMisses(example, outcome.value);
  return [...energyMisses(example, outcome.value), ...money];
}

/**
 * All figures as a receipt prints them, in rounded lines, or all of them before rounding, as a
 * calculation has them: never one so and the other so.
 */
function moneyMisses(example: Example, outcome: Outcome): string[] {
  const [exact = [], printed = []] = (['exact', 'printed'] as const).map((as) => [
    ...costMisses(example, outcome, as),
    ...partMisses(example, outcome, as),
  ]);
  return printed.length < exact.length ? printed : exact;
}

/** For whoever writes the document: the code, as an example may expect it, and where to look. */
function refusalText(tariff: Tariff, refusal: QuoteRefusal): string {
  const { code } = refusal;
  switch (code) {
    case 'not-in-force': {
      const to = refusal.to === null ? 'on' : `to ${refusal.to}`;
      return `${code}: date has to lie in what the document covers, from ${refusal.from} ${to}`;
    }
    case 'amount-too-small':
      return `${code}: the least is ${formatMoney(refusal.leastAmountMinor, tariff.currency)}`;
    case 'parameter-missing':
      return `${code}: give ${refusal.names.map((name) => `"${name}"`).join(', ')} a value, one of its choices if it has any`;
    case 'date-before-position':
      return `${code}: the position already holds a purchase of ${refusal.lastPurchaseDate}`;
    case 'no-price':
      return `${code}: no schedule holds, or the last block ends before this energy (null has no end)`;
    case 'amount-invalid':
      return `${code}: the amount has to be above zero`;
    case 'date-invalid':
      return `${code}: write a day as 2026-11-24`;
  }
}

export function compute(tariff: Tariff, example: Example): Result<Outcome, QuoteRefusal> {
  const step = example.energyStepWh;
  const unitsPerWh = step === undefined ? fineUnitsPerWh : 1n;
  const minorPerUnit = 10n ** BigInt(tariff.currency.scale);
  const at = {
    date: example.date ?? tariff.effectiveFrom,
    ...(example.time !== undefined && { time: example.time }),
    ...(example.period !== undefined && { period: example.period }),
  };
  const { parameters } = example;
  const position = describePosition(tariff, { facts: example.position, date: at.date, parameters });
  const debts = example.debts.map((debt) => debtOf(debt, tariff.currency.scale));
  const protection = protectionOf(example);
  const base = {
    tariff,
    at,
    position,
    parameters: example.parameters,
    unitsPerWh,
    missing: 'no-price',
  } as const;
  if (example.wantedKwh !== undefined) {
    const units = round(unitsOf(example.wantedKwh, unitsPerWh), 'half-up');
    return costOf({ ...base, units, debts, protection });
  }
  const paid = example.paid ?? whole(0n);
  const paymentMinor = round({ n: paid.n * minorPerUnit, d: paid.d }, 'half-up');
  const prepared = prepare({ ...base, paymentMinor });
  if (!prepared.ok) return prepared;
  const { context } = prepared.value;
  const grain = BigInt(step ?? 1);
  const allocation = allocate(context, {
    paymentMinor,
    claims: claimsOn(context, { debts, protection }),
    protection,
    encodable: (units) => (units / grain) * grain,
  });
  return allocation.ok ? ok({ ...prepared.value, ...allocation.value }) : allocation;
}

function unitsOf(kwh: Rational, unitsPerWh: bigint): Rational {
  return { n: kwh.n * 1000n * unitsPerWh, d: kwh.d };
}

function debtOf(debt: Example['debts'][number], scale: number): Debt {
  const { n, d } = debt.outstanding;
  return {
    id: debt.id,
    label: debt.label ?? debt.id,
    outstandingMinor: round({ n: n * 10n ** BigInt(scale), d }, 'half-up'),
    rule: debtRuleOf(debt.rule, scale),
    ...(debt.ageDays !== undefined && { ageDays: debt.ageDays }),
  };
}

function protectionOf(example: Example): Protection | 'none' {
  if (example.protection === undefined) return 'none';
  const { debtSharePercent: share, floorKwh } = example.protection;
  return {
    debtShareCapBasisPoints: Number((share.n * 100n) / share.d),
    floorEnergyWh: round(unitsOf(floorKwh, 1n), 'half-up'),
  };
}

/** Half a unit in the last place written: what a published figure can mean at best. */
const printedTolerance = (expected: Rational): Rational => ({ n: 1n, d: expected.d * 2n });

function within(got: Rational, expected: Rational, tolerance: Rational): boolean {
  const difference = subtract(got, expected);
  const magnitude = difference.n < 0n ? { n: -difference.n, d: difference.d } : difference;
  return compare(magnitude, tolerance) <= 0n;
}

function kwhTolerance(example: Example, expected: Rational): Rational {
  const { kwh, kwhPercent } = example.tolerance;
  if (kwhPercent === undefined) return kwh ?? printedTolerance(expected);
  const share = { n: expected.n * kwhPercent.n, d: expected.d * kwhPercent.d * 100n };
  return kwh !== undefined && compare(kwh, share) > 0n ? kwh : share;
}

function energyMisses(example: Example, outcome: Outcome): string[] {
  const misses: string[] = [];
  const unitsPerKwh = 1000n * outcome.context.unitsPerWh;
  const check = (name: string, got: Rational, expected: Rational): void => {
    const tolerance = kwhTolerance(example, expected);
    if (!within(got, expected, tolerance))
      misses.push(missText(name, { got, expected, tolerance }));
  };
  const { kwh, blocksKwh } = example.expect;
  const free = outcome.freeWh * outcome.context.unitsPerWh;
  if (kwh !== undefined) check('kwh', { n: outcome.units + free, d: unitsPerKwh }, kwh);
  if (blocksKwh === undefined) return misses;
  const blocks = outcome.priced.lines.filter((line) => line.block !== undefined);
  if (blocks.length !== blocksKwh.length) {
    misses.push(`blocksKwh: ${blocks.length} blocks were used, expected ${blocksKwh.length}`);
  }
  blocksKwh.forEach((expected, i) => {
    check(`blocksKwh[${i}]`, { n: blocks[i]?.units ?? 0n, d: unitsPerKwh }, expected);
  });
  return misses;
}

function missText(
  name: string,
  o: { got: Rational; expected: Rational; tolerance: Rational },
): string {
  const [got, expected, tolerance] = [o.got, o.expected, o.tolerance].map((v) =>
    formatRational(v, 4),
  );
  return `${name}: got ${got}, expected ${expected} (tolerance ${tolerance})`;
}

/** A sum of lines, in currency units: before rounding and as the rounded lines of a receipt. */
type Sum = { readonly exact: Rational; readonly printed: Rational };

function moneyMiss(
  example: Example,
  o: { name: string; sum: Sum; expected: Rational; as: keyof Sum },
): string | null {
  const tolerance = example.tolerance.money ?? printedTolerance(o.expected);
  const got = o.sum[o.as];
  const isMet = within(got, o.expected, tolerance);
  return isMet ? null : missText(o.name, { got, expected: o.expected, tolerance });
}

function costMisses(example: Example, outcome: Outcome, as: keyof Sum): string[] {
  const { cost, costBeforeTaxes } = example.expect;
  const misses: (string | null)[] = [];
  const all = sumOf(outcome, outcome.priced.lines, totalClaimed(outcome.claims));
  if (cost !== undefined) {
    misses.push(moneyMiss(example, { name: 'cost', sum: all, expected: cost, as }));
  }
  if (costBeforeTaxes !== undefined) {
    const lines = outcome.priced.lines.filter((line) => line.kind !== 'tax');
    const sum = sumOf(outcome, lines, totalClaimed(outcome.claims));
    misses.push(
      moneyMiss(example, { name: 'costBeforeTaxes', sum, expected: costBeforeTaxes, as }),
    );
  }
  return misses.filter((miss) => miss !== null);
}

export function sumOf(outcome: Outcome, lines: readonly PricedLine[], debtMinor: bigint): Sum {
  const { minorPerUnit } = outcome.context;
  const exact = sum([...lines.map((line) => line.exact), whole(debtMinor)]);
  const printed = lines.reduce((total, line) => total + line.amountMinor, debtMinor);
  return {
    exact: { n: exact.n, d: exact.d * minorPerUnit },
    printed: { n: printed, d: minorPerUnit },
  };
}

function partMisses(example: Example, outcome: Outcome, as: keyof Sum): string[] {
  const published = publishedOutcome(example, outcome);
  const used = example.partsAt === 'published' ? published : outcome;
  const misses: string[] = [];
  for (const [part, expected] of Object.entries(example.expect.parts ?? {})) {
    const name = `parts.${part}`;
    const miss = moneyMiss(example, { name, sum: partSum(used ?? outcome, part), expected, as });
    if (miss === null) continue;
    const hint =
      published !== null &&
      example.partsAt === 'computed' &&
      moneyMiss(example, { name, sum: partSum(published, part), expected, as }) === null
        ? '; it holds at the published energy: write "partsAt": "published" if the receipt printed its parts for the rounded energy'
        : scaleHint(partSum(used ?? outcome, part).exact, expected);
    misses.push(miss + hint);
  }
  return misses;
}

/** A hundred times too little or too much is a unit that was mistaken. */
function scaleHint(got: Rational, expected: Rational): string {
  const isHundredth = compare({ n: got.n * 100n, d: got.d }, expected) === 0n;
  const isHundredfold = compare(got, { n: expected.n * 100n, d: expected.d }) === 0n;
  return isHundredth || isHundredfold
    ? '; that is a factor of 100: 15 per cent are "15", money is in currency units'
    : '';
}

/** The same purchase with exactly the energy that the receipt prints. */
export function publishedOutcome(example: Example, outcome: Outcome): Outcome | null {
  if (example.expect.kwh === undefined) return null;
  const units = round(unitsOf(example.expect.kwh, outcome.context.unitsPerWh), 'half-up');
  const free = outcome.freeWh * outcome.context.unitsPerWh;
  const priced = units > free ? price(outcome.context, units - free, 'all') : null;
  return priced === null ? null : { ...outcome, units: units - free, priced };
}

export function partSum(outcome: Outcome, part: string): Sum {
  const codes = part.split('+').map((code) => code.trim());
  const kinds = { allEnergy: 'energy', allFees: 'fee', allTaxes: 'tax' } as const;
  const matches = (line: PricedLine, code: string): boolean =>
    line.code === code ||
    (code === 'charges' && line.due !== undefined) ||
    (code === 'levies' && line.levy !== undefined) ||
    (code in kinds && kinds[code as keyof typeof kinds] === line.kind);
  const lines = codes.flatMap((code) => outcome.priced.lines.filter((l) => matches(l, code)));
  const debtMinor = outcome.claims
    .filter((claim) => codes.includes(claim.debt.id) || codes.includes('allDebts'))
    .reduce((total, claim) => total + claim.claimedMinor, 0n);
  const payment = outcome.context.paymentMinor ?? 0n;
  const spent = outcome.priced.totalMinor + totalClaimed(outcome.claims);
  return sumOf(outcome, lines, debtMinor + (codes.includes('remainder') ? payment - spent : 0n));
}
