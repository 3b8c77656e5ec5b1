// Meters for the attention list: silent ones, once for each silence, and those that reported
// tampering. An entry stays until its cause ends or an operator has seen it.

import type { MeterAlertPage } from '@prewatt/api';
import type { MeterEvent } from '@prewatt/protocol';
import { err, idFromUuid, ok, type Result } from '@prewatt/quantities';
import { sql } from 'kysely';
import type { ColumnValue } from '../../base/column-value.ts';
import type { Tx } from '../../base/database.ts';
import type { NewUuid } from '../../base/ids.ts';
import { insertOfRows } from '../../base/rows.ts';
import type { Webhooks } from '../../messaging/webhooks/index.ts';
import { silentBefore } from '../../metering/readings/index.ts';
import type { MeterPlace } from '../../registry/connections/index.ts';
import { cardText } from './cards.ts';
import { driverFaultText } from './driver-faults.ts';
import { type HomeAlertKind, homeAlertKinds, homeText } from './homes.ts';
import { type IdentityAlertKind, identityAlertKinds, identityText } from './identities.ts';
import { lampsText } from './lamps.ts';
import { walletLabels } from './wallets.ts';

type MeterAlertKind = ColumnValue<'meter_alerts', 'kind'>;

const tamperLabels: Partial<Record<MeterEvent['code'], string>> = {
  coverOpened: 'Its cover was opened',
  terminalCoverOpened: 'The cover of its terminals was opened',
  magnetStarted: 'A strong magnet was held to it',
  neutralDisturbed: 'Its neutral was disturbed',
  reverseEnergy: 'Energy flowed backwards through it',
  bypassSuspected: 'Energy seems to go past it',
};

const listed = 200;
const noticedAtOnce = 1_000;

type Noticing = { readonly newUuid: NewUuid; readonly nowMs: number };

/** A tamper event is put on the list, a ClearTamper at the meter takes what came before it off. */
export async function noticeTamper(
  tx: Tx,
  o: Noticing & { readonly place: MeterPlace; readonly event: MeterEvent },
): Promise<void> {
  const { place, event } = o;
  if (event.code === 'settingChanged' && event.setting === 'tamperCleared') {
    await sql`UPDATE meter_alerts SET ended_at = ${new Date(event.atMs)}
      WHERE bucket = ${place.bucket} AND meter_id = ${place.meterId}::uuid AND kind = 'tamper'
        AND fact < ${event.sequence} AND ended_at IS NULL`.execute(tx);
    return;
  }
  if (tamperLabels[event.code] === undefined) return;
  // Events come in any order: it may have been cleared already.
  const { rows } = await sql<{ at: number }>`SELECT at FROM meter_events
    WHERE bucket = ${place.bucket} AND meter_id = ${place.meterId}::uuid
      AND sequence > ${event.sequence} AND code = 'settingChanged'
      AND detail->>'setting' = 'tamperCleared' ORDER BY sequence LIMIT 1`.execute(tx);
  const cleared = rows[0]?.at;
  await tx
    .insertInto('meter_alerts')
    .values({
      bucket: place.bucket,
      id: o.newUuid(),
      utility_id: place.utilityId,
      connection_id: place.connectionId,
      meter_id: place.meterId,
      kind: 'tamper',
      code: event.code,
      fact: BigInt(event.sequence),
      since_at: new Date(event.atMs),
      noticed_at: new Date(o.nowMs),
      ended_at: cleared === undefined ? null : new Date(cleared),
    })
    .onConflict((conflict) => conflict.doNothing())
    .execute();
}

