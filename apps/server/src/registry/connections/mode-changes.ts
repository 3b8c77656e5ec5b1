// Changes of who holds a connection's credit: asked for once at a time, and open until the meter
// has answered. What a change does with the money is decided by the wallet.

import { dayMs } from '@prewatt/quantities';
import { type Insertable, sql, type Updateable } from 'kysely';
import type { Tx } from '../../base/database.ts';
import type { Tables } from '../../base/tables.ts';
import type { ConnectionPlace } from './store.ts';

type Of = Pick<ConnectionPlace, 'bucket' | 'connectionId'>;

/** Of a row of mode_changes named `open`: it waits for its meter. A connection has one at most. */
export const isOpenModeChange = "open.state = 'awaitingMeter'";

/**
 * The rule, as text of a condition on a statement's row: a change of that connection waits for its
 * meter, and until then credit may be on its way out of it. `to`: only one to that mode.
 */
export const modeIsChanging = (
  columns: { readonly bucket: string; readonly connectionId: string },
  to?: 'wallet' | 'token',
): string => `EXISTS (SELECT FROM prewatt.mode_changes open WHERE open.bucket = ${columns.bucket}
  AND open.connection_id = ${columns.connectionId} AND ${isOpenModeChange}
  ${to === undefined ? '' : `AND open.to_mode = '${to}'`})`;

/**
 * So long a change to wallet mode holds sales, which its meter should answer at once. Of a meter
 * that does not answer, what is bought goes on by the old mode: a token that it takes after it has
 * handed over is made money.
 */
export const holdsSalesMs = 10 * 60_000;

/** When the change to wallet mode that waits was begun, as a column; null when none waits. */
export const turningToWalletSince = (columns: {
  readonly bucket: string;
  readonly connectionId: string;
}): string => `(SELECT floor(extract(epoch FROM open.at) * 1000)::bigint
  FROM prewatt.mode_changes open WHERE open.bucket = ${columns.bucket}
  AND open.connection_id = ${columns.connectionId} AND ${isOpenModeChange}
  AND open.to_mode = 'wallet')`;

/** Whether a change of the connection waits for its meter. */
export async function isModeChanging(tx: Tx, { bucket, connectionId }: Of): Promise<boolean> {
  const { rows } = await sql<{ is: boolean }>`
    SELECT ${sql.raw(modeIsChanging({ bucket: 'at.bucket', connectionId: 'at.id' }))} AS is
    FROM (VALUES (${bucket}::smallint, ${connectionId}::uuid)) at (bucket, id)`.execute(tx);
  return rows[0]?.is ?? false;
}

/** Of a change and its command: what says when it was made. */
export type ModeChangeTimes = {
  readonly at: number;
  /** When the register was read at a silent meter, by which the change is made; otherwise null. */
  readonly site_read_at: number | null;
  /** By the meter's clock. */
  readonly completed_at: number | null;
  /** When the answer came. */
  readonly stage_at: number;
};

/**
 * When the meter's credit changed hands: by its own clock, which its readings follow too, as far as
 * that can be; of a silent meter, when its register was read there. Pages, texts and statements
 * say this instant.
 */
export function changedAtMs(change: ModeChangeTimes): number {
  if (change.site_read_at !== null) return change.site_read_at;
  const completedMs = change.completed_at ?? change.stage_at;
  return Math.min(Math.max(completedMs, change.at - dayMs), change.stage_at);
}

export async function insertModeChange(
  tx: Tx,
  row: Insertable<Tables['mode_changes']>,
): Promise<void> {
  await tx.insertInto('mode_changes').values(row).execute();
}

/** The statement, to which the caller may add conditions. */
export const updateModeChange = (
  tx: Tx,
  change: { readonly bucket: number; readonly id: string },
  columns: Updateable<Tables['mode_changes']>,
) =>
  tx
    .updateTable('mode_changes')
    .set(columns)
    .where('bucket', '=', change.bucket)
    .where('id', '=', change.id);

/** How the problem of a change begins that somebody took back: it failed by no meter's doing. */
export const withdrawnBy = 'Withdrawn by ';

/** As people are shown it: what somebody took back has not failed. */
export const shownModeState = <State extends string>(change: {
  readonly state: State;
  readonly problem: string | null;
}): State | 'withdrawn' =>
  change.state === 'failed' && change.problem?.startsWith(withdrawnBy) === true
    ? 'withdrawn'
    : change.state;

/** Ends the change that waits for the meter, if there is one. */
export async function failModeChange(
  tx: Tx,
  place: Of,
  o: { readonly problem: string; readonly at: Date },
): Promise<void> {
  await tx
    .updateTable('mode_changes')
    .set({ state: 'failed', problem: o.problem, state_at: o.at })
    .where('bucket', '=', place.bucket)
    .where('connection_id', '=', place.connectionId)
    .where('state', '=', 'awaitingMeter')
    .execute();
}
