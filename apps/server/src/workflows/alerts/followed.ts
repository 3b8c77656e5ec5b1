// Homes whose end of credit is foreseen: they are told by the forecast, not by the thresholds of
// their meters.

import type { Tx } from '../../base/database.ts';
import type { ConnectionPlace } from '../../registry/connections/index.ts';

/** Homes that were forecast are followed from now on; those that are already stay as they are. */
export async function follow(
  tx: Tx,
  o: { readonly utilityId: string; readonly places: readonly ConnectionPlace[]; nowMs: number },
): Promise<void> {
  if (o.places.length === 0) return;
  await tx
    .insertInto('supply_warnings')
    .values(
      o.places.map(({ bucket, connectionId }) => ({
        ...{ bucket, connection_id: connectionId, utility_id: o.utilityId },
        ...{ credit: '', lasts_ms: 0n, told: [], is_followed: false, look_at: new Date(o.nowMs) },
      })),
    )
    .onConflict((conflict) => conflict.doNothing())
    .execute();
}

/** Homes of which somebody has heard that credit is low are looked at with the next sweep. */
export async function lookSoon(
  tx: Tx,
  places: readonly ConnectionPlace[],
  nowMs: number,
): Promise<void> {
  for (const { bucket, connectionId } of places) {
    await tx
      .updateTable('supply_warnings')
      .set({ look_at: new Date(nowMs) })
      .where('bucket', '=', bucket)
      .where('connection_id', '=', connectionId)
      .execute();
  }
}

/** Which of these homes the forecast warns, so that the thresholds of their meters need not. */
export async function followedAmong(
  tx: Tx,
  places: readonly ConnectionPlace[],
): Promise<ReadonlySet<string>> {
  if (places.length === 0) return new Set();
  const rows = await tx
    .selectFrom('supply_warnings')
    .select('connection_id')
    .where('bucket', 'in', [...new Set(places.map(({ bucket }) => bucket))])
    .where('connection_id', 'in', [...new Set(places.map((each) => each.connectionId))])
    .where('is_followed', '=', true)
    .execute();
  return new Set(rows.map((row) => row.connection_id));
}
