// What an offer does with what is owed: the part of a token that the meter takes for use from the
// time supply was kept on, and where a payment leaves a wallet that owes.

import type { QuoteView } from '@prewatt/api';
import { floorEnergyOf, recoverOwed } from '@prewatt/protection';
import { energyInMoney } from '@prewatt/vending-rules';
import { z } from 'zod';
import type { Tx } from '../../base/database.ts';
import type { Connection } from '../../registry/connections/index.ts';
import type { Utility } from '../../registry/utilities/index.ts';
import { leastToBeOn, loadWallet } from '../../workflows/wallet/index.ts';

type Asked = {
  readonly connection: Connection;
  readonly utility: Utility;
  readonly energyWh: bigint;
  readonly creditMinor: bigint | null;
};
type Recovered = Pick<QuoteView, 'recoveredEnergyWh' | 'recoveredMinor'>;

const inMoney = z.object({
  money: z.object({ owedMicroMinor: z.string(), perKwhMicroMinor: z.string() }),
});
const microPerMinor = 1_000_000n;

/** By the rules that the meter holds too, and what it said last. */
export async function recoveredOf(tx: Tx, o: Asked): Promise<Recovered> {
  const nothing = { recoveredEnergyWh: '0', recoveredMinor: '0' };
  if (o.connection.creditMode === 'wallet') return nothing;
  const state = await tx
    .selectFrom('meter_states')
    .select(['owed_energy_wh', 'report'])
    .where('bucket', '=', o.connection.bucket)
    .where('meter_id', '=', o.connection.meter.meterId)
    .executeTakeFirst();
  const rules = o.utility.protectionRules;
  if (o.creditMinor === null) {
    const milliWh = recoverOwed(rules, {
      owedMilliWh: Number(state?.owed_energy_wh ?? 0n) * 1000,
      creditedMilliWh: Number(o.energyWh) * 1000,
    });
    return { ...nothing, recoveredEnergyWh: String(Math.floor(milliWh / 1000)) };
  }
  const report = inMoney.safeParse(state?.report);
  if (!report.success) return nothing;
  const { owedMicroMinor, perKwhMicroMinor } = report.data.money;
  const floor = energyInMoney(floorEnergyOf(rules), BigInt(perKwhMicroMinor));
  const parts = [
    BigInt(owedMicroMinor) / microPerMinor,
    (o.creditMinor * BigInt(rules.debt.maximumSharePercent)) / 100n,
    o.creditMinor - floor,
  ];
  const least = parts.reduce((a, b) => (b < a ? b : a));
  return { ...nothing, recoveredMinor: (least < 0n ? 0n : least).toString() };
}

/** Null for what is no wallet, or owes nothing. */
export async function owingOf(
  tx: Tx,
  o: {
    readonly connection: Connection;
    readonly utility: Utility;
    readonly balanceMinor: bigint;
    readonly amountMinor: bigint;
    /** What goes to arrears. */
    readonly arrearsMinor: bigint;
  },
): Promise<QuoteView['owing']> {
  const { balanceMinor, connection } = o;
  if (connection.creditMode !== 'wallet') return null;
  const leastMinor = leastToBeOn(balanceMinor, o.utility);
  if (leastMinor === null) return null;
  const wallet = await loadWallet(tx, connection);
  return {
    balanceAfterMinor: (balanceMinor + o.amountMinor - o.arrearsMinor).toString(),
    isOff: wallet?.supply === 'off',
    leastMinor: leastMinor.toString(),
  };
}
