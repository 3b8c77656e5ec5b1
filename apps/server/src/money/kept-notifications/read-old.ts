// What came before its money stood in columns is read by its adapter, newest first and few at a
// time, so that people find it by the provider's reference. It reads alone: nothing is acted on.

import { notificationsRefused } from '@prewatt/api';
import { sql } from 'kysely';
import type { Database, Tx } from '../../base/database.ts';
import { setRead, type Told } from './store.ts';

/** Each may have 64 kB of body. */
const atOnce = 100;

export type OldNotification = NonNullable<Awaited<ReturnType<typeof oldOnes>>[number]>;
/** What the adapter makes of its money; null where it says nothing or is not believed. */
export type ReadTold = (row: OldNotification) => Told | null;

/** How many were looked at: none once all are. */
export async function readOld(
  database: Database,
  utilityId: string,
  read: ReadTold,
): Promise<number> {
  return database.inUtility(utilityId, async (tx) => {
    const rows = await oldOnes(tx, utilityId);
    for (const row of rows) {
      const isBelieved = !notificationsRefused.includes(row.made);
      await setRead(tx, row.id, isBelieved ? read(row) : null);
    }
    return rows.length;
  });
}

/** Another process leaves those to us that we are at. */
const oldOnes = (tx: Tx, utilityId: string) =>
  tx
    .selectFrom('provider_notifications')
    .where('utility_id', '=', utilityId)
    .where(sql<boolean>`awaits_reading`)
    .select(['id', 'provider', 'made', 'heard_at', 'address', 'path', 'headers', 'body'])
    .orderBy('heard_at', 'desc')
    .limit(atOnce)
    .forUpdate()
    .skipLocked()
    .execute();
