// How all meters of a utility prove who they are: what ends soon or has ended, what was never
// renewed, which renewals wait or failed. A list for people, and the same facts for the alerts.

import type { IdentityPage, IdentityRow, IdentityShow } from '@prewatt/api';
import { dayMs, idFromUuid, isoOrNull } from '@prewatt/quantities';
import { type RawBuilder, sql } from 'kysely';
import { instant, type Tx } from '../../../base/database.ts';

const pageSize = 50;
/** A meter that has not used for so long what it got will not do so by itself. */
export const unusedAfterMs = dayMs;

export type IdentityQuery = {
  readonly utilityId: string;
  readonly show: IdentityShow;
  readonly search: string;
  readonly cursor: string | null;
  /** Decides about the dates of certificates. */
  readonly realNowMs: number;
};

type Condition = RawBuilder<boolean>;
type Frame = { readonly realNowMs: number; readonly warnDays: number };

/**
 * The meters in use that have a link, as `m`; `used` and `waiting` are its certificates, `last` the
 * last change that gave or took its identity, `asked` a renewal that was asked for since.
 */
const identityTablesOf = (meters: RawBuilder<unknown>) => sql`FROM ${meters}
  JOIN connections c ON c.bucket = m.bucket AND c.id = m.connection_id
  LEFT JOIN meter_states st ON st.bucket = m.bucket AND st.meter_id = m.id
  LEFT JOIN LATERAL (SELECT serial, not_before, not_after, first_used_at FROM meter_certificates
    WHERE bucket = m.bucket AND meter_id = m.id AND ended_at IS NULL AND first_used_at IS NOT NULL
    ORDER BY issued_at DESC LIMIT 1) used ON true
  LEFT JOIN LATERAL (SELECT origin, issued_at FROM meter_certificates
    WHERE bucket = m.bucket AND meter_id = m.id AND ended_at IS NULL AND first_used_at IS NULL
    ORDER BY issued_at DESC LIMIT 1) waiting ON true
  LEFT JOIN LATERAL (SELECT act, at, ordinal FROM link_acts
    WHERE bucket = m.bucket AND meter_id = m.id
      AND act IN ('claimed', 'paired', 'rotated', 'revoked')
    ORDER BY ordinal DESC LIMIT 1) last ON true
  LEFT JOIN LATERAL (SELECT at, request_id FROM link_acts
    WHERE bucket = m.bucket AND meter_id = m.id AND act = 'rotationAsked'
      AND ordinal > coalesce(last.ordinal, 0) ORDER BY ordinal DESC LIMIT 1) asked ON true
  LEFT JOIN commands asking ON asking.bucket = m.bucket AND asking.connection_id = m.connection_id
    AND asking.request_id = 'rotate ' || asked.request_id`;

export const identityTables = identityTablesOf(sql`meters m`);
/** Those that were found, first in the order of joins: the planner keeps to it with so many. */
const found = (of: RawBuilder<unknown>) =>
  identityTablesOf(sql`${of} found JOIN meters m ON m.bucket = found.bucket AND m.id = found.id`);

/** Without a link it has a hash of zeros; one of another driver has no identity at a broker. */
export const hasLink = sql<boolean>`(m.retired_at IS NULL
  AND m.secret_hash <> decode(repeat('00', 32), 'hex')
  AND NOT EXISTS (SELECT FROM dlms_links d WHERE d.bucket = m.bucket AND d.meter_id = m.id
    AND d.ended_at IS NULL)
  AND NOT EXISTS (SELECT FROM lwm2m_links l WHERE l.bucket = m.bucket AND l.meter_id = m.id
    AND l.ended_at IS NULL))`;

