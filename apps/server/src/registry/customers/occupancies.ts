// Which home is whose, from when to when.

import type { Tx } from '../../base/database.ts';
import type { NewUuid } from '../../base/ids.ts';
import type { ConnectionPlace } from '../connections/index.ts';

type At = Pick<ConnectionPlace, 'bucket' | 'connectionId'>;
type By = { readonly operatorId: string | null; readonly nowMs: number };

export type Occupancy = {
  readonly id: string;
  readonly place: ConnectionPlace;
  readonly customerId: string;
  readonly mergedFrom: string | null;
  readonly beganAtMs: number;
  readonly showsFromMs: number | null;
  readonly endedAtMs: number | null;
  readonly finalReadingWh: bigint | null;
};

const rows = (tx: Tx) => tx.selectFrom('occupancies').selectAll();
type Row = Awaited<ReturnType<ReturnType<typeof rows>['execute']>>[number];
const occupancyFrom = (row: Row): Occupancy => ({
  id: row.id,
  place: { utilityId: row.utility_id, bucket: row.bucket, connectionId: row.connection_id },
  customerId: row.customer_id,
  mergedFrom: row.merged_from,
  beganAtMs: row.began_at,
  showsFromMs: row.shows_from,
  endedAtMs: row.ended_at,
  finalReadingWh: row.final_reading_wh,
});

export async function currentOccupancy(tx: Tx, place: At): Promise<Occupancy | null> {
  const row = await rows(tx)
    .where('bucket', '=', place.bucket)
    .where('connection_id', '=', place.connectionId)
    .where('ended_at', 'is', null)
    .executeTakeFirst();
  return row === undefined ? null : occupancyFrom(row);
}

/** From when on the customer of a home is shown what happened there; null: all of it. */
export async function shownSince(tx: Tx, place: At): Promise<number | null> {
  return (await currentOccupancy(tx, place))?.showsFromMs ?? null;
}

/** The homes of a customer, those of today first. */
export async function occupanciesOf(tx: Tx, customerId: string): Promise<readonly Occupancy[]> {
  const found = await rows(tx)
    .where('customer_id', '=', customerId)
    .orderBy('ended_at', (by) => by.desc().nullsFirst())
    .orderBy('began_at', 'desc')
    .limit(200)
    .execute();
  return found.map(occupancyFrom);
}

/** Ends the one that is open, if any. */
export async function endOccupancy(
  tx: Tx,
  place: At,
  by: By & { readonly finalReadingWh?: bigint | null },
): Promise<void> {
  await tx
    .updateTable('occupancies')
    .set({
      ended_at: new Date(by.nowMs),
      ended_by: by.operatorId,
      final_reading_wh: by.finalReadingWh ?? null,
    })
    .where('bucket', '=', place.bucket)
    .where('connection_id', '=', place.connectionId)
    .where('ended_at', 'is', null)
    .execute();
}

/** A home becomes a customer's. What is from before another's time stays hidden. */
export async function occupy(
  tx: Tx,
  o: { readonly newUuid: NewUuid; readonly place: ConnectionPlace; readonly customerId: string },
  by: By,
): Promise<void> {
  const { place } = o;
  const before = await rows(tx)
    .where('bucket', '=', place.bucket)
    .where('connection_id', '=', place.connectionId)
    .limit(1)
    .execute();
  const at = new Date(by.nowMs);
  await tx
    .insertInto('occupancies')
    .values({
      bucket: place.bucket,
      id: o.newUuid(),
      utility_id: place.utilityId,
      connection_id: place.connectionId,
      customer_id: o.customerId,
      began_at: at,
      shows_from: before.length === 0 ? null : at,
      began_by: by.operatorId,
    })
    .execute();
}

/** Homes of one customer, of today and before, become another's; those of a merge may go back. */
export async function giveOccupancies(
  tx: Tx,
  o: { readonly ids: readonly string[]; readonly to: string; readonly mergedFrom: string | null },
): Promise<void> {
  if (o.ids.length === 0) return;
  await tx
    .updateTable('occupancies')
    .set({ customer_id: o.to, merged_from: o.mergedFrom })
    .where('id', 'in', [...o.ids])
    .execute();
}
