// The rows of meters that are linked by DLMS: who is due, who has the lease, what is kept of
// counters and commands. One lease at a time, so that a meter has one association whichever server
// process opens it.

import type { DlmsAccount } from '@prewatt/api';
import type { CounterStore } from '@prewatt/dlms';
import type { DriverFault } from '@prewatt/protocol';
import { type RawBuilder, sql } from 'kysely';
import type { Database, Tx } from '../../../base/database.ts';
import type { MeterPlace } from '../../../registry/connections/index.ts';
import { type Answered, answeredFromJson, answeredToJson } from '../answering.ts';
import type { KeyChange } from './key-change.ts';

export type LinkRow = {
  readonly place: MeterPlace;
  readonly meterPan: string;
  readonly reach: 'called' | 'dialsIn';
  readonly host: string | null;
  readonly port: number | null;
  readonly framing: 'wrapper' | 'hdlc';
  readonly clientSap: number;
  readonly serverSap: number;
  readonly authentication: 'none' | 'low' | 'gmac' | 'ecdsa';
  readonly suite: 0 | 1;
  readonly sealed: Buffer;
  /** New keys that the meter may have, and the highest counter that came under them. */
  readonly sealedNext: Buffer | null;
  readonly receivedNext: number;
  readonly keyChange: KeyChange | null;
  readonly clientTitle: Buffer;
  readonly serverTitle: Buffer | null;
  readonly counters: CounterStore;
  readonly countersKnown: boolean;
  readonly deviceName: string | null;
  readonly modelKey: string | null;
  readonly readEveryMs: number;
  readonly nextReadAtMs: number;
  readonly profileReadToMs: number | null;
  readonly creditedWh: bigint;
  readonly faults: number;
  readonly account: DlmsAccount | null;
  readonly answered: readonly Answered[];
};

type Columns = {
  readonly bucket: number;
  readonly meter_id: string;
  readonly utility_id: string;
  readonly connection_id: string;
  readonly meter_pan: string;
  readonly reach: LinkRow['reach'];
  readonly host: string | null;
  readonly port: number | null;
  readonly framing: LinkRow['framing'];
  readonly client_sap: number;
  readonly server_sap: number;
  readonly authentication: LinkRow['authentication'];
  readonly suite: LinkRow['suite'];
  readonly sealed: Buffer;
  readonly sealed_next: Buffer | null;
  readonly received_next: bigint;
  readonly key_change: KeyChange | null;
  readonly client_title: Buffer;
  readonly server_title: Buffer | null;
  readonly send_from: bigint;
  readonly received: bigint;
  readonly counters_known: boolean;
  readonly device_name: string | null;
  readonly model_key: string | null;
  readonly read_every_s: number;
  readonly next_read_at: number;
  readonly profile_read_to: number | null;
  readonly credited_wh: bigint;
  readonly faults: number;
  readonly account: DlmsAccount | null;
  readonly answered: readonly Answered[];
};

const rowOf = (row: Columns): LinkRow => ({
  place: {
    utilityId: row.utility_id,
    bucket: row.bucket,
    connectionId: row.connection_id,
    meterId: row.meter_id,
  },
  meterPan: row.meter_pan,
  reach: row.reach,
  host: row.host,
  port: row.port,
  framing: row.framing,
  clientSap: row.client_sap,
  serverSap: row.server_sap,
  authentication: row.authentication,
  suite: row.suite,
  sealed: row.sealed,
  sealedNext: row.sealed_next,
  receivedNext: Number(row.received_next),
  keyChange: row.key_change,
  clientTitle: row.client_title,
  serverTitle: row.server_title,
  counters: { sendFrom: Number(row.send_from), received: Number(row.received) },
  countersKnown: row.counters_known,
  deviceName: row.device_name,
  modelKey: row.model_key,
  readEveryMs: row.read_every_s * 1_000,
  nextReadAtMs: row.next_read_at,
  profileReadToMs: row.profile_read_to,
  creditedWh: row.credited_wh,
  faults: row.faults,
  account: row.account,
  answered: answeredFromJson(row.answered),
});

