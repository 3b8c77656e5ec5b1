// Supply in wallet mode: on while there is money, and below zero as far as emergency credit and the
// protection rules go; off by command, and on again by the first money above zero. The meter checks
// the rules once more (law 7); what it refuses, or never answers, is decided anew.

import { emergencyCreditOf, mayDisconnect, type ProtectionRules } from '@prewatt/protection';
import { civilDateOf, minuteMs } from '@prewatt/quantities';
import type { Tx } from '../../base/database.ts';
import { notifyLive } from '../../base/live.ts';
import { type Commands, lockMeter, supplyHoldOf } from '../../metering/headend/index.ts';
import { supplyHome } from '../../metering/protection/index.ts';
import type { Tariffs } from '../../money/tariffs/index.ts';
import {
  type Connection,
  type ConnectionPlace,
  loadConnection,
} from '../../registry/connections/index.ts';
import type { Utility } from '../../registry/utilities/index.ts';
import { costOf } from './cost.ts';
import { type AnHour, anHourOf, leastPayment, presentPowerW } from './least-payment.ts';
import { moneyLeftOf } from './money-left.ts';
import {
  balanceOf,
  loadWallet,
  lockWallet,
  type Wallet,
  type WalletRef,
  type WalletSupply,
} from './store.ts';

/** While supply is not simply on, it is looked at so often, whatever else happens. */
const checkEveryMs = 5 * minuteMs;
/** A cut that has not reached the meter by then is decided anew. */
const openExpiresMs = 60 * minuteMs;
const closeExpiresMs = 72 * 60 * minuteMs;
/** Money that buys less is low; it is low no more when it buys half as much again. */
const lowWh = 5_000n;
const who = { by: 'Wallet', reasonOff: 'The balance is used up', reasonOn: 'There is money again' };

/** What a review found, for whoever tells the customer. */
export type SupplyReview = {
  readonly place: Wallet['place'];
  readonly before: WalletSupply;
  readonly after: WalletSupply;
  readonly balanceMinor: bigint;
  /** What has to be paid for supply to be on; null while there is money. */
  readonly leastMinor: bigint | null;
  /** What an hour costs, by the power of now or before the cut; null while there is money. */
  readonly anHour: AnHour | null;
  readonly promisedUntilMs: number | null;
  /** An operator holds the switch open: whatever the money says, supply is off. */
  readonly isHeld: boolean;
  /** Numbers the change, for one message a crossing. */
  readonly ordinal: number;
  /** Numbers the time since money became low. */
  readonly lowOrdinal: number;
  /** Money has just become low: what it buys, and which crossing it is. */
  readonly becameLow: { readonly energyWh: bigint } | null;
  /** What is lent in protected hours is nearly used up, or used up; null otherwise. */
  readonly lending: Lending | null;
};

export type Lending = {
  readonly owedWh: bigint;
  readonly limitWh: bigint;
  readonly isAll: boolean;
  /** Numbers the time since money became low. */
  readonly ordinal: number;
};

export type SupplyDeps = {
  readonly commands: Pick<Commands, 'switchByRule'>;
  readonly tariffs: Pick<Tariffs, 'inForce'>;
  readonly nowMs: () => number;
};

