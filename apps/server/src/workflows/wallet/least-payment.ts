// What has to be paid for a wallet's supply to be on: one round sum for texts, pages, offers and
// receipts. It has in it what was used and is not charged yet, and what is used until a payment
// arrives, so that whoever pays it has supply.

import { minuteMs } from '@prewatt/quantities';
import type { Tx } from '../../base/database.ts';
import type { Tariffs } from '../../money/tariffs/index.ts';
import type { Connection } from '../../registry/connections/index.ts';
import type { Utility } from '../../registry/utilities/index.ts';
import { costOf } from './cost.ts';
import { energyAt, notCharged } from './not-charged.ts';
import { roundSumFrom, stepOf } from './round-sum.ts';
import { balanceOf, loadWallet } from './store.ts';

/** At least, until an order to open has reached the meter. */
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
  const chargedUntilMs = wallet?.ratedUntilMs ?? o.nowMs;
  const until = isOff ? 'order' : 'payment';
  const usedMinor = await notChargedMinor(tx, deps, { ...o, chargedUntilMs, until });
  const neededMinor = 1n - balanceMinor + usedMinor;
  const leastMinor = sumToSay(neededMinor, wallet?.toldLeastMinor ?? null, o.utility);
  return { neededMinor, leastMinor };
}

export type OwingAfter = {
  readonly owedMinor: bigint;
  readonly isOff: boolean;
  /** Null where nothing ends supply, as of a home that is marked. */
  readonly leastMinor: bigint | null;
  readonly anHour: AnHour | null;
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
    anHour: isNeverCut ? null : await anHourOf(tx, deps, o),
  };
}

/** Of a wallet that a payment leaves with less than an hour costs; null of one that has more. */
export async function shortAfter(
  tx: Tx,
  deps: Deps,
  o: Home & { readonly balanceMinor: bigint },
): Promise<{ readonly isShort: true; readonly anHour: AnHour } | null> {
  const anHour = o.balanceMinor > 0n ? await anHourOf(tx, deps, o) : null;
  return anHour !== null && o.balanceMinor < anHour.minor ? { isShort: true, anHour } : null;
}

/** The same of a home whose meter counts, should it become a wallet with that balance. */
export async function leastPaymentAtChange(
  tx: Tx,
  deps: Deps,
  o: Home & { readonly balanceMinor: bigint },
): Promise<bigint | null> {
  if (o.balanceMinor > 0n) return null;
  const ahead = { chargedUntilMs: null, until: 'payment' } as const;
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
  // A text holds use until supply is off, which the meter's last word then makes a little less.
  const mostMinor = leastMinor + 2n * stepOf(neededMinor) + leastMinor / 10n;
  const isStill =
    toldMinor !== null &&
    toldMinor >= neededMinor &&
    toldMinor >= minimumPurchaseMinor &&
    toldMinor <= mostMinor;
  return isStill ? toldMinor : leastMinor;
}

/** What use costs that is not charged yet, and use that goes on for a while. */
async function notChargedMinor(
  tx: Tx,
  deps: Deps,
  o: Home & {
    /** Null: a meter that counts by itself has said what its credit was by then. */
    readonly chargedUntilMs: number | null;
    readonly until: 'order' | 'payment';
  },
): Promise<bigint> {
  const found = await notCharged(tx, o);
  if (found === null) return 0n;
  // An order takes as long as the meter has been silent: it may hear it with its next word.
  const orderMs = Math.min(Math.max(found.silentMs, orderTakesMs), paymentTakesMs);
  const aheadMs = o.until === 'order' ? orderMs : paymentTakesMs;
  const energyWh = found.usedWh + energyAt(found.powerW, aheadMs);
  if (energyWh <= 0n) return 0n;
  const cost = await costOf(tx, deps, { ...o, energyWh });
  // What is charged by the hundredth part of a step is rounded at last.
  return cost === null ? 0n : cost.totalMinor + 1n;
}

/** What an hour at one power costs. */
export type AnHour = { readonly powerW: bigint; readonly minor: bigint };

/** Null where the meter has not said it within the hour. */
export async function presentPowerW(tx: Tx, o: Omit<Home, 'utility'>): Promise<bigint | null> {
  const found = await notCharged(tx, { ...o, chargedUntilMs: null });
  return found?.isPresent === true ? found.powerW : null;
}

/** Less is no news beside a sum to pay. */
const leastPowerW = 200n;

/**
 * As power is now or, in a wallet whose supply is off, was before the cut: a sum that turns supply
 * on says nothing of how long it lasts. Null where nobody knows, and of little power.
 */
export async function anHourOf(tx: Tx, deps: Deps, o: Home): Promise<AnHour | null> {
  const wallet = await loadWallet(tx, o.connection);
  const powerW = wallet?.supply === 'off' ? wallet.cutPowerW : await presentPowerW(tx, o);
  if (powerW === null || powerW < leastPowerW) return null;
  const cost = await costOf(tx, deps, { ...o, energyWh: powerW });
  return cost === null || cost.totalMinor <= 0n ? null : { powerW, minor: cost.totalMinor };
}