export type Lease = {
  /** Of this server process. */
  readonly by: string;
  /** Real time. */
  readonly nowMs: number;
  readonly forMs: number;
};

const free = ({ nowMs }: Lease) =>
  sql`(l.leased_until IS NULL OR l.leased_until < ${new Date(nowMs)}::timestamptz)`;

/** Taken away or revoked, it is not spoken to. */
const isInUse = sql`EXISTS (SELECT FROM meters m WHERE m.bucket = l.bucket AND m.id = l.meter_id
  AND m.retired_at IS NULL AND m.link_revoked_at IS NULL)`;

const takeLeases = async (tx: Tx, lease: Lease, wanted: RawBuilder<unknown>) => {
  const until = new Date(lease.nowMs + lease.forMs);
  const { rows } = await sql<Columns>`WITH wanted AS (${wanted})
    UPDATE dlms_links l SET leased_by = ${lease.by}::uuid, leased_until = ${until}::timestamptz
    FROM wanted w JOIN meters m ON m.bucket = w.bucket AND m.id = w.meter_id
    WHERE l.bucket = w.bucket AND l.meter_id = w.meter_id
    RETURNING l.*, m.meter_pan`.execute(tx);
  return rows.map(rowOf);
};

/** Those that are to be read, the longest due first. `here`: meters that have dialled in here. */
export const leaseDue = (
  tx: Tx,
  lease: Lease,
  o: {
    readonly utilityId: string;
    readonly businessNowMs: number;
    readonly limit: number;
    readonly here: readonly string[];
  },
): Promise<readonly LinkRow[]> =>
  takeLeases(
    tx,
    lease,
    sql`SELECT l.bucket, l.meter_id FROM dlms_links l
    WHERE l.utility_id = ${o.utilityId}::uuid AND l.ended_at IS NULL
      AND l.next_read_at <= ${new Date(o.businessNowMs)}::timestamptz
      AND (l.leased_until IS NULL OR l.leased_until < ${new Date(lease.nowMs)}::timestamptz)
      AND (l.reach = 'called' OR l.meter_id = ANY (${o.here}::uuid[])) AND ${isInUse}
    ORDER BY l.next_read_at LIMIT ${o.limit} FOR UPDATE SKIP LOCKED`,
  );

/** One meter's lease; null while another process has it, or the link has ended. */
export async function leaseOne(
  tx: Tx,
  lease: Lease,
  place: Pick<MeterPlace, 'bucket' | 'meterId'>,
): Promise<LinkRow | null> {
  const [row] = await takeLeases(
    tx,
    lease,
    sql`SELECT l.bucket, l.meter_id FROM dlms_links l
    WHERE l.bucket = ${place.bucket} AND l.meter_id = ${place.meterId}::uuid
      AND l.ended_at IS NULL AND ${free(lease)} AND ${isInUse} FOR UPDATE`,
  );
  return row ?? null;
}

export const keepCounters = (
  database: Database,
  { utilityId, bucket, meterId }: MeterPlace,
  { sendFrom, received }: CounterStore,
  /** They are those of a new encryption key, which the meter has not proved before. */
  isNext: boolean,
): Promise<void> =>
  database.inUtility(utilityId, async (tx) => {
    const [old, next] = isNext ? [-1, received] : [received, -1];
    await sql`UPDATE dlms_links SET send_from = greatest(send_from, ${BigInt(sendFrom)}::bigint),
        received = greatest(received, ${BigInt(old)}::bigint),
        received_next = greatest(received_next, ${BigInt(next)}::bigint)
      WHERE bucket = ${bucket} AND meter_id = ${meterId}::uuid`.execute(tx);
  });

export type Learnt = {
  readonly serverTitle: Uint8Array | null;
  readonly deviceName: string;
  readonly modelKey: string;
  readonly countersKnown: boolean;
};

/** What became of a session; the lease ends with it. */
export type Ended = {
  readonly nextReadAtMs: number;
  readonly fault: DriverFault | null;
  readonly atMs: number;
  readonly learnt: Learnt | null;
  readonly wasRead: boolean;
  readonly profileReadToMs: number | null;
  readonly creditedWh: bigint;
  readonly account: DlmsAccount | null;
};

