// What a wallet's money still buys at the present price.

import type { Tx } from '../../base/database.ts';
import type { Tariffs } from '../../money/tariffs/index.ts';
import type { Connection } from '../../registry/connections/index.ts';
import type { Utility } from '../../registry/utilities/index.ts';
import { costOf } from './cost.ts';
import { balanceOf } from './store.ts';

export type MoneyLeft = {
  /** Below zero it is owed. */
  readonly balanceMinor: bigint;
  /** What it buys, and what is owed below zero; null without a price. */
  readonly energyWh: bigint | null;
  readonly owedEnergyWh: bigint | null;
};

/** The price is that of ten kWh, so that rounding to minor units does not show. */
const sampleWh = 10_000n;

export async function moneyLeftOf(
  tx: Tx,
  deps: { readonly tariffs: Pick<Tariffs, 'inForce'> },
  o: {
    readonly utility: Utility;
    readonly connection: Connection;
    readonly nowMs: number;
    /** Another one than there is now. */
    readonly balanceMinor?: bigint;
  },
): Promise<MoneyLeft> {
  const balanceMinor = o.balanceMinor ?? (await balanceOf(tx, o.connection));
  const cost = await costOf(tx, deps, { ...o, energyWh: sampleWh });
  const costMinor = cost?.totalMinor ?? 0n;
  if (costMinor <= 0n) return { balanceMinor, energyWh: null, owedEnergyWh: null };
  const worth = (minor: bigint): bigint => (minor <= 0n ? 0n : (minor * sampleWh) / costMinor);
  return { balanceMinor, energyWh: worth(balanceMinor), owedEnergyWh: worth(-balanceMinor) };
}
