// What energy costs at this moment, without fixed charges, which fall due whether it is used or
// not.

import { divideFloor, zonedAt } from '@prewatt/quantities';
import {
  positionFromJson,
  type RatedUsage,
  rateUsage,
  type TariffPosition,
  type UsageLine,
} from '@prewatt/tariff';
import type { Tx } from '../../base/database.ts';
import type { Tariffs } from '../../money/tariffs/index.ts';
import type { Connection } from '../../registry/connections/index.ts';
import type { Utility } from '../../registry/utilities/index.ts';

export type EnergyCost = {
  readonly energyMinor: bigint;
  readonly taxMinor: bigint;
  readonly totalMinor: bigint;
};

export type CostQuestion = {
  readonly utility: Utility;
  readonly connection: Connection;
  readonly energyWh: bigint;
  readonly nowMs: number;
  /** The connection's own when left out. */
  readonly position?: TariffPosition;
};

/** Null when the tariff in force has no price for it. */
export async function costOf(
  tx: Tx,
  deps: { readonly tariffs: Pick<Tariffs, 'inForce'> },
  o: CostQuestion,
): Promise<EnergyCost | null> {
  const { connection } = o;
  const local = zonedAt(o.nowMs, o.utility.zone);
  const date = local.toPlainDate().toString();
  const time = local.toPlainTime().toString().slice(0, 5);
  const tariff = (await deps.tariffs.inForce(tx, [connection]))(connection, date);
  const stored = positionFromJson(connection.tariffPosition);
  const position = o.position ?? (stored.ok ? stored.value : null);
  if (tariff === null || position === null) return null;
  const rate = (energyWh: bigint) =>
    rateUsage(tariff.tariff, {
      intervals: [{ at: { date, time }, energyWh }],
      position,
      parameters: tariff.parameters,
    });
  const [used, idle] = [rate(o.energyWh), rate(0n)];
  if (!used.ok || !idle.ok) return null;
  // Whole minor units of all of it; what falls due without use, fees too, is the same in both.
  const micro = used.value.exactMicroMinor - idle.value.exactMicroMinor;
  const fees = sumOf(used.value, 'fee') - sumOf(idle.value, 'fee');
  const totalMinor = divideFloor(micro, microPerMinor) - fees;
  const taxMinor = sumOf(used.value, 'tax') - sumOf(idle.value, 'tax');
  return { energyMinor: totalMinor - taxMinor, taxMinor, totalMinor };
}

const microPerMinor = 1_000_000n;

const sumOf = (rated: RatedUsage, kind: UsageLine['kind']): bigint =>
  rated.lines.reduce((sum, line) => (line.kind === kind ? sum + line.amountMinor : sum), 0n);
