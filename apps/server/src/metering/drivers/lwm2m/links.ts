// How a meter's link by LwM2M is kept, ended and shown: its secret is sealed before it is stored.
// The counter of its proofs outlives the link: under one secret none is taken twice.

import type { DriverView, Lwm2mLinkBody } from '@prewatt/api';
import { isoOf, isoOrNull, minuteMs } from '@prewatt/quantities';
import { sql } from 'kysely';
import type { Tx } from '../../../base/database.ts';
import type { MeterPlace } from '../../../registry/connections/index.ts';
import { openSecret, sealSecret } from './secrets.ts';

/** False when another meter registers by its name. */
export async function keepLwm2mLink(
  tx: Tx,
  place: MeterPlace,
  o: { readonly masterKey: Buffer; readonly atMs: number; readonly wish: Lwm2mLinkBody },
): Promise<boolean> {
  const { wish, masterKey } = o;
  if (!(await claimEndpoint(tx, place, wish.endpoint))) return false;
  const { proof } = wish;
  const before = await rowOf(tx, place);
  const isSameSecret =
    proof.kind === 'secret' &&
    before?.sealed != null &&
    Buffer.from(openSecret(masterKey, place, before.sealed)).toString('hex') ===
      proof.secret.toLowerCase();
  const { utilityId, bucket, connectionId, meterId } = place;
  const columns = {
    connection_id: connectionId,
    endpoint: wish.endpoint,
    proof: proof.kind,
    sealed: proof.kind === 'secret' ? sealSecret(masterKey, place, proof.secret) : null,
    counter: isSameSecret ? before.counter : -1n,
    read_every_s: wish.readEveryMinutes * 60,
    ...{ serial: null, registered_at: null, heard_at: null, address: null, speaks: null },
    ...{ sleeps: null, objects: null, fault: null, fault_at: null, faults: 0 },
    linked_at: new Date(o.atMs),
    ended_at: null,
  };
  await tx
    .insertInto('lwm2m_links')
    .values({ ...columns, bucket, meter_id: meterId, utility_id: utilityId })
    .onConflict((conflict) => conflict.columns(['bucket', 'meter_id']).doUpdateSet(columns))
    .execute();
  return true;
}

/** False when there is none. */
export async function endLwm2mLink(tx: Tx, place: MeterPlace, at: Date): Promise<boolean> {
  const { rows } = await sql`UPDATE lwm2m_links SET ended_at = ${at}::timestamptz
    WHERE bucket = ${place.bucket} AND meter_id = ${place.meterId}::uuid AND ended_at IS NULL
    RETURNING meter_id`.execute(tx);
  if (rows.length === 0) return false;
  await claimEndpoint(tx, place, null);
  return true;
}

export async function claimEndpoint(
  tx: Tx,
  { utilityId, bucket, meterId }: MeterPlace,
  endpoint: string | null,
): Promise<boolean> {
  await sql`DELETE FROM lwm2m_endpoint_directory
    WHERE utility_id = ${utilityId}::uuid AND meter_id = ${meterId}::uuid`.execute(tx);
  if (endpoint === null) return true;
  const { rows } = await sql`INSERT INTO lwm2m_endpoint_directory
      (endpoint, utility_id, bucket, meter_id)
    VALUES (${endpoint}, ${utilityId}::uuid, ${bucket}, ${meterId}::uuid)
    ON CONFLICT DO NOTHING RETURNING endpoint`.execute(tx);
  return rows.length > 0;
}

const rowOf = (tx: Tx, { bucket, meterId }: Pick<MeterPlace, 'bucket' | 'meterId'>) =>
  tx
    .selectFrom('lwm2m_links')
    .selectAll()
    .where('bucket', '=', bucket)
    .where('meter_id', '=', meterId)
    .executeTakeFirst();

/** Null: the meter has no such link. The secret is not among what is shown. */
export async function lwm2mViewOf(
  tx: Tx,
  place: Pick<MeterPlace, 'bucket' | 'meterId'>,
): Promise<DriverView['lwm2m']> {
  const row = await rowOf(tx, place);
  if (row === undefined || row.ended_at !== null) return null;
  return {
    endpoint: row.endpoint,
    proof: row.proof,
    readEveryMinutes: (row.read_every_s * 1_000) / minuteMs,
    linkedAt: isoOf(row.linked_at),
    registeredAt: isoOrNull(row.registered_at),
    heardAt: isoOrNull(row.heard_at),
    address: row.address,
    serial: row.serial,
    speaks: row.speaks,
    sleeps: row.sleeps,
    objects: row.objects === null || row.objects === '' ? [] : row.objects.split(' '),
    fault:
      row.fault === null || row.fault_at === null
        ? null
        : { what: row.fault, at: isoOf(row.fault_at), times: row.faults },
  };
}
