// What has to be paid for a wallet's supply to be on: one round sum for texts, pages, offers and
// receipts. It has in it what was used and is not charged yet, and what is used until a payment
// arrives, so that whoever pays it has supply.

import { minuteMs } from '@prewatt/quantities';
import { sql } from 'kysely';
import type { Tx } from '../../base/database.ts';
import { newestReading } from '../../metering/readings/index.ts';
import type { Tariffs } from '../../money/tariffs/index.ts';
import type { Connection } from '../../registry/connections/index.ts';
import type { Utility } from '../../registry/utilities/index.ts';
import { costOf } from './cost.ts';
import { roundSumFrom, stepOf } from './round-sum.ts';
import { balanceOf, loadWallet } from './store.ts';

/** What a meter says of its power is believed for so long. */
const powerForMs = 60 * minuteMs;
/** Until an order to open has reached the meter. */
const orderTakesMs = minuteMs;
/** Until whoever reads what to pay has paid. */
const paymentTakesMs = 30 * minuteMs;

type Deps = { readonly tariffs: Pick<Tariffs, 'inForce'> };
type Home = {
  readonly utility: Utility;
  readonly connection: Connection;
  readonly nowMs: number;
};

type Asked = Home & {
  /** Another one than there is now: after a payment. */
  readonly balanceMinor?: bigint;
  /** As it is decided just now; as it was decided last when left out. */
  readonly isOff?: boolean;
};

/** Null while there is money. */
export async function leastPayment(tx: Tx, deps: Deps, o: Asked): Promise<bigint | null> {
  return (await paymentsToBeOn(tx, deps, o))?.leastMinor ?? null;
}

/** With the sum, to the minor unit, below which supply is not on; null while there is money. */
export async function paymentsToBeOn(
  tx: Tx,
  deps: Deps,
  o: Asked,
): Promise<{ readonly neededMinor: bigint; readonly leastMinor: bigint } | null> {
  const balanceMinor = o.balanceMinor ?? (await balanceOf(tx, o.connection));
  if (balanceMinor > 0n) return null;
  const wallet = await loadWallet(tx, o.connection);
  const isOff = o.isOff ?? wallet?.supply === 'off';
  const aheadMs = isOff ? orderTakesMs : paymentTakesMs;
  const usedMinor = await notChargedMinor(tx, deps, { ...o, since: 'charged', aheadMs });
  const neededMinor = 1n - balanceMinor + usedMinor;
  const leastMinor = sumToSay(neededMinor, wallet?.toldLeastMinor ?? null, o.utility);
  return { neededMinor, leastMinor };
}

export type OwingAfter = {
  readonly owedMinor: bigint;
  readonly isOff: boolean;
  /** Null where nothing ends supply, as of a home that is marked. */
  readonly leastMinor: bigint | null;
};

/** Of a wallet that a payment leaves, or has left, without money; null of one that has some. */
export async function owingAfter(
  tx: Tx,
  deps: Deps,
  o: Home & { readonly balanceMinor: bigint },
): Promise<OwingAfter | null> {
  const needed = await paymentsToBeOn(tx, deps, o);
  if (needed === null) return null;
  const wallet = await loadWallet(tx, o.connection);
  const isNeverCut = wallet?.supply === 'protected' && wallet.promisedUntilMs === null;
  return {
    owedMinor: -o.balanceMinor,
    isOff: wallet?.supply === 'off',
    leastMinor: isNeverCut ? null : needed.leastMinor,
  };
}

/** The same of a home whose meter counts, should it become a wallet with that balance. */
export async function leastPaymentAtChange(
  tx: Tx,
  deps: Deps,
  o: Home & { readonly balanceMinor: bigint },
): Promise<bigint | null> {
  if (o.balanceMinor > 0n) return null;
  const ahead = { since: 'said', aheadMs: paymentTakesMs } as const;
  const usedMinor = await notChargedMinor(tx, deps, { ...o, ...ahead });
  return sumToSay(1n - o.balanceMinor + usedMinor, null, o.utility);
}

/** What was said stays while it is enough and not much too much: all say one sum. */
function sumToSay(
  neededMinor: bigint,
  toldMinor: bigint | null,
  { minimumPurchaseMinor }: Pick<Utility, 'minimumPurchaseMinor'>,
): bigint {
  const roundMinor = roundSumFrom(neededMinor);
  const leastMinor = roundMinor > minimumPurchaseMinor ? roundMinor : minimumPurchaseMinor;
  const mostMinor = leastMinor + 2n * stepOf(neededMinor);
  const isStill =
    toldMinor !== null &&
    toldMinor >= neededMinor &&
    toldMinor >= minimumPurchaseMinor &&
    toldMinor <= mostMinor;
  return isStill ? toldMinor : leastMinor;
}

/**
 * What was used since use was charged last, and costs as soon as the next reading comes: by the
 * register that the meter has said since, and after that by its power.
 */
async function notChargedMinor(
  tx: Tx,
  deps: Deps,
  o: Home & {
    /** A meter that counts by itself has said what its credit was by then. */
    readonly since: 'charged' | 'said';
    /** Use goes on so long from now. */
    readonly aheadMs: number;
  },
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
  if (state === undefined || (o.since === 'charged' && charged === null)) return 0n;
  const last = o.since === 'charged' ? charged : null;
  const isNewer = last !== null && state.captured_at > last.readAtMs;
  const byRegister = isNewer ? state.import_energy_wh - last.valueWh : 0n;
  const sinceMs = o.nowMs - Math.max(state.captured_at, last?.readAtMs ?? 0);
  const lastedMs = Math.min(Math.max(0, sinceMs), powerForMs) + o.aheadMs;
  const byPower = state.is_on ? (BigInt(state.power_w) * BigInt(Math.round(lastedMs))) / hour : 0n;
  const energyWh = byRegister + byPower;
  if (energyWh <= 0n) return 0n;
  const cost = await costOf(tx, deps, { ...o, energyWh });
  // What is charged by the hundredth part of a step is rounded at last.
  return cost === null ? 0n : cost.totalMinor + 1n;
}
const hour = BigInt(60 * minuteMs);
