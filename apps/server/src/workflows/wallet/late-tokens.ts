// Tokens that a meter takes while the ledger holds the credit: typed from paper after the handover,
// or in flight while it happened. Their energy becomes the customer's money, each once.

import { type SqlBool, sql } from 'kysely';
import { instant, type Tx } from '../../base/database.ts';
import { notifyLive } from '../../base/live.ts';
import { statementOfRows } from '../../base/rows.ts';
import type { SaidEvent } from '../../metering/headend/index.ts';
import { loadConnectionForUpdate, modeIsChanging } from '../../registry/connections/index.ts';
import type { Utility } from '../../registry/utilities/index.ts';
import { type CarryDeps, carryLate } from './carry.ts';
import { markToCheck } from './store.ts';

const atOnce = 50;

/** Meters' events, in the transaction that stores them: credit that is the wallet's is noted. */
export async function noticeLateTokens(
  tx: Tx,
  said: readonly SaidEvent[],
  nowMs: number,
): Promise<void> {
  const taken = said.flatMap(({ place, event }) => {
    if (event.code !== 'token' || event.outcome.result !== 'accepted') return [];
    const { effect, creditedEnergyWh: energyWh, paymentMode } = event.outcome;
    if (effect !== 'credit' || energyWh <= 0n) return [];
    return [{ place, event, energyWh, saysSo: paymentMode === 'credit' }];
  });
  const asked = taken.filter(({ saysSo }) => !saysSo);
  const wallets = asked.length === 0 ? [] : await selectWallets(tx, asked.map(keyOf));
  // Of a meter that does not say in which mode it took it: by its clock, as at the handover.
  const isWalletAt = (meterId: string, atMs: number): boolean =>
    wallets.some(
      ({ meter_id, since_at, until_at }) =>
        meter_id === meterId &&
        since_at !== null &&
        since_at < atMs &&
        (until_at === null || atMs < until_at),
    );
  for (const { place, event, energyWh, saysSo } of taken) {
    if (!saysSo && !isWalletAt(place.meterId, event.atMs)) continue;
    await tx
      .insertInto('late_tokens')
      .values({
        bucket: place.bucket,
        meter_id: place.meterId,
        sequence: BigInt(event.sequence),
        utility_id: place.utilityId,
        connection_id: place.connectionId,
        energy_wh: energyWh,
        at: new Date(event.atMs),
        state: 'waiting',
        state_at: new Date(nowMs),
      })
      .execute();
  }
}

const keyOf = ({ place }: SaidEvent) => ({
  bucket: place.bucket,
  connection_id: place.connectionId,
  meter_id: place.meterId,
});
type WalletRow = {
  readonly meter_id: string;
  readonly since_at: number | null;
  readonly until_at: number | null;
};
const keyColumns = { bucket: 'smallint', connection_id: 'uuid', meter_id: 'uuid' } as const;
const selectWallets = statementOfRows<typeof keyColumns, WalletRow>(
  keyColumns,
  (recordset) => `SELECT DISTINCT w.meter_id, w.since_at, w.until_at FROM ${recordset('r')}
    JOIN wallets w ON w.bucket = r.bucket AND w.connection_id = r.connection_id
      AND w.meter_id = r.meter_id`,
);

export type LateToken = {
  readonly bucket: number;
  readonly meterId: string;
  readonly sequence: bigint;
  readonly connectionId: string;
};

const ofToken = { bucket: 'l.bucket', connectionId: 'l.connection_id' };

/** Those that wait, oldest first, where no change is under way. */
export async function lateTokensWaiting(tx: Tx, utilityId: string): Promise<LateToken[]> {
  const rows = await tx
    .selectFrom('late_tokens as l')
    .select(['l.bucket', 'l.meter_id', 'l.sequence', 'l.connection_id'])
    .where('l.utility_id', '=', utilityId)
    .where('l.state', '=', 'waiting')
    .where(sql<SqlBool>`NOT ${sql.raw(modeIsChanging(ofToken, 'wallet'))}`)
    .orderBy('l.at')
    .limit(atOnce)
    .execute();
  return rows.map((row) => ({
    bucket: row.bucket,
    meterId: row.meter_id,
    sequence: row.sequence,
    connectionId: row.connection_id,
  }));
}

