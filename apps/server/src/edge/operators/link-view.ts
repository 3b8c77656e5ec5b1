// A meter's identity on the wire as operators see it: what it proves itself with, until when, who
// was turned away in its name, and all that was done.

import type { LinkView } from '@prewatt/api';
import { isoOf, isoOrNull } from '@prewatt/quantities';
import type { Tx } from '../../base/database.ts';
import type { Connection } from '../../registry/connections/index.ts';

const shownCertificates = 20;
const shownActs = 100;

/** `realNowMs` decides about the dates of certificates. */
export async function linkViewOf(
  tx: Tx,
  connection: Connection,
  realNowMs: number,
): Promise<LinkView> {
  const { bucket } = connection;
  const { meterId, meterPan } = connection.meter;
  const of = { bucket, meterId };
  const state = await tx
    .selectFrom('meter_states')
    .select(['link_up', 'link_at', 'last_contact_at'])
    .where('bucket', '=', bucket)
    .where('meter_id', '=', meterId)
    .executeTakeFirst();
  const row = await tx
    .selectFrom('meters')
    .select(['link_revoked_at', 'next_secret_hash', 'secret_hash'])
    .where('bucket', '=', bucket)
    .where('id', '=', meterId)
    .executeTakeFirstOrThrow();
  const certificates = await certificatesOf(tx, of, realNowMs);
  const isCertified = certificates.some(
    ({ firstUsedAt, endedAt }) => firstUsedAt !== null && endedAt === null,
  );
  const isDriven = await hasDriver(tx, of);
  const hasNone = row.secret_hash.every((byte) => byte === 0);
  const history = await historyOf(tx, of);
  const secretKind = isShutOut(history) && row.link_revoked_at === null ? 'nothingYet' : 'secret';
  const brokerKind = isCertified ? 'certificate' : hasNone ? 'none' : secretKind;
  return {
    meterPan,
    kind: isDriven ? 'driver' : brokerKind,
    up: state?.link_up ?? null,
    since: isoOrNull(state?.link_at),
    lastSeenAt: isoOrNull(state?.last_contact_at),
    revoked: row.link_revoked_at !== null,
    rotating:
      row.next_secret_hash !== null || certificates.some(({ state }) => state === 'waiting'),
    certificates,
    refusals: await refusalsOf(tx, of),
    history,
  };
}

/** Nothing opens a session any more: no identity was given or used since the revocation. */
function isShutOut(history: LinkView['history']): boolean {
  const last = history.find(({ act }) => ['revoked', 'paired', 'rotated'].includes(act));
  return last?.act === 'revoked';
}

type Of = { readonly bucket: number; readonly meterId: string };

async function hasDriver(tx: Tx, { bucket, meterId }: Of): Promise<boolean> {
  for (const table of ['dlms_links', 'lwm2m_links'] as const) {
    const link = await tx
      .selectFrom(table)
      .select('linked_at')
      .where('bucket', '=', bucket)
      .where('meter_id', '=', meterId)
      .where('ended_at', 'is', null)
      .executeTakeFirst();
    if (link !== undefined) return true;
  }
  return false;
}

async function certificatesOf(
  tx: Tx,
  { bucket, meterId }: Of,
  nowMs: number,
): Promise<LinkView['certificates']> {
  const rows = await tx
    .selectFrom('meter_certificates')
    .selectAll()
    .where('bucket', '=', bucket)
    .where('meter_id', '=', meterId)
    .orderBy('issued_at', 'desc')
    .orderBy('serial')
    .limit(shownCertificates)
    .execute();
  return rows.map((row) => {
    const alive = row.first_used_at === null ? 'waiting' : 'inUse';
    return {
      serial: row.serial,
      state: row.end_reason ?? (row.not_after <= nowMs ? 'expired' : alive),
      origin: row.origin,
      issuedAt: isoOf(row.issued_at),
      validFrom: isoOf(row.not_before),
      validUntil: isoOf(row.not_after),
      firstUsedAt: isoOrNull(row.first_used_at),
      endedAt: isoOrNull(row.ended_at),
    };
  });
}

async function refusalsOf(tx: Tx, { bucket, meterId }: Of): Promise<LinkView['refusals']> {
  const rows = await tx
    .selectFrom('link_refusals')
    .selectAll()
    .where('bucket', '=', bucket)
    .where('meter_id', '=', meterId)
    .orderBy('last_at', 'desc')
    .execute();
  return rows.map((row) => ({
    reason: row.reason,
    times: Number(row.times),
    serial: row.serial,
    firstAt: isoOf(row.first_at),
    lastAt: isoOf(row.last_at),
  }));
}

async function historyOf(tx: Tx, { bucket, meterId }: Of): Promise<LinkView['history']> {
  const changes = await tx
    .selectFrom('link_acts')
    .select(['act', 'done_by', 'reason', 'serial', 'at'])
    .where('bucket', '=', bucket)
    .where('meter_id', '=', meterId)
    .orderBy('ordinal', 'desc')
    .limit(shownActs)
    .execute();
  return changes.map((change) => ({
    act: change.act,
    by: change.done_by,
    reason: change.reason,
    serial: change.serial,
    at: isoOf(change.at),
  }));
}
