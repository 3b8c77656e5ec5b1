// A worked example filled anew from its document: the figures that it expects, as the document
// gives them now. For whoever changes a price on purpose and has looked at what follows from it.

import { totalClaimed } from './debt.ts';
import type { Tariff } from './document.ts';
import { compute, type Outcome, partSum, publishedOutcome, sumOf } from './examples.ts';
import { formatRational, parseDecimal } from './rational.ts';

/** As a document writes it: decimals in quotes, or the code of a refusal. */
export type ExpectedFigures = {
  readonly kwh?: string;
  readonly cost?: string;
  readonly costBeforeTaxes?: string;
  readonly parts?: Readonly<Record<string, string>>;
  readonly blocksKwh?: readonly string[];
  readonly refusal?: string;
};

const kwhDigits = 4;

/**
 * What example `index` would have to expect to hold, of the figures that it expects. One that
 * expected nothing but a refusal, or comes to one, expects that refusal.
 */
export function refilledExample(tariff: Tariff, index: number): ExpectedFigures | null {
  const example = tariff.examples[index];
  if (example === undefined) return null;
  const outcome = compute(tariff, example);
  if (!outcome.ok) return { refusal: outcome.error.code };
  const { expect, wantedKwh } = example;
  const { scale } = tariff.currency;
  const energy = energyOf(outcome.value);
  const kwh = formatRational(energy, kwhDigits);
  const money = (lines: Outcome['priced']['lines']): string => {
    const { printed } = sumOf(outcome.value, lines, totalClaimed(outcome.value.claims));
    return formatRational(printed, scale, scale);
  };
  const { lines } = outcome.value.priced;
  if (expect.refusal !== undefined)
    return wantedKwh === undefined ? { kwh } : { cost: money(lines) };
  const withKwh = expect.kwh === undefined ? {} : { kwh };
  // Parts of a receipt may be of exactly the energy that it prints.
  const asPrinted = { ...example, expect: { ...expect, kwh: parseDecimal(kwh) ?? energy } };
  const published = example.partsAt === 'published' && expect.kwh !== undefined;
  const counted = published ? publishedOutcome(asPrinted, outcome.value) : outcome.value;
  const parts = Object.keys(expect.parts ?? {}).map((part) => {
    const sum = counted === null ? undefined : partSum(counted, part).printed;
    return [part, sum === undefined ? '0' : formatRational(sum, scale, scale)] as const;
  });
  return {
    ...withKwh,
    ...(expect.cost !== undefined && { cost: money(lines) }),
    ...(expect.costBeforeTaxes !== undefined && {
      costBeforeTaxes: money(lines.filter((line) => line.kind !== 'tax')),
    }),
    ...(expect.parts !== undefined && { parts: Object.fromEntries(parts) }),
    ...(expect.blocksKwh !== undefined && { blocksKwh: blocksOf(outcome.value) }),
  };
}

function energyOf({ units, freeWh, context }: Outcome) {
  return { n: units + freeWh * context.unitsPerWh, d: 1000n * context.unitsPerWh };
}

function blocksOf({ priced, context }: Outcome): string[] {
  const unitsPerKwh = 1000n * context.unitsPerWh;
  return priced.lines
    .filter((line) => line.block !== undefined)
    .map((line) => formatRational({ n: line.units ?? 0n, d: unitsPerKwh }, kwhDigits));
}
