// How long a wallet's money will last: what it buys at the present price, and the home's own
// forecast of when that is used up.

import type { Forecast } from '@prewatt/protection';
import type { Connection } from '../connections/index.ts';
import type { Tx } from '../platform/database.ts';
import { forecastOf } from '../readings/index.ts';
import type { Tariffs } from '../tariffs/index.ts';
import type { Utility } from '../utilities/index.ts';
import { costOf } from './cost.ts';
import { balanceOf } from './store.ts';

export type MoneyLeft = {
  /** Below zero it is owed. */
  readonly balanceMinor: bigint;
  /** What it buys at the present price; null without a price. */
  readonly energyWh: bigint | null;
  readonly forecast: Forecast | null;
};

/** The price is that of ten kWh, so that rounding to minor units does not show. */
const sampleWh = 10_000n;

export async function moneyLeftOf(
  tx: Tx,
  deps: { readonly tariffs: Pick<Tariffs, 'inForce'> },
  o: { readonly utility: Utility; readonly connection: Connection; readonly nowMs: number },
): Promise<MoneyLeft> {
  const { connection, utility, nowMs } = o;
  const balanceMinor = await balanceOf(tx, connection);
  const cost = await costOf(tx, deps, { ...o, energyWh: sampleWh });
  const costMinor = cost?.totalMinor ?? 0n;
  if (costMinor <= 0n) return { balanceMinor, energyWh: null, forecast: null };
  const energyWh = balanceMinor <= 0n ? 0n : (balanceMinor * sampleWh) / costMinor;
  const place = { ...connection, meterId: connection.meter.meterId };
  const forecast = await forecastOf(tx, place, {
    availableEnergyWh: energyWh,
    nowMs,
    zone: utility.zone,
  });
  return { balanceMinor, energyWh, forecast };
}
