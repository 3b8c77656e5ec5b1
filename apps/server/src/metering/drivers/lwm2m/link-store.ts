// The rows of meters that are linked by LwM2M: which there are, and what is kept of how they were
// heard, of the counter of their proofs and of the commands that they answered.

import type { DriverFault } from '@prewatt/protocol';
import { sql } from 'kysely';
import type { Database, Tx } from '../../../base/database.ts';
import type { MeterPlace } from '../../../registry/connections/index.ts';
import { type Answered, answeredFromJson, answeredToJson } from '../answering.ts';

export type Lwm2mLink = {
  /** A lamp stands where the meter would: its identifier is the place's `meterId`. */
  readonly of: 'meter' | 'lamp';
  readonly place: MeterPlace;
  /** Of a lamp a name that no meter has. */
  readonly meterPan: string;
  readonly endpoint: string;
  /** Null: nothing proves the device to us. */
  readonly sealed: Buffer | null;
  readonly counter: number;
  readonly readEveryMs: number;
  readonly serial: string | null;
  readonly faults: number;
  readonly answered: readonly Answered[];
};

type Columns = {
  readonly bucket: number;
  readonly meter_id: string;
  readonly connection_id: string;
  readonly meter_pan: string;
  readonly endpoint: string;
  readonly sealed: Buffer | null;
  readonly counter: bigint;
  readonly read_every_s: number;
  readonly serial: string | null;
  readonly faults: number;
  readonly answered: readonly Answered[];
};

/** Those in use: one that was taken away or whose link was revoked is not among them. */
export async function linkedMeters(tx: Tx, utilityId: string): Promise<readonly Lwm2mLink[]> {
  const { rows } = await sql<Columns>`SELECT l.bucket, l.meter_id, m.connection_id, m.meter_pan,
      l.endpoint, l.sealed, l.counter, l.read_every_s, l.serial, l.faults, l.answered
    FROM lwm2m_links l JOIN meters m ON m.bucket = l.bucket AND m.id = l.meter_id
    WHERE l.utility_id = ${utilityId}::uuid AND l.ended_at IS NULL
      AND m.retired_at IS NULL AND m.link_revoked_at IS NULL`.execute(tx);
  return rows.map((row) => ({
    of: 'meter',
    place: {
      utilityId,
      ...{ bucket: row.bucket, connectionId: row.connection_id, meterId: row.meter_id },
    },
    meterPan: row.meter_pan,
    endpoint: row.endpoint,
    sealed: row.sealed,
    counter: Number(row.counter),
    readEveryMs: row.read_every_s * 1_000,
    serial: row.serial,
    faults: row.faults,
    answered: answeredFromJson(row.answered),
  }));
}

export type Heard = {
  readonly atMs: number;
  readonly counter: number;
  readonly address: string;
  readonly speaks: 'messages' | 'objects';
  readonly sleeps: boolean;
  readonly objects: readonly string[];
};

const mostOfObjects = 400;

/** The device has registered, or updated its registration. What was wrong is mended. */
export const keepHeard = (
  database: Database,
  { utilityId, bucket, meterId }: MeterPlace,
  o: Heard & { readonly isNew: boolean },
): Promise<void> =>
  database.inUtility(utilityId, async (tx) => {
    const at = new Date(o.atMs);
    const objects = o.objects.join(' ').slice(0, mostOfObjects);
    await sql`UPDATE lwm2m_links SET heard_at = ${at}::timestamptz,
        registered_at = CASE WHEN ${o.isNew} THEN ${at}::timestamptz ELSE registered_at END,
        counter = greatest(counter, ${BigInt(o.counter)}::bigint), address = ${o.address},
        speaks = ${o.speaks}, sleeps = ${o.sleeps}, objects = ${objects},
        fault = NULL, fault_at = NULL, faults = 0
      WHERE bucket = ${bucket} AND meter_id = ${meterId}::uuid`.execute(tx);
  });

export const keepSerial = (
  database: Database,
  { utilityId, bucket, meterId }: MeterPlace,
  serial: string,
): Promise<void> =>
  database.inUtility(utilityId, async (tx) => {
    await sql`UPDATE lwm2m_links SET serial = coalesce(serial, ${serial}) 
      WHERE bucket = ${bucket} AND meter_id = ${meterId}::uuid`.execute(tx);
  });

export const keepFault = (
  database: Database,
  { utilityId, bucket, meterId }: MeterPlace,
  { fault, atMs }: { readonly fault: DriverFault; readonly atMs: number },
): Promise<void> =>
  database.inUtility(utilityId, async (tx) => {
    await sql`UPDATE lwm2m_links SET fault = ${fault}, fault_at = ${new Date(atMs)}::timestamptz,
        faults = faults + 1
      WHERE bucket = ${bucket} AND meter_id = ${meterId}::uuid`.execute(tx);
  });

/** Before an answer goes to the head-end: a repeat of the command gets it again. */
export const keepAnswered = (
  database: Database,
  { utilityId, bucket, meterId }: MeterPlace,
  answered: readonly Answered[],
): Promise<void> =>
  database.inUtility(utilityId, async (tx) => {
    await sql`UPDATE lwm2m_links SET answered = ${answeredToJson(answered)}::jsonb
      WHERE bucket = ${bucket} AND meter_id = ${meterId}::uuid`.execute(tx);
  });
