// A purchase under two versions side by side, by the very code that sells: line by line, and what
// some months cost.

import type { Result } from '@prewatt/quantities';
import {
  describePosition,
  type Quote,
  type QuoteRefusal,
  quoteEnergy,
  quotePurchase,
  refilledExample,
  runExamples,
  startPosition,
  type Tariff,
} from '@prewatt/tariff';
import { type Json, withValue } from './json.ts';

export type Trial = {
  readonly amountMinor: bigint;
  readonly date: string;
  /** Bought earlier in the month. */
  readonly boughtWh: bigint;
  readonly parameters: Readonly<Record<string, string>>;
};

export type Row = {
  readonly key: string;
  readonly label: string;
  /** Null: not on that receipt. */
  readonly beforeMinor: bigint | null;
  readonly afterMinor: bigint | null;
};

type Quoted = Result<Quote, QuoteRefusal>;

/** Tokens carry tenths of a kWh. */
const stepWh = 100n;

/** Under a version as if it held on that day, whatever its own days are. */
const onAnyDay = (tariff: Tariff, date: string): Tariff => ({
  ...tariff,
  effectiveFrom: date < tariff.effectiveFrom ? date : tariff.effectiveFrom,
  effectiveTo: null,
});

export function tryPurchase(tariff: Tariff, trial: Trial): Quoted {
  const { date, parameters, boughtWh, amountMinor } = trial;
  const held = onAnyDay(tariff, date);
  const facts = boughtWh === 0n ? {} : { monthToDateKwh: { n: boughtWh, d: 1000n } };
  return quotePurchase(held, {
    ...{ amountMinor, parameters, at: { date }, debts: [], protection: 'none' },
    position: describePosition(held, { facts, date, parameters }),
    floorToEncodableWh: (energyWh) => energyWh - (energyWh % stepWh),
  });
}

/** What a home pays that buys a whole month's energy at once; null where it cannot be bought. */
export function costOfMonth(
  tariff: Tariff,
  { date, parameters, energyWh }: Omit<Trial, 'amountMinor' | 'boughtWh'> & { energyWh: bigint },
): bigint | null {
  const quote = quoteEnergy(onAnyDay(tariff, date), {
    ...{ energyWh, parameters, at: { date }, debts: [], protection: 'none' },
    position: startPosition(),
  });
  return quote.ok ? quote.value.paidMinor : null;
}

/** Lines of both receipts, those of the new one first, each once. */
export function rowsOf(before: Quoted | null, after: Quoted | null): readonly Row[] {
  const sums = [after, before].map((quoted) => {
    const found = new Map<string, { label: string; minor: bigint }>();
    if (quoted?.ok !== true) return found;
    for (const { code, label, amountMinor } of quoted.value.lines) {
      const key = `${code} ${label}`;
      found.set(key, { label, minor: (found.get(key)?.minor ?? 0n) + amountMinor });
    }
    return found;
  });
  const [news = new Map(), olds = new Map()] = sums;
  const keys = [...new Set<string>([...news.keys(), ...olds.keys()])];
  return keys.map((key) => ({
    key,
    label: (news.get(key) ?? olds.get(key))?.label ?? key,
    beforeMinor: olds.get(key)?.minor ?? null,
    afterMinor: news.get(key)?.minor ?? null,
  }));
}

export type ExampleState = {
  readonly index: number;
  readonly id: string;
  readonly misses: readonly string[];
  readonly gate: boolean;
};

export const examplesOf = (tariff: Tariff): readonly ExampleState[] =>
  runExamples(tariff).map(({ id, misses, gate }, index) => ({ index, id, misses, gate }));

/** The document with its examples that do not hold filled with what it gives now. */
export const withFilledExamples = (document: Json, tariff: Tariff): Json =>
  examplesOf(tariff)
    .filter(({ misses, gate }) => gate && misses.length > 0)
    .reduce((at, { index }) => {
      const expected = refilledExample(tariff, index);
      return expected === null
        ? at
        : withValue(at, ['examples', index, 'expect'], expected as unknown as Json);
    }, document);
