// Changes of credit mode that wait for their meter: its answer carries them out, in one transaction
// with the money; a refusal or silence ends them as failed, and nothing has changed.

import { sql } from 'kysely';
import { type ConnectionPlace, loadConnectionForUpdate } from '../connections/index.ts';
import type { Tx } from '../platform/database.ts';
import { notifyLive } from '../platform/live.ts';
import type { Utility } from '../utilities/index.ts';
import { stuckText, type Vending } from '../vending/index.ts';
import { modeRefusals } from './errors.ts';
import { carryIn, type ModeDeps } from './modes.ts';
import { balanceOf, lockWallet } from './store.ts';

export type FinishDeps = ModeDeps & {
  readonly vending: Pick<Vending, 'lockForSales' | 'decide' | 'record' | 'retry'>;
};

type OpenChange = {
  readonly bucket: number;
  readonly id: string;
  readonly connection_id: string;
  readonly meter_id: string;
  readonly to_mode: 'token' | 'wallet';
  readonly stage: string;
  readonly stage_at: number;
  readonly result: {
    readonly kind?: string;
    readonly reason?: string;
    readonly handedOverEnergyWh?: string | number;
    readonly owedEnergyWh?: string | number;
  } | null;
};

const ended = sql`('done', 'refused', 'cancelled', 'superseded', 'expired')`;

export async function openChanges(tx: Tx, utilityId: string): Promise<readonly OpenChange[]> {
  const { rows } = await sql<OpenChange>`
    SELECT m.bucket, m.id, m.connection_id, m.meter_id, m.to_mode, c.stage, c.stage_at, c.result
    FROM mode_changes m JOIN commands c ON c.bucket = m.bucket AND c.id = m.command_id
    WHERE m.utility_id = ${utilityId}::uuid AND m.state = 'awaitingMeter' AND c.stage IN ${ended}
    ORDER BY m.at LIMIT 50`.execute(tx);
  return rows;
}

/** Paid sales that were held while a change was under way which has ended. */
export async function salesHeld(
  tx: Tx,
  utilityId: string,
): Promise<readonly { readonly place: ConnectionPlace; readonly saleId: string }[]> {
  const { rows } = await sql<{ bucket: number; connection_id: string; id: string }>`
    SELECT s.bucket, s.connection_id, s.id FROM sales s
    WHERE s.utility_id = ${utilityId}::uuid AND s.state = 'stuck'
      AND s.stuck_reason = 'creditModeChanging' AND s.issued_at IS NULL
      AND NOT EXISTS (SELECT FROM mode_changes m WHERE m.bucket = s.bucket
        AND m.connection_id = s.connection_id AND m.state = 'awaitingMeter')
    ORDER BY s.stuck_at LIMIT 50`.execute(tx);
  return rows.map((row) => ({
    place: { utilityId, bucket: row.bucket, connectionId: row.connection_id },
    saleId: row.id,
  }));
}

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
  if (row?.state !== 'awaitingMeter' || connection === null) return;
  if (change.stage !== 'done') {
    const why = change.result?.reason ?? change.stage;
    await close(tx, deps, { ...o, set: { state: 'failed', problem: `The meter: ${why}.` } });
    return;
  }
  if (change.to_mode === 'wallet') {
    const carried = await carryIn(tx, deps, {
      utility,
      connection,
      modeChangeId: change.id,
      handedOverWh: BigInt(change.result?.handedOverEnergyWh ?? 0),
      owedWh: BigInt(change.result?.owedEnergyWh ?? 0),
    });
    if (!carried.ok) {
      await close(tx, deps, { ...o, set: { problem: modeRefusals[carried.error][1] } });
      return;
    }
    await startWallet(tx, { place: { ...place, meterId: change.meter_id }, change });
    const { amountMinor, energyWh } = carried.value;
    const done = { state: 'done', amount_minor: amountMinor, energy_wh: energyWh } as const;
    await close(tx, deps, { ...o, set: { ...done, problem: null } });
    return;
  }
  await finishToToken(tx, deps, { ...o, place });
}

