// What a kilowatt-hour costs on a meter that counts money, at this moment: the price at which
// energy is converted to money there, and money to energy.

import { zonedAt } from '@prewatt/quantities';
import { type MoneyMeter, perKwhOnMeter } from '@prewatt/vending-rules';
import type { Tx } from '../../base/database.ts';
import type { Clocks } from '../../base/time.ts';
import type { Connection } from '../../registry/connections/index.ts';
import type { Utility } from '../../registry/utilities/index.ts';
import type { Tariffs } from '../tariffs/index.ts';

/**
 * Millionths of a minor unit: as the meter says, within the tariff's own prices; without a meter
 * that says anything, the month's first paid kilowatt-hour. Null when the tariff has no price.
 */
export async function priceOnMeter(
  tx: Tx,
  deps: { readonly tariffs: Pick<Tariffs, 'inForce'>; readonly clocks: Clocks },
  o: {
    readonly connection: Connection;
    readonly utility: Pick<Utility, 'zone'>;
    readonly meter: MoneyMeter | null;
  },
): Promise<bigint | null> {
  const local = zonedAt(deps.clocks.business.nowMs(), o.utility.zone);
  const date = local.toPlainDate().toString();
  const time = local.toPlainTime().toString().slice(0, 5);
  const inForce = (await deps.tariffs.inForce(tx, [o.connection]))(o.connection, date);
  if (inForce === null) return null;
  return perKwhOnMeter({ inForce, at: { date, time } }, o.meter?.perKwhMicroMinor ?? null);
}
