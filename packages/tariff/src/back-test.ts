// A tariff change tried on the past: each connection's purchases again under the old and the new
// document, for the same energy and for the same money, and its measured use where no purchase
// tells it, so that who pays more and who less is known before the change goes live.

import type { Result } from '@prewatt/quantities';
import type { CivilMoment } from './conditions.ts';
import type { Tariff } from './document.ts';
import { startPosition, type TariffPosition } from './position.ts';
import { quoteEnergy, quotePurchase } from './quote.ts';
import type { Quote, QuoteRefusal } from './quote-types.ts';
import { rateUsage, type UsageInterval } from './usage.ts';

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
  /**
   * Use that was paid as it was used, in order of time: of a wallet, or of a meter that counts
   * money. None of it was bought by the purchases.
   */
  readonly use?: readonly UsageInterval[];
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
  for (const event of eventsOf(history)) {
    if ('use' in event) {
      energyWh += energy.use(event.use);
      continue;
    }
    const { purchase } = event;
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

type Event =
  | { readonly purchase: PastPurchase }
  /** Between two purchases. */
  | { readonly use: readonly UsageInterval[] };

/** Purchases in their order, and the use before, between and after them. */
function eventsOf({ purchases, use = [] }: PastPurchases): Event[] {
  const momentText = ({ date, time = '00:00' }: CivilMoment) => `${date} ${time}`;
  let at = 0;
  const useUntil = (moment: string | null): Event[] => {
    const first = at;
    for (; at < use.length; at += 1) {
      const interval = use[at];
      if (moment !== null && interval !== undefined && momentText(interval.at) >= moment) break;
    }
    return at === first ? [] : [{ use: use.slice(first, at) }];
  };
  const before = purchases.flatMap((purchase): Event[] => [
    ...useUntil(momentText(purchase)),
    { purchase },
  ]);
  return [...before, ...useUntil(null)];
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
  const refuse = (...codes: readonly (string | null)[]) => {
    const code = codes.find((each) => each !== null) ?? '';
    refused[code] = (refused[code] ?? 0) + 1;
  };
  return {
    sums,
    refused,
    /** Energy of use that counts; 0 when one of the two refuses to price it. */
    use: (intervals: readonly UsageInterval[]): bigint => {
      const old = rateUsage(before, { intervals, position: positions.before, parameters });
      const now = rateUsage(after, {
        ...{ intervals, position: positions.after, parameters: parametersAfter },
      });
      if (!old.ok || !now.ok) {
        refuse(old.ok ? null : old.error.code, now.ok ? null : now.error.code);
        return 0n;
      }
      positions.before = old.value.positionAfter;
      positions.after = now.value.positionAfter;
      sums.before.paidMinor += old.value.chargedMinor;
      sums.after.paidMinor += now.value.chargedMinor;
      return old.value.energyWh;
    },
    /** False when one of the two refuses: then neither counts nor moves on. */
    step: (purchase: PastPurchase): boolean => {
      const old = pricing(before, { purchase, position: positions.before, parameters });
      const now = pricing(after, {
        purchase,
        position: positions.after,
        parameters: parametersAfter,
      });
      if (!old.ok || !now.ok) {
        refuse(old.ok ? null : old.error.code, now.ok ? null : now.error.code);
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
