// How a meter's link by DLMS is kept, ended and shown: keys are sealed before they are stored.
// Counters outlive a link: under one key none is ever used twice.

import { randomBytes } from 'node:crypto';
import type { DlmsKeyChange, DlmsLinkBody, DriverView } from '@prewatt/api';
import { dlmsAccountSchema } from '@prewatt/api';
import { err, isoOf, isoOrNull, minuteMs, ok, type Result } from '@prewatt/quantities';
import { sql } from 'kysely';
import type { Tx } from '../../../base/database.ts';
import type { MeterPlace } from '../../../registry/connections/index.ts';
import { hasKeys } from './associate.ts';
import { type KeyChange, keyChangeSchema } from './key-change.ts';
import { type DlmsSecrets, openSecrets, sealSecrets } from './secrets.ts';

type Keeping = { readonly masterKey: Buffer; readonly atMs: number };

/** Another meter dials in by its device id; or the server has no keys to go on with. */
export type DlmsLinkRefusal = 'deviceIdTaken' | 'noKeysKept';

export async function keepDlmsLink(
  tx: Tx,
  place: MeterPlace,
  o: Keeping & { readonly wish: DlmsLinkBody },
): Promise<Result<void, DlmsLinkRefusal>> {
  const { reach } = o.wish;
  const before = await rowOf(tx, place);
  const keys = keysOf(o, place, before);
  if (keys === null) return err('noKeysKept');
  const deviceId = reach.kind === 'dialsIn' ? reach.deviceId : null;
  if (!(await claimDeviceId(tx, place, deviceId))) return err('deviceIdTaken');
  await keepLink(tx, place, { ...o, ...keys });
  return ok(undefined);
}

/** False when there is none. */
export async function endDlmsLink(tx: Tx, place: MeterPlace, at: Date): Promise<boolean> {
  const { rows } = await sql`UPDATE dlms_links SET ended_at = ${at}::timestamptz
    WHERE bucket = ${place.bucket} AND meter_id = ${place.meterId}::uuid AND ended_at IS NULL
    RETURNING meter_id`.execute(tx);
  if (rows.length === 0) return false;
  await claimDeviceId(tx, place, null);
  return true;
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

type GivenSecrets = Exclude<DlmsLinkBody['authentication'], { kind: 'kept' }>;

function secretsOf(authentication: GivenSecrets): DlmsSecrets {
  if (authentication.kind === 'low') return { password: authentication.password };
  if (authentication.kind === 'none') return {};
  const { encryptionKey, authenticationKey, keyEncryptionKey } = authentication;
  return {
    encryptionKey: encryptionKey.toLowerCase(),
    authenticationKey: authenticationKey.toLowerCase(),
    ...(keyEncryptionKey === undefined ? {} : { keyEncryptionKey: keyEncryptionKey.toLowerCase() }),
    ...(authentication.kind === 'ecdsa'
      ? {
          signingKey: authentication.signingKey.toLowerCase(),
          meterPublicKey: authentication.meterPublicKey.toLowerCase(),
        }
      : {}),
  };
}

const suiteOf = (authentication: GivenSecrets): 0 | 1 =>
  authentication.kind === 'ecdsa'
    ? 1
    : authentication.kind === 'gmac'
      ? (authentication.suite ?? 0)
      : 0;

type Row = Awaited<ReturnType<typeof rowOf>>;
type Keys = {
  readonly authentication: 'none' | 'low' | 'gmac' | 'ecdsa';
  readonly suite: 0 | 1;
  readonly secrets: DlmsSecrets;
  /** What was known under both keys: others on their way. */
  readonly kept: Row;
  /** The same encryption key, whatever the other one is: under it no counter is used twice. */
  readonly counted: Row;
};

/** Null: it is to go on with what the server has, and that is nothing. */
function keysOf(
  { masterKey, wish }: Keeping & { readonly wish: DlmsLinkBody },
  place: MeterPlace,
  before: Row,
): Keys | null {
  const known = before === undefined ? null : openSecrets(masterKey, place, before.sealed);
  const { authentication } = wish;
  if (authentication.kind === 'kept') {
    if (before === undefined || known === null) return null;
    const { authentication: kind } = before;
    const suite = before.suite === 1 ? 1 : 0;
    return { authentication: kind, suite, secrets: known, kept: before, counted: before };
  }
  const secrets = secretsOf(authentication);
  const isCounted =
    secrets.encryptionKey !== undefined && known?.encryptionKey === secrets.encryptionKey;
  const isSame = isCounted && known.authenticationKey === secrets.authenticationKey;
  const wrapping = secrets.keyEncryptionKey ?? (isSame ? known.keyEncryptionKey : undefined);
  return {
    authentication: authentication.kind,
    suite: suiteOf(authentication),
    secrets: { ...secrets, ...(wrapping === undefined ? {} : { keyEncryptionKey: wrapping }) },
    kept: isSame ? before : undefined,
    counted: isCounted ? before : undefined,
  };
}

async function keepLink(
  tx: Tx,
  place: MeterPlace,
  o: Keeping & Keys & { readonly wish: DlmsLinkBody },
): Promise<void> {
  const { wish, secrets, kept, counted } = o;
  const { utilityId, bucket, connectionId, meterId } = place;
  const clientTitle =
    wish.clientTitle === undefined
      ? (counted?.client_title ?? newTitle())
      : Buffer.from(wish.clientTitle, 'hex');
  const at = new Date(o.atMs);
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
    authentication: o.authentication,
    suite: o.suite,
    sealed: sealSecrets(o.masterKey, place, secrets),
    has_wrapping_key: secrets.keyEncryptionKey !== undefined,
    sealed_next: kept?.sealed_next ?? null,
    received_next: kept?.received_next ?? -1n,
    key_change: kept?.key_change == null ? null : JSON.stringify(kept.key_change),
    client_title: clientTitle,
    server_title: null,
    device_name: null,
    model_key: null,
    send_from: counted?.send_from ?? 1n,
    received: counted?.received ?? -1n,
    counters_known: counted?.counters_known ?? false,
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

const shownChange = (change: KeyChange, isOpen: boolean): DlmsKeyChange => {
  const { state, order, askedAt, askedBy, transfers, changedAt, refusal, policy, wrapping } =
    change;
  return {
    state,
    order,
    askedAt,
    askedBy,
    transfers,
    changedAt,
    refusal,
    policy,
    wrapping,
    isOpen,
  };
};

/** Null: the meter has no such link. Keys are not among what is shown. */
export async function dlmsViewOf(
  tx: Tx,
  place: Pick<MeterPlace, 'bucket' | 'meterId'>,
): Promise<DriverView['dlms']> {
  const row = await rowOf(tx, place);
  if (row === undefined || row.ended_at !== null) return null;
  const account = dlmsAccountSchema.safeParse(row.account);
  const change = keyChangeSchema.safeParse(row.key_change);
  return {
    address: row.reach === 'called' ? `${row.host}:${row.port}` : (row.device_id ?? ''),
    ...{ reach: row.reach, framing: row.framing, authentication: row.authentication },
    ...{ suite: row.suite, clientSap: row.client_sap, serverSap: row.server_sap },
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
    canChangeKeys: hasKeys(row.authentication) && row.has_wrapping_key,
    keyChange: change.success ? shownChange(change.data, row.sealed_next !== null) : null,
    account: account.success ? account.data : null,
  };
}
