// A meter is linked by DLMS, or let go: who asked and why stands in its history and in the audit
// log. A meter has one driver, so what it had at the broker ends; keys are sealed before they are
// stored. Counters outlive a link: under one key none is ever used twice.

import { createHash, randomBytes } from 'node:crypto';
import type { DriverLinkBody, DriverView } from '@prewatt/api';
import { dlmsAccountSchema } from '@prewatt/api';
import { err, isoOf, isoOrNull, minuteMs, ok, type Result } from '@prewatt/quantities';
import { sql } from 'kysely';
import type { Tx } from '../../../base/database.ts';
import { problemsOf } from '../../../base/http/problem.ts';
import { notifyLive } from '../../../base/live.ts';
import { requestIdReused } from '../../../base/request-ids.ts';
import type { Clocks } from '../../../base/time.ts';
import type { AuditLog } from '../../../registry/audit-log/index.ts';
import { type MeterPlace, updateLink } from '../../../registry/connections/index.ts';
import {
  endCertificates,
  type LinkRequest,
  linkChangeOf,
  lockMeterRow,
  recordAskedLinkChange,
} from '../../headend/index.ts';
import { type DlmsSecrets, openSecrets, sealSecrets } from './secrets.ts';

/** In the order of the checks. */
export type DriverRefusal = 'requestIdReused' | 'notAllowed' | 'deviceIdTaken' | 'notLinked';

export const problemOfDriver = problemsOf<DriverRefusal>({
  requestIdReused,
  notAllowed: [403, 'Only an administrator may change how a meter is reached.'],
  deviceIdTaken: [409, 'This device id cannot be used here; look at what the meter sends.'],
  notLinked: [409, 'No other driver has this meter.'],
});

export type DriverLinks = {
  readonly link: (
    tx: Tx,
    request: LinkRequest,
    wish: DriverLinkBody,
  ) => Promise<Result<void, DriverRefusal>>;
  readonly end: (tx: Tx, request: LinkRequest) => Promise<Result<void, DriverRefusal>>;
};

type Deps = {
  readonly clocks: Clocks;
  readonly masterKey: Buffer;
  readonly auditLog: Pick<AuditLog, 'recordByName'>;
};

export function createDriverLinks(o: Deps): DriverLinks {
  return {
    link: async (tx, request, wish) => {
      const isNew = await begin(tx, request, 'driverLinked');
      if (!isNew.ok || !isNew.value) return isNew.ok ? ok(undefined) : isNew;
      const { place } = request;
      const deviceId = wish.reach.kind === 'dialsIn' ? wish.reach.deviceId : null;
      if (!(await claimDeviceId(tx, place, deviceId))) return err('deviceIdTaken');
      await keepLink(tx, o, { place, wish });
      await changeDriver(tx, o, request, { act: 'driverLinked', hash: randomHash() });
      return ok(undefined);
    },
    end: async (tx, request) => {
      const isNew = await begin(tx, request, 'driverEnded');
      if (!isNew.ok || !isNew.value) return isNew.ok ? ok(undefined) : isNew;
      const { place } = request;
      const at = new Date(o.clocks.business.nowMs());
      const { rows } = await sql`UPDATE dlms_links SET ended_at = ${at}::timestamptz
        WHERE bucket = ${place.bucket} AND meter_id = ${place.meterId}::uuid AND ended_at IS NULL
        RETURNING meter_id`.execute(tx);
      if (rows.length === 0) return err('notLinked');
      await claimDeviceId(tx, place, null);
      // As onboarding leaves a meter that has no address on the wire.
      await changeDriver(tx, o, request, { act: 'driverEnded', hash: Buffer.alloc(32) });
      return ok(undefined);
    },
  };
}

/** Of a secret that nobody has: the meter counts as linked, and no session at a broker opens. */
const randomHash = (): Buffer => createHash('sha256').update(randomBytes(32)).digest();

/** False when the request was done before. */
async function begin(
  tx: Tx,
  { place, requestId, by }: LinkRequest,
  act: 'driverLinked' | 'driverEnded',
): Promise<Result<boolean, DriverRefusal>> {
  await lockMeterRow(tx, place);
  const known = await linkChangeOf(tx, place, requestId);
  if (known !== undefined) return known.act === act ? ok(false) : err('requestIdReused');
  return by.role === 'administrator' ? ok(true) : err('notAllowed');
}

/** False when another meter dials in by it. */
async function claimDeviceId(
  tx: Tx,
  { utilityId, bucket, meterId }: MeterPlace,
  deviceId: string | null,
): Promise<boolean> {
  await sql`DELETE FROM dlms_device_directory
    WHERE utility_id = ${utilityId}::uuid AND meter_id = ${meterId}::uuid`.execute(tx);
  if (deviceId === null) return true;
  const { rows } = await sql`INSERT INTO dlms_device_directory
      (device_id, utility_id, bucket, meter_id)
    VALUES (${deviceId}, ${utilityId}::uuid, ${bucket}, ${meterId}::uuid)
    ON CONFLICT DO NOTHING RETURNING device_id`.execute(tx);
  return rows.length > 0;
}

type Wish = { readonly place: MeterPlace; readonly wish: DriverLinkBody };

