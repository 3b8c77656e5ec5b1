// Changes of credit mode that wait for their meter: its answer carries them out, in one transaction
// with the money; a refusal or silence ends them as failed, and nothing has changed.

import { sql } from 'kysely';
import type { Tx } from '../../base/database.ts';
import { notifyLive } from '../../base/live.ts';
import { lockMeter } from '../../metering/headend/index.ts';
import { insertCarriedSale, stuckText, type Vending } from '../../money/vending/index.ts';
import {
  type Connection,
  type ConnectionPlace,
  changedAtMs,
  loadConnectionForUpdate,
  type MeterPlace,
  setCreditMode,
  updateModeChange,
} from '../../registry/connections/index.ts';
import type { Utility } from '../../registry/utilities/index.ts';
import { type Carried, carryIn } from './carry.ts';
import type { OpenChange } from './changes.ts';
import { modeRefusals } from './errors.ts';
import { type OweDeps, oweUse } from './late-use.ts';
import type { ModeDeps } from './modes.ts';
import { keepPeriod } from './periods.ts';
import { balanceOf, lockWallet } from './store.ts';

export type FinishDeps = ModeDeps &
  OweDeps & {
    /** Whether the register is known at an instant or later. */
    readonly isReadSince: (tx: Tx, place: MeterPlace, atMs: number) => Promise<boolean>;
    readonly vending: Pick<Vending, 'lockForSales' | 'decide' | 'record' | 'retry'>;
  };

type Finishing = {
  readonly utility: Utility;
  readonly change: OpenChange;
  readonly place: ConnectionPlace;
  readonly connection: Connection;
};

/** A reading up to the change is asked for so often while it is missing. */
const readEveryMs = 5 * 60_000;

/** Carries one change out, or ends it; waits where use is not rated yet. Harmless to repeat. */
export async function finishChange(
  tx: Tx,
  deps: FinishDeps,
  o: { readonly utility: Utility; readonly change: OpenChange },
): Promise<void> {
  const { utility, change } = o;
  const place = {
    utilityId: utility.id,
    bucket: change.bucket,
    connectionId: change.connection_id,
  };
  const connection = await loadConnectionForUpdate(tx, place);
  const row = await tx
    .selectFrom('mode_changes')
    .select('state')
    .where('bucket', '=', change.bucket)
    .where('id', '=', change.id)
    .forUpdate()
    .executeTakeFirst();
  if (row?.state !== change.state || connection === null) return;
  const finishing = { utility, change, place, connection };
  if (change.stage !== 'done' && change.site_read_at === null) {
    const why = change.result?.reason ?? change.stage;
    const { id: modeChangeId, to_mode: toMode } = change;
    await deps.onMode(tx, { place, modeChangeId, toMode, what: 'calledOff' });
    await close(tx, deps, { ...o, set: { state: 'failed', problem: `The meter: ${why}.` } });
    return;
  }
  if (change.to_mode === 'wallet') return finishToWallet(tx, deps, finishing);
  if (connection.creditMode === 'wallet') return finishToToken(tx, deps, finishing);
  // In token mode already, by another change: what the meter has handed over with this one is kept.
  await carryHandedOver(tx, deps, finishing);
}

/** What the meter handed over becomes money; null while it has no price. */
async function carryHandedOver(tx: Tx, deps: FinishDeps, o: Finishing): Promise<Carried | null> {
  const { change, utility, connection } = o;
  const of = (value: string | number | undefined): bigint => BigInt(value ?? 0);
  const carried = await carryIn(tx, deps, {
    utility,
    connection,
    modeChangeId: change.id,
    handedOverWh: of(change.result?.handedOverEnergyWh),
    owedWh: of(change.result?.owedEnergyWh),
    handedOverMinor:
      (of(change.result?.handedOverMicroMinor) - of(change.result?.owedMicroMinor)) / microPerMinor,
  });
  if (!carried.ok) {
    await wait(tx, { ...o, why: modeRefusals[carried.error][1] });
    return null;
  }
  const { amountMinor, energyWh } = carried.value;
  const done = { state: 'done', amount_minor: amountMinor, energy_wh: energyWh } as const;
  await close(tx, deps, { ...o, set: { ...done, problem: null } });
  return carried.value;
}

const microPerMinor = 1_000_000n;

async function finishToWallet(tx: Tx, deps: FinishDeps, o: Finishing): Promise<void> {
  const carried = await carryHandedOver(tx, deps, o);
  if (carried === null) return;
  // By another change already, whose answer came first: the wallet goes on as it is.
  if (o.connection.creditMode === 'wallet') return;
  await startWallet(tx, { ...o, place: { ...o.place, meterId: o.change.meter_id } });
  const { place, change } = o;
  const sinceMs = changedAtMs(change);
  const news = { modeChangeId: change.id, toMode: 'wallet', what: 'begun', carried } as const;
  await deps.onMode(tx, { place, ...news, sinceMs });
}