/** Why a renewal failed; null while none has. */
const failure = ({ realNowMs }: Frame) => sql<'refused' | 'unanswered' | 'unused' | null>`CASE
  WHEN m.link_revoked_at IS NOT NULL THEN NULL
  WHEN asking.stage = 'refused' THEN 'refused'
  WHEN asking.stage = 'expired' THEN 'unanswered'
  WHEN asking.stage = 'done'
    AND asking.stage_at < ${instant(realNowMs - unusedAfterMs)}::timestamptz THEN 'unused'
  WHEN waiting.origin = 'renewal'
    AND waiting.issued_at < ${instant(realNowMs - unusedAfterMs)}::timestamptz THEN 'unused' END`;

const endsBy = (frame: Frame) =>
  sql`${instant(frame.realNowMs + frame.warnDays * dayMs)}::timestamptz`;
const nowOf = (frame: Frame) => sql`${instant(frame.realNowMs)}::timestamptz`;

/** Where `used` is a plain join: what a meter comes with now. */
const inUse = sql`used.ended_at IS NULL AND used.first_used_at IS NOT NULL`;
const utility = sql`prewatt.current_utility()`;
const alive = (is: RawBuilder<unknown>) => sql`SELECT bucket, meter_id FROM meter_certificates
  WHERE utility_id = ${utility} AND ended_at IS NULL AND ${is}`;
const unused = alive(sql`first_used_at IS NULL`);
const metersThat = (is: RawBuilder<unknown>) => sql`SELECT bucket, id FROM meters
  WHERE utility_id = ${utility} AND ${is}`;
const everAsked = sql`SELECT bucket, meter_id FROM link_acts
  WHERE utility_id = ${utility} AND act = 'rotationAsked'`;

/**
 * Each filter: the few meters that can be meant, found by an index, or null where all have to be
 * looked at; and what is asked of them, over `m` and `used` alone. What failed takes more looking.
 */
const filters: Readonly<
  Record<
    IdentityShow,
    (frame: Frame) => { readonly few: RawBuilder<unknown> | null; readonly is: Condition }
  >
> = {
  all: () => ({ few: null, is: sql<boolean>`true` }),
  ending: (frame) => ({
    few: alive(sql`not_after > ${nowOf(frame)} AND not_after <= ${endsBy(frame)}`),
    is: sql<boolean>`(used.not_after > ${nowOf(frame)} AND used.not_after <= ${endsBy(frame)})`,
  }),
  ended: (frame) => ({
    few: alive(sql`not_after <= ${nowOf(frame)}`),
    is: sql<boolean>`(used.not_after <= ${nowOf(frame)})`,
  }),
  failed: () => ({ few: sql`${unused} UNION ${everAsked}`, is: sql<boolean>`true` }),
  waiting: () => ({
    few: sql`${unused} UNION ${metersThat(sql`next_secret_hash IS NOT NULL`)}`,
    is: sql<boolean>`(m.link_revoked_at IS NULL)`,
  }),
  neverRenewed: () => ({
    few: null,
    is: sql<boolean>`(used.serial IS NULL AND m.link_revoked_at IS NULL
      AND NOT EXISTS (SELECT FROM link_acts a WHERE a.bucket = m.bucket AND a.meter_id = m.id
        AND a.act IN ('paired', 'rotated', 'revoked')))`,
  }),
  revoked: () => ({
    few: metersThat(sql`link_revoked_at IS NOT NULL`),
    is: sql<boolean>`(m.link_revoked_at IS NOT NULL)`,
  }),
};

/** Meters of a filter, as `m`, with their connection `c` and what they come with, `used`. */
function metersOf(frame: Frame, show: IdentityShow): RawBuilder<unknown> {
  const { few, is } = filters[show](frame);
  const from =
    few === null
      ? sql`meters m`
      : sql`few JOIN meters m ON m.bucket = few.bucket AND m.id = few.id`;
  const known = few === null ? sql`` : sql`few (bucket, id) AS MATERIALIZED (${few}), `;
  return sql`WITH ${known}found AS MATERIALIZED (
    SELECT m.bucket, m.id, c.name, m.meter_pan, used.serial, used.not_after FROM ${from}
    JOIN connections c ON c.bucket = m.bucket AND c.id = m.connection_id
    LEFT JOIN meter_certificates used
      ON used.bucket = m.bucket AND used.meter_id = m.id AND ${inUse}
    WHERE m.utility_id = ${utility} AND ${hasLink} AND ${is})`;
}