function secretsOf({ authentication }: DriverLinkBody): DlmsSecrets {
  if (authentication.kind === 'low') return { password: authentication.password };
  if (authentication.kind === 'none') return {};
  const { encryptionKey, authenticationKey } = authentication;
  return {
    encryptionKey: encryptionKey.toLowerCase(),
    authenticationKey: authenticationKey.toLowerCase(),
  };
}

async function keepLink(tx: Tx, o: Deps, { place, wish }: Wish): Promise<void> {
  const { utilityId, bucket, connectionId, meterId } = place;
  const secrets = secretsOf(wish);
  const before = await rowOf(tx, place);
  const isSameKey =
    before !== undefined &&
    secrets.encryptionKey !== undefined &&
    openSecrets(o.masterKey, place, before.sealed).encryptionKey === secrets.encryptionKey;
  const kept = isSameKey ? before : undefined;
  const clientTitle =
    wish.clientTitle === undefined
      ? (kept?.client_title ?? newTitle())
      : Buffer.from(wish.clientTitle, 'hex');
  const at = new Date(o.clocks.business.nowMs());
  const { reach } = wish;
  const columns = {
    connection_id: connectionId,
    reach: reach.kind,
    host: reach.kind === 'called' ? reach.host : null,
    port: reach.kind === 'called' ? reach.port : null,
    device_id: reach.kind === 'dialsIn' ? reach.deviceId : null,
    framing: wish.framing,
    client_sap: wish.clientSap,
    server_sap: wish.serverSap,
    authentication: wish.authentication.kind,
    sealed: sealSecrets(o.masterKey, place, secrets),
    client_title: clientTitle,
    server_title: null,
    device_name: null,
    model_key: null,
    send_from: kept?.send_from ?? 1n,
    received: kept?.received ?? -1n,
    counters_known: kept?.counters_known ?? false,
    read_every_s: wish.readEveryMinutes * 60,
    next_read_at: at,
    fault: null,
    fault_at: null,
    faults: 0,
    account: null,
    linked_at: at,
    ended_at: null,
  };
  await tx
    .insertInto('dlms_links')
    .values({ ...columns, bucket, meter_id: meterId, utility_id: utilityId })
    .onConflict((conflict) => conflict.columns(['bucket', 'meter_id']).doUpdateSet(columns))
    .execute();
}

/** Ours, and that of no other link: under a key that meters share no number is used twice. */
const newTitle = (): Buffer => Buffer.concat([Buffer.from('PWH'), randomBytes(5)]);

const rowOf = (tx: Tx, { bucket, meterId }: Pick<MeterPlace, 'bucket' | 'meterId'>) =>
  tx
    .selectFrom('dlms_links')
    .selectAll()
    .where('bucket', '=', bucket)
    .where('meter_id', '=', meterId)
    .executeTakeFirst();

/** What the meter had at a broker ends, and every server process hears who speaks to it now. */
async function changeDriver(
  tx: Tx,
  o: Deps,
  request: LinkRequest,
  { act, hash }: { readonly act: 'driverLinked' | 'driverEnded'; readonly hash: Buffer },
): Promise<void> {
  const { place, meterPan } = request;
  const { utilityId, connectionId } = place;
  const at = new Date(o.clocks.business.nowMs());
  await updateLink(tx, place, {
    secret_hash: hash,
    next_secret_hash: null,
    link_revoked_at: null,
  }).execute();
  await endCertificates(tx, place, { why: 'replaced', at });
  await recordAskedLinkChange(tx, o.auditLog, { act, at, request });
  await notifyLive(tx, { kind: 'linkRevoked', utilityId, connectionId, meterPan });
  await notifyLive(tx, { kind: 'driverLink', utilityId, connectionId });
  await notifyLive(tx, { kind: 'connection', utilityId, connectionId });
}

/** How the link stands, for people; keys are not among it. */
export async function driverViewOf(
  tx: Tx,
  { bucket, meterId, meterPan }: Pick<MeterPlace, 'bucket' | 'meterId'> & { meterPan: string },
): Promise<DriverView> {
  const row = await rowOf(tx, { bucket, meterId });
  if (row === undefined || row.ended_at !== null) return { meterPan, driver: 'mqtt', dlms: null };
  const account = dlmsAccountSchema.safeParse(row.account);
  return {
    meterPan,
    driver: 'dlms',
    dlms: {
      address: row.reach === 'called' ? `${row.host}:${row.port}` : (row.device_id ?? ''),
      ...{ reach: row.reach, framing: row.framing, authentication: row.authentication },
      ...{ clientSap: row.client_sap, serverSap: row.server_sap },
      clientTitle: row.client_title.toString('hex'),
      serverTitle: row.server_title?.toString('hex') ?? null,
      deviceName: row.device_name,
      readEveryMinutes: (row.read_every_s * 1_000) / minuteMs,
      linkedAt: isoOf(row.linked_at),
      lastReadAt: isoOrNull(row.last_read_at),
      nextReadAt: isoOf(row.next_read_at),
      profileReadTo: isoOrNull(row.profile_read_to),
      fault:
        row.fault === null || row.fault_at === null
          ? null
          : { what: row.fault, at: isoOf(row.fault_at), times: row.faults },
      account: account.success ? account.data : null,
    },
  };
}