/** Looks at one wallet's supply and orders what follows; null when it is no wallet any more. */
export async function reviewSupply(
  tx: Tx,
  deps: SupplyDeps,
  o: { readonly utility: Utility; readonly ref: WalletRef },
): Promise<SupplyReview | null> {
  const at = { utilityId: o.utility.id, ...o.ref };
  const wallet = await lockMeterAndWallet(tx, at);
  const connection = await loadConnection(tx, at);
  if (wallet === null || connection === null) return null;
  const nowMs = deps.nowMs();
  if (wallet.sinceMs === null) {
    await update(tx, wallet, { check_at: null });
    return null;
  }
  const balanceMinor = await balanceOf(tx, at);
  const { supply } = wallet;
  const decided = await supplyAt(tx, deps, { ...o, connection, balanceMinor, nowMs, supply });
  const last = await lastCommand(tx, wallet);
  const hold = await supplyHoldOf(tx, at);
  const failed = hold === null && last === 'failed';
  const isOff = decided.supply === 'off';
  const wasOff = wallet.supply === 'off';
  const asksMeter = isOff !== wasOff || failed;
  const ordinal = wallet.supplyOrdinal + (decided.supply !== wallet.supply || failed ? 1 : 0);
  // While somebody holds the supply open their command stands for the wallet's own: should the
  // meter refuse it, what is decided here is ordered after all.
  const commandId = asksMeter
    ? (hold?.commandId ?? (await order(tx, deps, { wallet, isOff, ordinal, nowMs })))
    : null;
  const money = await moneyLeftOf(tx, deps, { ...o, connection, nowMs });
  const limitWh = wallet.isLow ? (lowWh * 3n) / 2n : lowWh;
  const isLow = money.energyWh === null ? wallet.isLow : money.energyWh < limitWh;
  const lowOrdinal = wallet.lowOrdinal + (isLow && !wallet.isLow ? 1 : 0);
  const saysLow = lowOrdinal !== wallet.lowOrdinal && decided.supply === 'on';
  const leastMinor = await leastPayment(tx, deps, { ...o, connection, nowMs, isOff });
  await update(tx, wallet, {
    told_least_minor: leastMinor,
    ...(isOff && !wasOff ? { cut_power_w: await presentPowerW(tx, { connection, nowMs }) } : {}),
    is_low: isLow,
    low_ordinal: lowOrdinal,
    supply: decided.supply,
    ...(decided.supply === wallet.supply ? {} : { supply_at: new Date(nowMs) }),
    promised_until: decided.untilMs === null ? null : new Date(decided.untilMs),
    supply_ordinal: ordinal,
    ...(commandId === null ? {} : { command_id: commandId }),
    // On and answered: the next rating or payment asks for the next look.
    check_at:
      decided.supply === 'on' && !asksMeter && last !== 'open' && hold === null
        ? null
        : new Date(Math.min(nowMs + checkEveryMs, decided.untilMs ?? Number.POSITIVE_INFINITY)),
  });
  if (decided.supply !== wallet.supply) await tellPages(tx, at);
  return {
    place: wallet.place,
    before: wallet.supply,
    after: decided.supply,
    balanceMinor,
    leastMinor,
    anHour: leastMinor === null ? null : await anHourOf(tx, deps, { ...o, connection, nowMs }),
    promisedUntilMs: decided.untilMs,
    isHeld: hold !== null,
    ordinal,
    lowOrdinal,
    lending: decided.lending === null ? null : { ...decided.lending, ordinal: lowOrdinal },
    becameLow: saysLow ? { energyWh: money.energyWh ?? 0n } : null,
  };
}

const tellPages = (tx: Tx, { utilityId, connectionId }: ConnectionPlace): Promise<void> =>
  notifyLive(tx, { kind: 'connection', utilityId, connectionId });

/** In the order of all who lock both. */
async function lockMeterAndWallet(tx: Tx, place: ConnectionPlace): Promise<Wallet | null> {
  const known = await loadWallet(tx, place);
  if (known === null) return null;
  await lockMeter(tx, known.place);
  return lockWallet(tx, place);
}

/**
 * An operator has let go of a supply by a command to close or to arm, which is the wallet's own
 * from now on; where there is no money, supply stays off. The caller has locked the meter.
 */
export async function supplyReleased(
  tx: Tx,
  deps: Pick<SupplyDeps, 'commands' | 'nowMs'>,
  o: { readonly place: ConnectionPlace; readonly commandId: string },
): Promise<void> {
  const wallet = await lockWallet(tx, o.place);
  if (wallet === null || wallet.sinceMs === null) return;
  const nowMs = deps.nowMs();
  const isOff = wallet.supply === 'off';
  const ordinal = wallet.supplyOrdinal + 1;
  await update(tx, wallet, {
    supply_ordinal: ordinal,
    command_id: isOff ? await order(tx, deps, { wallet, isOff, ordinal, nowMs }) : o.commandId,
    check_at: new Date(nowMs),
  });
}

/** Emergency credit of the rules, a mark as medical or vulnerable, or another rule. */
export type KeptBy = 'emergency' | 'marked' | 'rule';

type Decision = {
  readonly supply: WalletSupply;
  /** What keeps it on below zero; null where nothing does. */
  readonly keptBy: KeptBy | null;
  readonly untilMs: number | null;
  readonly lending: Omit<Lending, 'ordinal'> | null;
};

