// What a wallet's money still buys at the present price.

import type { Connection } from '../connections/index.ts';
import type { Tx } from '../platform/database.ts';
import type { Tariffs } from '../tariffs/index.ts';
import type { Utility } from '../utilities/index.ts';
import { costOf } from './cost.ts';
import { balanceOf } from './store.ts';

export type MoneyLeft = {
  /** Below zero it is owed. */
  readonly balanceMinor: bigint;
  /** Null without a price. */
  readonly energyWh: bigint | null;
};

/** The price is that of ten kWh, so that rounding to minor units does not show. */
const sampleWh = 10_000n;

export async function moneyLeftOf(
  tx: Tx,
  deps: { readonly tariffs: Pick<Tariffs, 'inForce'> },
  o: { readonly utility: Utility; readonly connection: Connection; readonly nowMs: number },
): Promise<MoneyLeft> {
  const balanceMinor = await balanceOf(tx, o.connection);
  const cost = await costOf(tx, deps, { ...o, energyWh: sampleWh });
  const costMinor = cost?.totalMinor ?? 0n;
  if (costMinor <= 0n) return { balanceMinor, energyWh: null };
  return {
    balanceMinor,
    energyWh: balanceMinor <= 0n ? 0n : (balanceMinor * sampleWh) / costMinor,
  };
}
