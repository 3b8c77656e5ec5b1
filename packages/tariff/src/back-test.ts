// A tariff change tried on the past: each connection's purchases again under the old and the new
// document, for the same energy and for the same money, so that who pays more and who less is known
// before the change goes live.

import type { Result } from '@prewatt/quantities';
import type { Tariff } from './document.ts';
import { startPosition, type TariffPosition } from './position.ts';
import { quoteEnergy, quotePurchase } from './quote.ts';
import type { Quote, QuoteRefusal } from './quote-types.ts';

export type PastPurchase = {
  /** Civil date and time in the utility's zone. */
  readonly date: string;
  readonly time?: string;
  readonly energyWh: bigint;
  /** Paid for the energy with its fees and taxes; debt and what stayed prepaid left out. */
  readonly spentMinor?: bigint;
};

export type PastPurchases = {
  /** Any label the caller groups by: a connection, an income band. */
  readonly id: string;
  readonly parameters?: Readonly<Record<string, string>>;
  /** Under the new document; the same when left out. */
  readonly parametersAfter?: Readonly<Record<string, string>>;
  /** In order of date. */
  readonly purchases: readonly PastPurchase[];
};

export type BackTestRow = {
  readonly id: string;
  /** The same energy, and what it costs under both. */
  readonly energyWh: bigint;
  readonly beforeMinor: bigint;
  readonly afterMinor: bigint;
  /** The same money, and what it buys under both; purchases without `spentMinor` left out. */
  readonly spentMinor: bigint;
  readonly energyBeforeWh: bigint;
  readonly energyAfterWh: bigint;
  /**
   * Purchases that one of the two documents refuses, by the refusal's code; left out of the sums.
   */
  readonly refused: Readonly<Record<string, number>>;
};

export type BackTest = {
  readonly rows: readonly BackTestRow[];
  readonly payMore: number;
  readonly payLess: number;
  readonly paySame: number;
  readonly beforeMinor: bigint;
  readonly afterMinor: bigint;
};

/** Both documents are taken as in force on every day. Money in minor units, debt left out. */
export function backTest(
  before: Tariff,
  after: Tariff,
  histories: readonly PastPurchases[],
): BackTest {
  const rows = histories.map((history) => replay(always(before), always(after), history));
  const changed = rows.map((row) => row.afterMinor - row.beforeMinor);
  const sum = (values: readonly bigint[]) => values.reduce((total, value) => total + value, 0n);
  return {
    rows,
    payMore: changed.filter((change) => change > 0n).length,
    payLess: changed.filter((change) => change < 0n).length,
    paySame: changed.filter((change) => change === 0n).length,
    beforeMinor: sum(rows.map((row) => row.beforeMinor)),
    afterMinor: sum(rows.map((row) => row.afterMinor)),
  };
}

function always(tariff: Tariff): Tariff {
  return { ...tariff, effectiveFrom: '0001-01-01', effectiveTo: null };
}

function replay(before: Tariff, after: Tariff, history: PastPurchases): BackTestRow {
  const energy = createWalk(before, after, history, sameEnergy);
  const money = createWalk(before, after, history, sameMoney);
  let energyWh = 0n;
  let spentMinor = 0n;
  for (const purchase of history.purchases) {
    if (energy.step(purchase)) energyWh += purchase.energyWh;
    if (purchase.spentMinor === undefined || purchase.spentMinor <= 0n) continue;
    if (money.step(purchase)) spentMinor += purchase.spentMinor;
  }
  return {
    id: history.id,
    energyWh,
    beforeMinor: energy.sums.before.paidMinor,
    afterMinor: energy.sums.after.paidMinor,
    spentMinor,
    energyBeforeWh: money.sums.before.energyWh,
    energyAfterWh: money.sums.after.energyWh,
    // What the money buys may be refused too ("amount-too-small"); it is the same purchase, so it
    // is counted once, by what its energy says.
    refused: energy.refused,
  };
}

type Pricing = (
  tariff: Tariff,
  o: { purchase: PastPurchase; position: TariffPosition; parameters: Record<string, string> },
) => Result<Quote, QuoteRefusal>;

const momentOf = ({ date, time }: PastPurchase) => ({ date, ...(time !== undefined && { time }) });

const sameEnergy: Pricing = (tariff, { purchase, position, parameters }) =>
  quoteEnergy(tariff, {
    energyWh: purchase.energyWh,
    at: momentOf(purchase),
    debts: [],
    protection: 'none',
    position,
    parameters,
  });

const sameMoney: Pricing = (tariff, { purchase, position, parameters }) =>
  quotePurchase(tariff, {
    amountMinor: purchase.spentMinor ?? 0n,
    at: momentOf(purchase),
    debts: [],
    protection: 'none',
    floorToEncodableWh: (energyWh) => energyWh,
    position,
    parameters,
  });

/** One connection's purchases under both documents, each with its own position carried on. */
function createWalk(before: Tariff, after: Tariff, history: PastPurchases, pricing: Pricing) {
  const parameters = { ...history.parameters };
  const parametersAfter = { ...(history.parametersAfter ?? parameters) };
  const positions = { before: startPosition(), after: startPosition() };
  const sums = {
    before: { paidMinor: 0n, energyWh: 0n },
    after: { paidMinor: 0n, energyWh: 0n },
  };
  const refused: Record<string, number> = {};
  return {
    sums,
    refused,
    /** False when one of the two refuses: then neither counts nor moves on. */
    step: (purchase: PastPurchase): boolean => {
      const old = pricing(before, { purchase, position: positions.before, parameters });
      const now = pricing(after, {
        purchase,
        position: positions.after,
        parameters: parametersAfter,
      });
      if (!old.ok || !now.ok) {
        const code = !old.ok ? old.error.code : now.ok ? '' : now.error.code;
        refused[code] = (refused[code] ?? 0) + 1;
        return false;
      }
      positions.before = old.value.positionAfter;
      positions.after = now.value.positionAfter;
      add(sums.before, old.value);
      add(sums.after, now.value);
      return true;
    },
  };
}

function add(sum: { paidMinor: bigint; energyWh: bigint }, quote: Quote): void {
  sum.paidMinor += quote.paidMinor;
  sum.energyWh += quote.energyWh;
}
