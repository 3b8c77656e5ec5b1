// A tariff change tried on the past: each connection's purchases again under the old and the new
// document, for the same energy, so that who pays more and who less is known before the change goes
// live.

import type { Tariff } from './document.ts';
import { startPosition } from './position.ts';
import { quoteEnergy } from './quote.ts';

export type PastPurchases = {
  /** Any label the caller groups by: a connection, an income band. */
  readonly id: string;
  readonly parameters?: Readonly<Record<string, string>>;
  /** In order of date. */
  readonly purchases: readonly { readonly date: string; readonly energyWh: bigint }[];
};

export type BackTestRow = {
  readonly id: string;
  readonly energyWh: bigint;
  readonly beforeMinor: bigint;
  readonly afterMinor: bigint;
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
  let [positionBefore, positionAfter] = [startPosition(), startPosition()];
  let [beforeMinor, afterMinor, energyWh] = [0n, 0n, 0n];
  const refused: Record<string, number> = {};
  for (const purchase of history.purchases) {
    const options = {
      energyWh: purchase.energyWh,
      at: { date: purchase.date },
      debts: [],
      protection: 'none',
      ...(history.parameters && { parameters: history.parameters }),
    } as const;
    const old = quoteEnergy(before, { ...options, position: positionBefore });
    const now = quoteEnergy(after, { ...options, position: positionAfter });
    if (!old.ok || !now.ok) {
      const code = !old.ok ? old.error.code : now.ok ? '' : now.error.code;
      refused[code] = (refused[code] ?? 0) + 1;
      continue;
    }
    positionBefore = old.value.positionAfter;
    positionAfter = now.value.positionAfter;
    beforeMinor += old.value.paidMinor;
    afterMinor += now.value.paidMinor;
    energyWh += purchase.energyWh;
  }
  return { id: history.id, energyWh, beforeMinor, afterMinor, refused };
}
