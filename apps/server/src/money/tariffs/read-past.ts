// The past of many homes for a back-test: their sales of energy, and their measured use where none
// tells it.

import type { Tariff, UsageInterval } from '@prewatt/tariff';
import type { Tx } from '../../base/database.ts';
import type { Utility } from '../../registry/utilities/index.ts';
import { type PastSale, selectSales } from './back-test-store.ts';
import {
  createRuns,
  type RunsOf,
  type UseOf,
  useOf,
  useWindows,
  type WalletTimes,
} from './past-use.ts';

/** What a home bought, and what it used without buying it before. */
export type PastOfHome = {
  readonly sales: readonly PastSale[];
  /** In order of time. */
  readonly use: readonly UsageInterval[];
  /** Null where purchases tell all. */
  readonly useOf: UseOf | null;
};

type Home = { readonly bucket: number; readonly connectionId: string };

export async function readPast<T extends Home>(
  tx: Tx,
  homes: readonly T[],
  o: {
    readonly utility: Pick<Utility, 'id' | 'zone'>;
    readonly fromAtMs: number;
    readonly toAtMs: number;
    readonly walletTimes: WalletTimes;
    /** The two that a home is priced under; null: it is not. */
    readonly tariffsOf: (home: T) => readonly [Tariff | null, Tariff | null];
  },
): Promise<(home: Home) => PastOfHome> {
  const sales = Map.groupBy(
    await selectSales(tx, { ...o, connections: homes }),
    (sale) => sale.connectionId,
  );
  const windows = await useWindows(tx, homes, o);
  const runsFor = createRunsOfPairs();
  const used = new Map<string, Pick<PastOfHome, 'use' | 'useOf'>>();
  for (const home of homes) {
    const own = windows.get(home.connectionId) ?? [];
    const [before, after] = o.tariffsOf(home);
    if (own.length === 0 || before === null || after === null) continue;
    const { id: utilityId, zone } = o.utility;
    const use = await useOf(tx, own, { utilityId, zone, runsOf: runsFor(before, after) });
    if (use !== null) used.set(home.connectionId, { use, useOf: own.at(-1)?.kind ?? null });
  }
  return ({ connectionId }) => ({
    sales: sales.get(connectionId) ?? [],
    ...(used.get(connectionId) ?? { use: [], useOf: null }),
  });
}

/** Homes under the same two tariffs share the days that were looked at. */
function createRunsOfPairs(): (before: Tariff, after: Tariff) => RunsOf {
  const known = new Map<Tariff, Map<Tariff, RunsOf>>();
  return (before, after) => {
    const ofBefore = known.get(before) ?? new Map<Tariff, RunsOf>();
    known.set(before, ofBefore);
    const runs = ofBefore.get(after) ?? createRuns([before, after]);
    ofBefore.set(after, runs);
    return runs;
  };
}