type Row = {
  readonly id: string;
  readonly connection_id: string;
  readonly name: string;
  readonly meter_pan: string;
  readonly revoked_at: number | null;
  readonly last_contact_at: number | null;
  readonly serial: string | null;
  readonly not_after: number | null;
  readonly first_used_at: number | null;
  readonly last_act: 'claimed' | 'paired' | 'rotated' | 'revoked' | null;
  readonly last_at: number | null;
  readonly waiting_since: number | null;
  readonly secret_waits: boolean;
  readonly asked_at: number | null;
  readonly failure: 'refused' | 'unanswered' | 'unused' | null;
};

/** What ends first comes first, then by name. */
export async function identityPage(tx: Tx, q: IdentityQuery): Promise<IdentityPage> {
  const warnDays = await warnDaysOf(tx, q.utilityId);
  const frame = { realNowMs: q.realNowMs, warnDays };
  const after = q.cursor === null ? null : decodeCursor(q.cursor);
  const order = sql`coalesce(found.not_after, 'infinity'::timestamptz), found.name, found.id`;
  const behind =
    after === null
      ? sql`true`
      : sql`(${order}) > (coalesce(${after.endsAtMs === null ? null : instant(after.endsAtMs)}::timestamptz,
          'infinity'::timestamptz), ${after.name}, ${after.id}::uuid)`;
  const isFailed = q.show === 'failed';
  // What failed is known of each only after a closer look; the others are looked at page by page.
  const paged = sql`SELECT found.* FROM found WHERE ${matches(q.search)} AND ${behind}
    ORDER BY ${order} ${isFailed ? sql`` : sql`LIMIT ${pageSize + 1}`}`;
  const { rows } = await sql<Row>`${metersOf(frame, q.show)}, page AS MATERIALIZED (${paged})
    SELECT m.id, m.connection_id, c.name, m.meter_pan,
      m.link_revoked_at AS revoked_at, st.last_contact_at, used.serial, used.not_after,
      used.first_used_at, last.act AS last_act, last.at AS last_at,
      waiting.issued_at AS waiting_since, m.next_secret_hash IS NOT NULL AS secret_waits,
      asked.at AS asked_at, ${failure(frame)} AS failure
    ${found(sql`page`)}
    WHERE ${isFailed ? sql`${failure(frame)} IS NOT NULL` : sql`true`}
    ORDER BY ${order} LIMIT ${pageSize + 1}`.execute(tx);
  const shown = rows.slice(0, pageSize);
  const last = shown.at(-1);
  return {
    warnDays,
    rows: shown.map((row) => rowOf(row, frame)),
    counts: await countsOf(tx, q.utilityId, frame),
    nextCursor:
      rows.length > pageSize && last !== undefined
        ? encodeCursor({ endsAtMs: last.not_after, name: last.name, id: last.id })
        : null,
  };
}

export async function warnDaysOf(tx: Tx, utilityId: string): Promise<number> {
  const { rows } = await sql<{ days: number }>`SELECT identity_warn_days AS days
    FROM utilities WHERE id = ${utilityId}::uuid`.execute(tx);
  return rows[0]?.days ?? 0;
}

async function countsOf(tx: Tx, utilityId: string, frame: Frame): Promise<IdentityPage['counts']> {
  const count = async (show: 'ending' | 'ended'): Promise<number> => {
    const { rows } = await sql<{ n: number }>`${metersOf(frame, show)}
      SELECT count(*)::int AS n FROM found`.execute(tx);
    return rows[0]?.n ?? 0;
  };
  // Those that an index finds: the others would have all meters looked at for a number.
  return {
    ending: await count('ending'),
    ended: await count('ended'),
    failed: (await failedRenewals(tx, { utilityId, realNowMs: frame.realNowMs })).length,
  };
}