async function startWallet(
  tx: Tx,
  o: {
    readonly place: ConnectionPlace & { readonly meterId: string };
    readonly change: OpenChange;
  },
): Promise<void> {
  const { place } = o;
  const at = new Date(changedAtMs(o.change));
  await setCreditMode(tx, place, 'wallet');
  const fresh = {
    meter_id: place.meterId,
    since_at: at,
    rated_until: at,
    // Readings that came before the answer are looked at, too.
    stale_from: at,
    until_at: null,
    problem: null,
    supply: 'on',
    supply_at: at,
    promised_until: null,
    told_least_minor: null,
    cut_power_w: null,
    check_at: at,
  } as const;
  await tx
    .insertInto('wallets')
    .values({
      bucket: place.bucket,
      connection_id: place.connectionId,
      utility_id: place.utilityId,
      ...fresh,
    })
    .onConflict((conflict) => conflict.columns(['bucket', 'connection_id']).doUpdateSet(fresh))
    .execute();
}

/** Use up to the change is rated first, then the balance becomes a token. */
async function finishToToken(tx: Tx, deps: FinishDeps, o: Finishing): Promise<void> {
  const { place, change, utility } = o;
  await lockMeter(tx, { ...place, meterId: change.meter_id });
  const wallet = await lockWallet(tx, place);
  if (wallet !== null && wallet.sinceMs !== null) {
    // An exchange comes first: its old meter's use is rated, then this one's.
    if (wallet.nextMeterId !== null) return;
    const endMs = Math.max(changedAtMs(change), wallet.sinceMs);
    if (wallet.untilMs !== endMs) return endWallet(tx, { place, endMs });
    if (wallet.problem !== null) {
      await wait(tx, { ...o, why: wallet.problem });
      return;
    }
    const meterPlace = { ...place, meterId: change.meter_id };
    const waitsForReading =
      wallet.ratedUntilMs < endMs && !(await deps.isReadSince(tx, meterPlace, endMs));
    if (waitsForReading) await askReading(tx, deps, o);
    if (waitsForReading || wallet.staleFromMs !== null) return;
  }
  if (wallet !== null) await keepPeriod(tx, wallet);
  await leaveWallet(tx, place);
  const balanceMinor = await oweWhatIsMissing(tx, deps, o);
  if (wallet?.supply === 'off') {
    await deps.commands.switchByRule(tx, {
      place: { ...place, meterId: change.meter_id },
      requestId: `mode-close:${change.id}`,
      expiresAtMs: deps.nowMs() + 72 * 3_600_000,
      priority: 1,
      kind: 'switchClose',
      action: { kind: 'switchClose' },
      asked: { by: 'Wallet', reason: 'The meter cuts by itself from now on' },
    });
  }
  const { saleId, problem } = await sellBalance(tx, deps, { ...o, balanceMinor });
  if (saleId === null) await endWait(tx, deps, { change, place });
  await close(tx, deps, {
    utility,
    change,
    set: { state: 'done', amount_minor: balanceMinor, sale_id: saleId, problem },
  });
}

/** No token comes: the meter, which keeps supply on for one, is told to go by its credit now. */
async function endWait(
  tx: Tx,
  deps: FinishDeps,
  { change, place }: Pick<Finishing, 'change' | 'place'>,
): Promise<void> {
  if (change.site_read_at !== null) return;
  await deps.commands.enqueue(tx, {
    place: { ...place, meterId: change.meter_id },
    requestId: `mode-end:${change.id}`,
    expiresAtMs: deps.nowMs() + 7 * 24 * 3_600_000,
    priority: 3,
    kind: 'setPaymentMode',
    action: {
      kind: 'setPaymentMode',
      ...{ paymentMode: 'prepayment', creditUnit: 'energy', balance: 'keep' },
    },
    asked: { by: 'Wallet', reason: 'There is no balance to come as a token' },
  });
}

async function leaveWallet(tx: Tx, place: ConnectionPlace): Promise<void> {
  await setCreditMode(tx, place, 'token');
  await tx
    .updateTable('wallets')
    .set({
      since_at: null,
      until_at: null,
      check_at: null,
      stale_from: null,
      supply: 'on',
      promised_until: null,
    })
    .where('bucket', '=', place.bucket)
    .where('connection_id', '=', place.connectionId)
    .execute();
}

/**
 * The meter counts its credit again and nobody can wait any longer: a balance below zero is owed,
 * and repaid with what is bought. What is left for a token.
 */
