// The rows of lamps that are linked by LwM2M, as link-store.ts has those of meters: which there
// are, and what is kept of how they were heard and of the counter of their proofs.

import type { DriverFault } from '@prewatt/protocol';
import { sql } from 'kysely';
import type { Database, Tx } from '../../../base/database.ts';
import type { MeterPlace } from '../../../registry/connections/index.ts';
import type { Heard, Lwm2mLink } from './link-store.ts';

/** What a lamp is called among the devices of the driver. */
export const nameOfLamp = (lampId: string): string => `lamp ${lampId}`;

/** Those whose controllers are linked: a lamp that is taken away is linked no more. */
export async function linkedLamps(tx: Tx, utilityId: string): Promise<readonly Lwm2mLink[]> {
  const rows = await tx
    .selectFrom('lamp_links')
    .select(['bucket', 'lamp_id', 'connection_id', 'endpoint', 'sealed', 'counter'])
    .select(['serial', 'faults'])
    .where('utility_id', '=', utilityId)
    .where('ended_at', 'is', null)
    .execute();
  return rows.map((row) => ({
    of: 'lamp',
    place: {
      utilityId,
      ...{ bucket: row.bucket, connectionId: row.connection_id, meterId: row.lamp_id },
    },
    meterPan: nameOfLamp(row.lamp_id),
    ...{ endpoint: row.endpoint, sealed: row.sealed, counter: Number(row.counter) },
    // Read when the street lights ask.
    readEveryMs: Number.POSITIVE_INFINITY,
    ...{ serial: row.serial, faults: row.faults, answered: [] },
  }));
}

export const keepLampHeard = (
  database: Database,
  { utilityId, bucket, meterId: lampId }: MeterPlace,
  o: Heard & { readonly isNew: boolean },
): Promise<void> =>
  database.inUtility(utilityId, async (tx) => {
    const at = new Date(o.atMs);
    const objects = o.objects.join(' ').slice(0, 400);
    await sql`UPDATE lamp_links SET heard_at = ${at}::timestamptz,
        registered_at = CASE WHEN ${o.isNew} THEN ${at}::timestamptz ELSE registered_at END,
        counter = greatest(counter, ${BigInt(o.counter)}::bigint), address = ${o.address},
        speaks = ${o.speaks}, sleeps = ${o.sleeps}, objects = ${objects},
        fault = NULL, fault_at = NULL, faults = 0
      WHERE bucket = ${bucket} AND lamp_id = ${lampId}::uuid`.execute(tx);
  });

export const keepLampSerial = (
  database: Database,
  { utilityId, bucket, meterId: lampId }: MeterPlace,
  serial: string,
): Promise<void> =>
  database.inUtility(utilityId, async (tx) => {
    await sql`UPDATE lamp_links SET serial = coalesce(serial, ${serial})
      WHERE bucket = ${bucket} AND lamp_id = ${lampId}::uuid`.execute(tx);
  });

export const keepLampFault = (
  database: Database,
  { utilityId, bucket, meterId: lampId }: MeterPlace,
  { fault, atMs }: { readonly fault: DriverFault; readonly atMs: number },
): Promise<void> =>
  database.inUtility(utilityId, async (tx) => {
    await sql`UPDATE lamp_links SET fault = ${fault}, fault_at = ${new Date(atMs)}::timestamptz,
        faults = faults + 1
      WHERE bucket = ${bucket} AND lamp_id = ${lampId}::uuid`.execute(tx);
  });