function matches(search: string): Condition {
  if (search === '') return sql<boolean>`true`;
  const escaped = (text: string) => `%${text.replace(/[\\%_]/g, '\\$&')}%`;
  return sql<boolean>`(found.name ILIKE ${escaped(search)} OR found.serial ILIKE ${escaped(search)}
    OR found.meter_pan LIKE ${escaped(search.replace(/[\s-]/g, ''))})`;
}

function rowOf(row: Row, { realNowMs, warnDays }: Frame): IdentityRow {
  const isShutOut = row.last_act === 'revoked' && row.revoked_at === null;
  const kind = row.serial === null ? (isShutOut ? 'nothingYet' : 'secret') : 'certificate';
  const since = row.first_used_at ?? (row.last_act === 'revoked' ? null : row.last_at);
  const ends = row.not_after === null ? Number.POSITIVE_INFINITY : row.not_after - realNowMs;
  return {
    connectionId: idFromUuid('connection', row.connection_id),
    connectionName: row.name,
    meterPan: row.meter_pan,
    kind,
    revokedAt: isoOrNull(row.revoked_at),
    since: isoOrNull(since),
    isOfFactory: kind === 'secret' && (row.last_act ?? 'claimed') === 'claimed',
    serial: row.serial,
    validUntil: isoOrNull(row.not_after),
    ends: ends <= 0 ? 'ended' : ends <= warnDays * dayMs ? 'ending' : 'later',
    renewal: renewalOf(row),
    lastSeenAt: isoOrNull(row.last_contact_at),
  };
}

function renewalOf(row: Row): IdentityRow['renewal'] {
  if (row.revoked_at !== null) return null;
  const since = row.failure === 'unused' ? (row.waiting_since ?? row.asked_at) : row.asked_at;
  if (row.failure !== null) return { state: row.failure, since: isoOrNull(since) };
  if (row.waiting_since === null && !row.secret_waits) return null;
  return { state: 'waiting', since: isoOrNull(row.waiting_since ?? row.asked_at) };
}

/** Renewals that failed, for the alerts: when they were asked for, or issued and left unused. */
export async function failedRenewals(
  tx: Tx,
  o: { readonly utilityId: string; readonly realNowMs: number },
): Promise<readonly { bucket: number; meter_id: string; connection_id: string; at: number }[]> {
  const frame = { realNowMs: o.realNowMs, warnDays: 0 };
  const why = failure(frame);
  const { rows } = await sql<{
    bucket: number;
    meter_id: string;
    connection_id: string;
    at: number;
  }>`${metersOf(frame, 'failed')}
    SELECT m.bucket, m.id AS meter_id, m.connection_id,
      CASE WHEN ${why} = 'unused' THEN coalesce(waiting.issued_at, asked.at) ELSE asked.at END AS at
    ${found(sql`found`)}
    WHERE m.utility_id = ${o.utilityId}::uuid AND ${why} IS NOT NULL`.execute(tx);
  return rows;
}

type Cursor = { readonly endsAtMs: number | null; readonly name: string; readonly id: string };
const encodeCursor = (cursor: Cursor): string =>
  Buffer.from(JSON.stringify(cursor)).toString('base64url');

function decodeCursor(text: string): Cursor | null {
  try {
    const value = JSON.parse(Buffer.from(text, 'base64url').toString('utf8'));
    const isEnd = value.endsAtMs === null || Number.isSafeInteger(value.endsAtMs);
    const isCursor = isEnd && typeof value.name === 'string' && /^[0-9a-f-]{36}$/.test(value.id);
    return isCursor ? value : null;
  } catch {
    return null;
  }
}