/** One of them becomes money at the price of the handover. Harmless to repeat. */
export async function carryLateToken(
  tx: Tx,
  deps: CarryDeps,
  o: { readonly utility: Utility; readonly token: LateToken },
): Promise<void> {
  const { utility, token } = o;
  const place = {
    utilityId: utility.id,
    bucket: token.bucket,
    connectionId: token.connectionId,
  };
  const connection = await loadConnectionForUpdate(tx, place);
  if (connection === null) return;
  const key = tx
    .selectFrom('late_tokens')
    .select(['state', 'energy_wh', 'at'])
    .where('bucket', '=', token.bucket)
    .where('meter_id', '=', token.meterId)
    .where('sequence', '=', token.sequence);
  const row = await key.forUpdate().executeTakeFirst();
  if (row?.state !== 'waiting') return;
  const change = await handoverOf(tx, token, row.at);
  const nowMs = deps.nowMs();
  const settle = async (set: {
    readonly state: 'carried' | 'kept';
    readonly mode_change_id?: string;
    readonly amount_minor?: bigint;
  }): Promise<void> => {
    await tx
      .updateTable('late_tokens')
      .set({ ...set, state_at: new Date(nowMs) })
      .where('bucket', '=', token.bucket)
      .where('meter_id', '=', token.meterId)
      .where('sequence', '=', token.sequence)
      .execute();
    const { utilityId, connectionId } = place;
    await notifyLive(tx, { kind: 'connection', utilityId, connectionId });
  };
  // The meter was in credit mode by another command than a change to the wallet, or was thought to
  // count its credit again when nobody could tell it so: it has it still.
  if (change === 'none') return settle({ state: 'kept' });
  // Its answer to the change is still on its way.
  if (change === 'unanswered') return;
  const carried = await carryLate(tx, deps, {
    utility,
    connection,
    change,
    energyWh: row.energy_wh,
  });
  // Without a price it waits: a tariff that covers the day gives it one.
  if (!carried.ok) return;
  await settle({ state: 'carried', mode_change_id: change.id, amount_minor: carried.value });
  await markToCheck(tx, [place], nowMs);
}

/** Whether wallet mode was over before that, by a register that was read at the meter. */
async function endedOnSite(tx: Tx, token: LateToken, takenAtMs: number): Promise<boolean> {
  const { rows } = await sql<{ by_site: boolean }>`
    SELECT m.to_mode = 'token' AND m.site_read_at IS NOT NULL AS by_site
    FROM mode_changes m LEFT JOIN commands c ON c.bucket = m.bucket AND c.id = m.command_id,
      LATERAL (SELECT coalesce(m.site_read_at, c.completed_at, m.state_at) AS at) made
    WHERE m.bucket = ${token.bucket} AND m.connection_id = ${token.connectionId}::uuid
      AND m.meter_id = ${token.meterId}::uuid AND m.state = 'done'
      AND made.at <= ${instant(takenAtMs)}
    ORDER BY made.at DESC LIMIT 1`.execute(tx);
  return rows[0]?.by_site ?? false;
}

type Handover = { readonly id: string; readonly energyWh: bigint; readonly handedOverAtMs: number };

/** The change by which the meter handed over the rest of its credit before it took the token. */
async function handoverOf(
  tx: Tx,
  token: LateToken,
  takenAtMs: number,
): Promise<Handover | 'unanswered' | 'none'> {
  const rows = await tx
    .selectFrom('mode_changes')
    .leftJoin('commands', (join) =>
      join
        .onRef('commands.bucket', '=', 'mode_changes.bucket')
        .onRef('commands.id', '=', 'mode_changes.command_id'),
    )
    .select(['mode_changes.id', 'mode_changes.energy_wh', 'mode_changes.state'])
    .select(['mode_changes.state_at', 'commands.completed_at'])
    .where('mode_changes.bucket', '=', token.bucket)
    .where('mode_changes.connection_id', '=', token.connectionId)
    .where('mode_changes.meter_id', '=', token.meterId)
    .where('mode_changes.to_mode', '=', 'wallet')
    .orderBy('mode_changes.at', 'desc')
    .execute();
  if (rows.length === 0 || (await endedOnSite(tx, token, takenAtMs))) return 'none';
  const done = rows
    .filter(({ state }) => state === 'done')
    .map((row) => ({
      id: row.id,
      energyWh: row.energy_wh ?? 0n,
      handedOverAtMs: row.completed_at ?? row.state_at,
    }));
  const before = done.find(({ handedOverAtMs }) => handedOverAtMs <= takenAtMs);
  return before ?? done[0] ?? 'unanswered';
}