export async function endSession(
  tx: Tx,
  { bucket, meterId }: Pick<MeterPlace, 'bucket' | 'meterId'>,
  o: Ended,
): Promise<void> {
  const at = new Date(o.atMs);
  const { learnt, fault } = o;
  const account = o.account === null ? null : JSON.stringify(o.account);
  const readTo = o.profileReadToMs === null ? null : new Date(o.profileReadToMs);
  const serverTitle = learnt?.serverTitle == null ? null : Buffer.from(learnt.serverTitle);
  await sql`UPDATE dlms_links SET leased_by = NULL, leased_until = NULL,
      next_read_at = ${new Date(o.nextReadAtMs)}::timestamptz,
      fault = ${fault}::text,
      fault_at = CASE WHEN ${fault}::text IS NULL THEN NULL ELSE ${at}::timestamptz END,
      faults = CASE WHEN ${fault}::text IS NULL THEN 0 ELSE faults + 1 END,
      last_read_at = CASE WHEN ${o.wasRead} THEN ${at}::timestamptz ELSE last_read_at END,
      server_title = coalesce(server_title, ${serverTitle}::bytea),
      device_name = coalesce(device_name, ${learnt?.deviceName ?? null}::text),
      model_key = coalesce(${learnt?.modelKey ?? null}::text, model_key),
      counters_known = counters_known OR ${learnt?.countersKnown ?? false},
      profile_read_to = greatest(profile_read_to, ${readTo}::timestamptz),
      credited_wh = ${o.creditedWh}::bigint,
      account = coalesce(${account}::jsonb, account)
    WHERE bucket = ${bucket} AND meter_id = ${meterId}::uuid`.execute(tx);
}

/** Ends a lease without a visit; `heard`: the meter is to be read at once. */
export async function releaseLease(
  tx: Tx,
  { bucket, meterId }: Pick<MeterPlace, 'bucket' | 'meterId'>,
  o: { readonly heard: boolean; readonly nowMs: number },
): Promise<void> {
  await sql`UPDATE dlms_links SET leased_by = NULL, leased_until = NULL,
      next_read_at = CASE WHEN ${o.heard} THEN least(next_read_at,
        ${new Date(o.nowMs)}::timestamptz) ELSE next_read_at END
    WHERE bucket = ${bucket} AND meter_id = ${meterId}::uuid`.execute(tx);
}

/** Before an answer goes to the head-end: a repeat of the command gets it again. */
export const keepAnswered = (
  database: Database,
  { utilityId, bucket, meterId }: MeterPlace,
  answered: readonly Answered[],
): Promise<void> =>
  database.inUtility(utilityId, async (tx) => {
    const kept = answeredToJson(answered);
    await sql`UPDATE dlms_links SET answered = ${kept}::jsonb
      WHERE bucket = ${bucket} AND meter_id = ${meterId}::uuid`.execute(tx);
  });

/** Meters that this driver has, and by which id those that dial in say who they are. */
export type LinkedMeter = {
  readonly place: MeterPlace;
  readonly meterPan: string;
  readonly deviceId: string | null;
  readonly serverTitleHex: string | null;
};

export async function linkedMeters(tx: Tx, utilityId: string): Promise<readonly LinkedMeter[]> {
  const { rows } = await sql<
    Pick<Columns, 'bucket' | 'meter_id' | 'connection_id' | 'meter_pan'> & {
      readonly device_id: string | null;
      readonly title: string | null;
    }
  >`SELECT l.bucket, l.meter_id, m.connection_id, m.meter_pan, l.device_id,
      encode(l.server_title, 'hex') AS title
    FROM dlms_links l JOIN meters m ON m.bucket = l.bucket AND m.id = l.meter_id
    WHERE l.utility_id = ${utilityId}::uuid AND l.ended_at IS NULL
      AND m.retired_at IS NULL AND m.link_revoked_at IS NULL`.execute(tx);
  return rows.map((row) => ({
    place: {
      utilityId,
      bucket: row.bucket,
      connectionId: row.connection_id,
      meterId: row.meter_id,
    },
    meterPan: row.meter_pan,
    deviceId: row.device_id,
    serverTitleHex: row.title,
  }));
}