/** Silences that have begun, each once. Reads the utility's meters: not for every minute. */
export async function noticeSilence(
  tx: Tx,
  o: Noticing & { readonly utilityId: string; readonly webhooks: Pick<Webhooks, 'tell'> },
): Promise<void> {
  const { rows } = await sql<{
    bucket: number;
    meter_id: string;
    connection_id: string;
    last_contact_at: number;
  }>`SELECT st.bucket, st.meter_id, st.connection_id, st.last_contact_at
    FROM meter_states st
    JOIN meters t ON t.bucket = st.bucket AND t.id = st.meter_id AND t.retired_at IS NULL
    WHERE st.utility_id = ${o.utilityId}::uuid
      AND st.last_contact_at < ${silentBefore(o.nowMs)}
      AND NOT EXISTS (SELECT FROM meter_alerts a WHERE a.bucket = st.bucket
        AND a.meter_id = st.meter_id AND a.kind = 'silent' AND a.since_at >= date_trunc('milliseconds', st.last_contact_at))
    ORDER BY st.last_contact_at LIMIT ${noticedAtOnce}`.execute(tx);
  if (rows.length === 0) return;
  const silences = rows.map(({ last_contact_at, ...row }) => ({
    ...row,
    id: o.newUuid(),
    fact: BigInt(last_contact_at),
    since_at: new Date(last_contact_at),
  }));
  const noticed_at = new Date(o.nowMs);
  await o.webhooks.tell(tx, o.utilityId, () =>
    rows.map((row) => ({
      type: 'meter.silent',
      factKey: `silence:${row.meter_id}:${row.last_contact_at}`,
      atMs: o.nowMs,
      data: {
        connectionId: idFromUuid('connection', row.connection_id),
        lastHeardAt: new Date(row.last_contact_at).toISOString(),
      },
    })),
  );
  await insertSilences(tx, silences, {
    ...{ utility_id: o.utilityId, kind: 'silent', code: 'silent', noticed_at },
  });
}

const insertSilences = insertOfRows(
  'meter_alerts',
  {
    bucket: 'smallint',
    id: 'uuid',
    connection_id: 'uuid',
    meter_id: 'uuid',
    fact: 'bigint',
    since_at: 'timestamptz',
  },
  {
    same: { utility_id: 'uuid', kind: 'text', code: 'text', noticed_at: 'timestamptz' },
    tail: 'ON CONFLICT DO NOTHING',
  },
);

/** A silence ends with contact, and everything with the meter's exchange. */
export async function endAlerts(
  tx: Tx,
  o: { readonly utilityId: string; readonly nowMs: number },
): Promise<void> {
  // Contacts are kept to the millisecond here, to the microsecond there: the same one is not new.
  await sql`UPDATE meter_alerts a SET ended_at = st.last_contact_at FROM meter_states st
    WHERE a.utility_id = ${o.utilityId}::uuid AND a.ended_at IS NULL AND a.kind = 'silent'
      AND st.bucket = a.bucket AND st.meter_id = a.meter_id
      AND st.last_contact_at >= a.since_at + interval '1 millisecond'`.execute(tx);
  await sql`UPDATE meter_alerts a SET ended_at = ${new Date(o.nowMs)} FROM meters t
    WHERE a.utility_id = ${o.utilityId}::uuid AND a.ended_at IS NULL
      AND t.bucket = a.bucket AND t.id = a.meter_id AND t.retired_at IS NOT NULL`.execute(tx);
}

/** What has not ended and nobody has seen. */
const open = sql<boolean>`a.ended_at IS NULL AND a.seen_at IS NULL AND NOT EXISTS (
  SELECT FROM prewatt.meter_states st WHERE a.kind = 'silent' AND st.bucket = a.bucket
    AND st.meter_id = a.meter_id AND st.last_contact_at >= a.since_at + interval '1 millisecond')`;

export async function meterAlertCount(tx: Tx, utilityId: string): Promise<number> {
  const { rows } = await sql<{ n: number }>`SELECT count(*)::int AS n FROM prewatt.meter_alerts a
    WHERE a.utility_id = ${utilityId}::uuid AND ${open}`.execute(tx);
  return rows[0]?.n ?? 0;
}

