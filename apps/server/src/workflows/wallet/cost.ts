// What energy costs at this moment, without fixed charges, which fall due whether it is used or
// not.

import { zonedAt } from '@prewatt/quantities';
import { costOfUse, positionFromJson, type TariffPosition, type UseCost } from '@prewatt/tariff';
import type { Tx } from '../../base/database.ts';
import type { Tariffs } from '../../money/tariffs/index.ts';
import type { Connection } from '../../registry/connections/index.ts';
import type { Utility } from '../../registry/utilities/index.ts';

export type EnergyCost = Pick<UseCost, 'energyMinor' | 'taxMinor' | 'totalMinor'>;

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
  const cost = costOfUse(tariff.tariff, {
    intervals: [{ at: { date, time }, energyWh: o.energyWh }],
    position,
    parameters: tariff.parameters,
  });
  return cost.ok ? cost.value : null;
}