/** What becomes of supply at a balance, which may be one that is not yet there. */
export async function supplyAt(
  tx: Tx,
  deps: Pick<SupplyDeps, 'tariffs'>,
  o: {
    readonly utility: Utility;
    readonly connection: Connection;
    readonly balanceMinor: bigint;
    readonly nowMs: number;
    /** As it was decided last. */
    readonly supply: WalletSupply;
  },
): Promise<Decision> {
  const { utility, connection, balanceMinor, nowMs } = o;
  const none = { untilMs: null, lending: null };
  if (balanceMinor > 0n) return { supply: 'on', keptBy: null, ...none };
  const lentMinor = await emergencyMinor(tx, deps, o);
  if (lentMinor > 0n && balanceMinor > -lentMinor) {
    return { supply: 'emergency', keptBy: 'emergency', ...none };
  }
  const home = await supplyHome(tx, connection, civilDateOf(nowMs, utility.zone));
  // In wallet mode the ledger knows what was used beyond credit; without a price, the meter.
  const { owedEnergyWh } = await moneyLeftOf(tx, deps, o);
  const moment = {
    atMs: nowMs,
    zone: utility.zone,
    vulnerable: home.vulnerable ?? false,
    medical: home.medical ?? false,
    convertedAtMs: home.convertedAtMs,
    owedMilliWh: owedEnergyWh === null ? home.owedMilliWh : Number(owedEnergyWh) * 1000,
  };
  const answer = mayDisconnect(utility.protectionRules, moment);
  const lent = lendingOf(utility.protectionRules, moment.owedMilliWh);
  const isMarked = moment.vulnerable || moment.medical;
  const lending = isMarked || lent === null || lent.owedWh * 10n < lent.limitWh * 7n ? null : lent;
  const off = { supply: 'off', keptBy: null, untilMs: null, lending } as const;
  if (answer.allowed) return off;
  // What has ended is lent again, evening after evening, up to the rules' limit.
  const isByTheHour = !['medical', 'vulnerable', 'grace'].includes(answer.because);
  if (o.supply === 'off' && lent?.isAll === true && isByTheHour) return off;
  return {
    ...{ supply: 'protected', keptBy: isMarked ? 'marked' : 'rule', untilMs: answer.until },
    lending: isByTheHour ? lending : null,
  };
}

/** Up to what rules switch supply on again in protected hours; null without a limit. */
function lendingOf({ protectedOwedLimitWh: limit }: ProtectionRules, owedMilliWh: number) {
  if (limit === undefined) return null;
  const isAll = owedMilliWh > Number(limit) * 1000;
  return { owedWh: BigInt(Math.round(owedMilliWh / 1000)), limitWh: BigInt(limit), isAll };
}

/** What the emergency credit of the rules costs at the present price. */
export async function emergencyMinor(
  tx: Tx,
  deps: Pick<SupplyDeps, 'tariffs'>,
  o: { readonly utility: Utility; readonly connection: Connection; readonly nowMs: number },
): Promise<bigint> {
  const energyWh = emergencyCreditOf(o.utility.protectionRules);
  return energyWh === 0n ? 0n : ((await costOf(tx, deps, { ...o, energyWh }))?.totalMinor ?? 0n);
}

/** Failed: the meter refused, or never answered. One that is under way is waited for. */
async function lastCommand(tx: Tx, wallet: Wallet): Promise<'none' | 'open' | 'done' | 'failed'> {
  if (wallet.commandId === null) return 'none';
  const row = await tx
    .selectFrom('commands')
    .select(['stage', 'kind', 'result'])
    .where('bucket', '=', wallet.place.bucket)
    .where('id', '=', wallet.commandId)
    .executeTakeFirst();
  if (row === undefined) return 'none';
  if (row.stage === 'done' || waitsForHand(row)) return 'done';
  return ['refused', 'expired', 'cancelled', 'superseded'].includes(row.stage) ? 'failed' : 'open';
}

/** The meter's control mode leaves the closing to a hand: asked again it would say the same. */
const waitsForHand = (row: { readonly kind: string; readonly result: object | null }): boolean =>
  row.kind === 'switchClose' &&
  (row.result as { readonly reason?: string } | null)?.reason === 'controlMode';

/**
 * Opens or closes by command, unless somebody holds the supply open; the head-end takes back an
 * older one that is open.
 */
async function order(
  tx: Tx,
  deps: Pick<SupplyDeps, 'commands'>,
  o: {
    readonly wallet: Wallet;
    readonly isOff: boolean;
    readonly ordinal: number;
    readonly nowMs: number;
  },
): Promise<string | null> {
  const { wallet, isOff, nowMs } = o;
  const { place } = wallet;
  const queued = await deps.commands.switchByRule(tx, {
    place,
    requestId: `wallet:${place.connectionId}:${o.ordinal}`,
    expiresAtMs: nowMs + (isOff ? openExpiresMs : closeExpiresMs),
    priority: isOff ? 2 : 1,
    asked: { by: who.by, reason: isOff ? who.reasonOff : who.reasonOn },
    ...(isOff
      ? { kind: 'switchOpen', action: { kind: 'switchOpen', cause: 'operator' } }
      : { kind: 'switchClose', action: { kind: 'switchClose' } }),
  });
  return queued?.commandId ?? null;
}

async function update(
  tx: Tx,
  wallet: Wallet,
  set: Partial<{
    supply: WalletSupply;
    supply_at: Date;
    promised_until: Date | null;
    supply_ordinal: number;
    is_low: boolean;
    low_ordinal: number;
    told_least_minor: bigint | null;
    cut_power_w: bigint | null;
    command_id: string | null;
    check_at: Date | null;
  }>,
): Promise<void> {
  await tx
    .updateTable('wallets')
    .set(set)
    .where('bucket', '=', wallet.place.bucket)
    .where('connection_id', '=', wallet.place.connectionId)
    .execute();
}
