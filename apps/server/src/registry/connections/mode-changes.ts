// Changes of who holds a connection's credit: asked for once at a time, and open until the meter
// has answered. What a change does with the money is decided by the wallet.

import type { Insertable, Updateable } from 'kysely';
import type { Tx } from '../../base/database.ts';
import type { Tables } from '../../base/tables.ts';
import type { ConnectionPlace } from './store.ts';

type Of = Pick<ConnectionPlace, 'bucket' | 'connectionId'>;

/** Whether a change waits for its meter: until then credit may be on its way out of it. */
export async function isModeChanging(tx: Tx, place: Of): Promise<boolean> {
  const open = await tx
    .selectFrom('mode_changes')
    .select('id')
    .where('bucket', '=', place.bucket)
    .where('connection_id', '=', place.connectionId)
    .where('state', '=', 'awaitingMeter')
    .executeTakeFirst();
  return open !== undefined;
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
