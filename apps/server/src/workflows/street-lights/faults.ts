// The fault of a lamp begins, changes or ends: one row for each time that it lasts.

import { sql } from 'kysely';
import type { Tx } from '../../base/database.ts';
import type { NewUuid } from '../../base/ids.ts';
import type { ConnectionPlace } from '../../registry/connections/index.ts';
import type { Lamp } from './store.ts';

export async function changeFault(
  tx: Tx,
  { newUuid }: { readonly newUuid: NewUuid },
  o: {
    readonly place: ConnectionPlace;
    readonly lamp: Pick<Lamp, 'lampId' | 'fault'>;
    readonly fault: Lamp['fault'];
    readonly nowMs: number;
  },
): Promise<void> {
  const { place, lamp, fault } = o;
  if (lamp.fault === fault) return;
  const { bucket, utilityId, connectionId } = place;
  const at = new Date(o.nowMs);
  await sql`UPDATE lamp_faults SET ended_at = ${at}::timestamptz
    WHERE bucket = ${bucket}::smallint AND lamp_id = ${lamp.lampId}::uuid
      AND ended_at IS NULL`.execute(tx);
  await tx
    .updateTable('lamps')
    .set({ fault, fault_at: fault === null ? null : at })
    .where('bucket', '=', bucket)
    .where('id', '=', lamp.lampId)
    .execute();
  if (fault === null) return;
  await tx
    .insertInto('lamp_faults')
    .values({
      ...{ bucket, id: newUuid(), utility_id: utilityId, connection_id: connectionId },
      ...{ lamp_id: lamp.lampId, fault, since_at: at },
    })
    .execute();
}