async function oweWhatIsMissing(tx: Tx, deps: FinishDeps, o: Finishing): Promise<bigint> {
  const { place, change } = o;
  const balanceMinor = await balanceOf(tx, place);
  if (balanceMinor >= 0n) return balanceMinor;
  const ending = { id: change.id, debtId: change.debt_id };
  await oweUse(tx, deps, { place, ending, amountMinor: -balanceMinor });
  return 0n;
}

/** Use is rated up to the meter's change; what was rated beyond it is rated anew. */
async function endWallet(
  tx: Tx,
  o: { readonly place: ConnectionPlace; readonly endMs: number },
): Promise<void> {
  const until = new Date(o.endMs);
  await tx
    .updateTable('wallets')
    .set({ until_at: until, stale_from: sql<Date>`LEAST(stale_from, rated_until, ${until})` })
    .where('bucket', '=', o.place.bucket)
    .where('connection_id', '=', o.place.connectionId)
    .execute();
}

/** The meter has changed, and its register at the change is not known yet. */
async function askReading(tx: Tx, deps: FinishDeps, o: Finishing): Promise<void> {
  const { place, change } = o;
  const nowMs = deps.nowMs();
  const nth = Math.floor((nowMs - change.stage_at) / readEveryMs);
  await deps.commands.enqueue(tx, {
    place: { ...place, meterId: change.meter_id },
    requestId: `mode-read:${change.id}:${nth}`,
    expiresAtMs: nowMs + readEveryMs,
    priority: 2,
    kind: 'readNow',
    asked: { by: 'Wallet', reason: 'Use up to the change of credit mode is not read yet' },
  });
}

const tooSmall =
  'No token for the balance, which stays prepaid: it is less than the smallest purchase. ' +
  'It goes with the next one.';

/** The balance as a token. Without one it stays for the next purchase; a refusal says why. */
async function sellBalance(
  tx: Tx,
  deps: FinishDeps,
  o: {
    readonly utility: Utility;
    readonly change: OpenChange;
    readonly place: ConnectionPlace;
    readonly balanceMinor: bigint;
  },
): Promise<{ readonly saleId: string | null; readonly problem: string | null }> {
  const { utility, change, place, balanceMinor } = o;
  const { minimumPurchaseMinor, maximumPurchaseMinor } = utility;
  let amountMinor = balanceMinor;
  if (amountMinor > maximumPurchaseMinor) amountMinor = maximumPurchaseMinor;
  if (amountMinor < minimumPurchaseMinor) {
    return { saleId: null, problem: amountMinor > 0n ? tooSmall : null };
  }
  const states = await deps.vending.lockForSales(tx, utility.id, [place]);
  const state = states.get(place.connectionId);
  if (state === undefined) throw new Error('a change of a connection without a meter');
  const saleId = deps.newUuid();
  const decided = deps.vending.decide(state, {
    ...{ saleId, amountMinor },
    origin: 'paid',
    isCarried: true,
  });
  if (!decided.ok) {
    const { reason, advice } = stuckText[decided.error];
    return {
      saleId: null,
      problem: `No token for the balance, which stays prepaid: ${reason}. ${advice}`,
    };
  }
  const at = new Date(deps.nowMs());
  const prepaid = { saleId, modeChangeId: change.id, amountMinor, at };
  await insertCarriedSale(tx, { ...place, meterId: change.meter_id }, prepaid);
  const sales = [decided.value.sale];
  await deps.vending.record(tx, { utility, sales, payments: [], nowMs: state.nowMs });
  return { saleId, problem: null };
}

async function close(
  tx: Tx,
  deps: FinishDeps,
  o: {
    readonly utility: Utility;
    readonly change: OpenChange;
    readonly set: {
      readonly state: 'done' | 'failed';
      readonly problem: string | null;
      readonly amount_minor?: bigint;
      readonly energy_wh?: bigint;
      readonly sale_id?: string | null;
    };
  },
): Promise<void> {
  const state_at = new Date(deps.nowMs());
  await updateModeChange(tx, o.change, { ...o.set, state_at }).execute();
  await tell(tx, o);
}

/** Why it waits though the meter has changed; on the attention list, and tried again. */
async function wait(
  tx: Tx,
  o: { readonly utility: Utility; readonly change: OpenChange; readonly why: string },
): Promise<void> {
  const moved = await updateModeChange(tx, o.change, { problem: o.why })
    .where(sql<boolean>`problem IS DISTINCT FROM ${o.why}`)
    .executeTakeFirst();
  if (moved.numUpdatedRows > 0n) await tell(tx, o);
}

const tell = (tx: Tx, o: { readonly utility: Utility; readonly change: OpenChange }) =>
  notifyLive(tx, {
    kind: 'connection',
    utilityId: o.utility.id,
    connectionId: o.change.connection_id,
  });
