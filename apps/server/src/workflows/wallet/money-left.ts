// What a wallet's money still buys at the present price, and what turns supply on again.

import { minuteMs } from '@prewatt/quantities';
import { sql } from 'kysely';

import type { Tx } from '../../base/database.ts';
import { newestReading } from '../../metering/readings/index.ts';
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

/** What a meter says of its power is believed for so long. */
const powerForMs = 60 * minuteMs;
/** Until an order to open has reached it. */
const orderTakesMs = minuteMs;

/**
 * What was used since use was charged last, and costs as soon as the next reading comes: by the
 * register that the meter has said since, and after that by its power.
 */
export async function notChargedMinor(
  tx: Tx,
  deps: { readonly tariffs: Pick<Tariffs, 'inForce'> },
  o: { readonly utility: Utility; readonly connection: Connection; readonly nowMs: number },
): Promise<bigint> {
  const { bucket, meter } = o.connection;
  const charged = await newestReading(tx, { bucket, meterId: meter.meterId });
  const state = await tx
    .selectFrom('meter_states')
    .select(['import_energy_wh', 'captured_at', 'power_w'])
    .select(sql<boolean>`load_switch = 'connected'`.as('is_on'))
    .where('bucket', '=', bucket)
    .where('meter_id', '=', meter.meterId)
    .executeTakeFirst();
  if (charged === null || state === undefined) return 0n;
  const isNewer = state.captured_at > charged.readAtMs;
  const byRegister = isNewer ? state.import_energy_wh - charged.valueWh : 0n;
  const sinceMs = o.nowMs - Math.max(state.captured_at, charged.readAtMs);
  const lastedMs = Math.min(Math.max(0, sinceMs), powerForMs) + orderTakesMs;
  const byPower = state.is_on ? (BigInt(state.power_w) * BigInt(Math.round(lastedMs))) / hour : 0n;
  const energyWh = byRegister + byPower;
  if (energyWh <= 0n) return 0n;
  const cost = await costOf(tx, deps, { ...o, energyWh });
  // What is charged by the hundredth part of a step is rounded at last.
  return cost === null ? 0n : cost.totalMinor + 1n;
}
const hour = BigInt(60 * minuteMs);

/**
 * The least payment that brings a balance above zero, so that supply is on again; null for one that
 * is above it.
 */
export function leastToBeOn(
  balanceMinor: bigint,
  { minimumPurchaseMinor }: Pick<Utility, 'minimumPurchaseMinor'>,
): bigint | null {
  if (balanceMinor > 0n) return null;
  const leastMinor = 1n - balanceMinor;
  return leastMinor > minimumPurchaseMinor ? leastMinor : minimumPurchaseMinor;
}