export async function meterAlertPage(
  tx: Tx,
  utility: { readonly id: string; readonly zone: string },
): Promise<MeterAlertPage> {
  const { rows } = await sql<{
    id: string;
    connection_id: string;
    name: string;
    meter_pan: string;
    kind: MeterAlertKind;
    code: string;
    fact: bigint;
    since_at: number;
  }>`SELECT a.id, a.connection_id, c.name, t.meter_pan, a.kind, a.code, a.fact, a.since_at
    FROM prewatt.meter_alerts a
    JOIN prewatt.connections c ON c.bucket = a.bucket AND c.id = a.connection_id
    JOIN prewatt.meters t ON t.bucket = a.bucket AND t.id = a.meter_id
    WHERE a.utility_id = ${utility.id}::uuid AND ${open}
    ORDER BY a.since_at LIMIT ${listed}`.execute(tx);
  return {
    rows: rows.map((row) => ({
      alertId: row.id,
      connectionId: idFromUuid('connection', row.connection_id),
      connectionName: row.name,
      meterPan: row.meter_pan,
      kind: listedAs(row.kind),
      what: whatOf(row, utility.zone),
      since: new Date(row.since_at).toISOString(),
    })),
    nextCursor: null,
  };
}

const isOfIdentity = (kind: MeterAlertKind): kind is IdentityAlertKind =>
  identityAlertKinds.some((each) => each === kind);

const isOfHome = (kind: MeterAlertKind): kind is HomeAlertKind =>
  homeAlertKinds.some((each) => each === kind);

function listedAs(kind: MeterAlertKind): MeterAlertPage['rows'][number]['kind'] {
  if (kind === 'silent' || kind === 'tamper') return kind;
  if (kind === 'lamps') return kind;
  if (kind === 'rulesRefused') return 'rules';
  if (kind === 'owesMuch') return 'owed';
  if (kind === 'card') return 'tamper';
  return isOfIdentity(kind) || kind === 'driverFault' ? 'identity' : 'wallet';
}

function whatOf(
  row: { readonly kind: MeterAlertKind; readonly code: string; readonly fact: bigint },
  zone: string,
): string {
  if (row.kind === 'silent') return 'Nothing is heard of it';
  if (row.kind === 'card') return cardText(row.code);
  if (row.kind === 'lamps') return lampsText(row.code);
  if (row.kind === 'driverFault') return driverFaultText(row.code);
  if (isOfHome(row.kind)) return homeText(row.kind, row.fact);
  if (isOfIdentity(row.kind)) return identityText(row.kind, row.fact, zone);
  return walletLabels[row.code] ?? tamperLabels[row.code as MeterEvent['code']] ?? row.code;
}

export type AlertRefusal = 'unknownAlert' | 'nothingToAcknowledge';

/** Again by the same operator with the same words: the first answer. */
export async function acknowledgeMeterAlert(
  tx: Tx,
  o: {
    readonly utilityId: string;
    readonly alertId: string;
    readonly operatorId: string;
    readonly reason: string;
    readonly nowMs: number;
  },
): Promise<Result<void, AlertRefusal>> {
  const row = await tx
    .selectFrom('meter_alerts')
    .select(['bucket', 'ended_at', 'seen_by', 'seen_reason'])
    .where('utility_id', '=', o.utilityId)
    .where('id', '=', o.alertId)
    .forUpdate()
    .executeTakeFirst();
  if (row === undefined) return err('unknownAlert');
  if (row.seen_by === o.operatorId && row.seen_reason === o.reason) return ok(undefined);
  if (row.ended_at !== null || row.seen_by !== null) return err('nothingToAcknowledge');
  await tx
    .updateTable('meter_alerts')
    .set({ seen_at: new Date(o.nowMs), seen_by: o.operatorId, seen_reason: o.reason })
    .where('bucket', '=', row.bucket)
    .where('id', '=', o.alertId)
    .execute();
  return ok(undefined);
}
