// Lighting accounts with lamps that somebody should look at: one entry for an account while there
// are any, with how many there were when it was put on the list.

import type { Tx } from '../../base/database.ts';
import type { NewUuid } from '../../base/ids.ts';
import type { MeterPlace } from '../../registry/connections/index.ts';

export const lampsText = (code: string): string =>
  `${code === '1' ? 'A lamp' : `${code} lamps`} of it should be looked at: dark, silent, at the ` +
  'wrong power, or not at the level that was asked for. Street lights says which';

/** None: the entry ends. One that somebody has seen stays seen until all lamps are right. */
export async function noticeLamps(
  tx: Tx,
  o: {
    readonly newUuid: NewUuid;
    readonly nowMs: number;
    readonly place: MeterPlace;
    readonly lamps: number;
  },
): Promise<void> {
  const { bucket, utilityId, connectionId, meterId } = o.place;
  const at = new Date(o.nowMs);
  const open = await tx
    .selectFrom('meter_alerts')
    .select('id')
    .where('bucket', '=', bucket)
    .where('meter_id', '=', meterId)
    .where('kind', '=', 'lamps')
    .where('ended_at', 'is', null)
    .executeTakeFirst();
  if (o.lamps === 0) {
    if (open === undefined) return;
    await tx
      .updateTable('meter_alerts')
      .set({ ended_at: at })
      .where('bucket', '=', bucket)
      .where('id', '=', open.id)
      .execute();
    return;
  }
  if (open !== undefined) return;
  await tx
    .insertInto('meter_alerts')
    .values({
      ...{ bucket, id: o.newUuid(), utility_id: utilityId, connection_id: connectionId },
      ...{ meter_id: meterId, kind: 'lamps', code: String(o.lamps), fact: BigInt(o.nowMs) },
      ...{ since_at: at, noticed_at: at },
    })
    .onConflict((conflict) => conflict.doNothing())
    .execute();
}