async function startWallet(
  tx: Tx,
  o: {
    readonly place: ConnectionPlace & { readonly meterId: string };
    readonly change: OpenChange;
  },
): Promise<void> {
  const { place } = o;
  const at = new Date(o.change.stage_at);
  await setMode(tx, place, 'wallet');
  const fresh = {
    meter_id: place.meterId,
    since_at: at,
    rated_until: at,
    stale_from: null,
    problem: null,
    supply: 'on',
    supply_at: at,
    promised_until: null,
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

async function finishToToken(
  tx: Tx,
  deps: FinishDeps,
  o: {
    readonly utility: Utility;
    readonly change: OpenChange;
    readonly place: ConnectionPlace;
  },
): Promise<void> {
  const { place, change, utility } = o;
  const wallet = await lockWallet(tx, place);
  // What was read before the change is rated first.
  if (wallet !== null && wallet.staleFromMs !== null && wallet.problem === null) return;
  const balanceMinor = await balanceOf(tx, place);
  if (balanceMinor < 0n) {
    const [, problem] = modeRefusals.balanceBelowZero;
    await close(tx, deps, { ...o, set: { problem } });
    return;
  }
  await setMode(tx, place, 'token');
  await tx
    .updateTable('wallets')
    .set({ since_at: null, check_at: null, stale_from: null, supply: 'on', promised_until: null })
    .where('bucket', '=', place.bucket)
    .where('connection_id', '=', place.connectionId)
    .execute();
  if (wallet?.supply === 'off') {
    await deps.commands.enqueue(tx, {
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
  await close(tx, deps, {
    utility,
    change,
    set: { state: 'done', amount_minor: balanceMinor, sale_id: saleId, problem },
  });
}

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
  if (amountMinor < minimumPurchaseMinor) return { saleId: null, problem: null };
  const states = await deps.vending.lockForSales(tx, utility.id, [place]);
  const state = states.get(place.connectionId);
  if (state === undefined) throw new Error('a change of a connection without a meter');
  const saleId = deps.newUuid();
  const decided = deps.vending.decide(state, { saleId, amountMinor, origin: 'paid' });
  if (!decided.ok) {
    const { reason, advice } = stuckText[decided.error];
    return {
      saleId: null,
      problem: `No token for the balance, which stays prepaid: ${reason}. ${advice}`,
    };
  }
  const at = new Date(deps.nowMs());
  await tx
    .insertInto('sales')
    .values({
      bucket: place.bucket,
      id: saleId,
      utility_id: utility.id,
      connection_id: place.connectionId,
      meter_id: change.meter_id,
      request_id: `mode:${change.id}`,
      amount_minor: amountMinor,
      state: 'awaitingPayment',
      requested_at: at,
      paid_at: at,
    })
    .execute();
  const sales = [decided.value.sale];
  await deps.vending.record(tx, { utility, sales, payments: [], nowMs: state.nowMs });
  return { saleId, problem: null };
}

async function setMode(
  tx: Tx,
  place: ConnectionPlace,
  creditMode: 'token' | 'wallet',
): Promise<void> {
  await tx
    .updateTable('connections')
    .set({ credit_mode: creditMode })
    .where('bucket', '=', place.bucket)
    .where('id', '=', place.connectionId)
    .execute();
}

async function close(
  tx: Tx,
  deps: FinishDeps,
  o: {
    readonly utility: Utility;
    readonly change: OpenChange;
    readonly set: {
      readonly state?: 'done' | 'failed';
      readonly problem: string | null;
      readonly amount_minor?: bigint;
      readonly energy_wh?: bigint;
      readonly sale_id?: string | null;
    };
  },
): Promise<void> {
  await tx
    .updateTable('mode_changes')
    .set({ ...o.set, state_at: new Date(deps.nowMs()) })
    .where('bucket', '=', o.change.bucket)
    .where('id', '=', o.change.id)
    .execute();
  const { connection_id: connectionId } = o.change;
  await notifyLive(tx, { kind: 'connection', utilityId: o.utility.id, connectionId });
}
