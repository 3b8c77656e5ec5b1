// What the console shows of readings of a whole utility: open findings and decisions, and for one
// of them the readings around it and its history.

import type { ReadingAround, ReadingFindingPage } from '@prewatt/api';
import { idFromUuid, isoOf } from '@prewatt/quantities';
import { sql } from 'kysely';
import { instant, type Tx } from '../../base/database.ts';
import { registerNumbers } from './registers.ts';
import type { FindingKind } from './validate.ts';

const rowsPerPage = 50;
/** Readings shown before and after the one that is looked at. */
const neighbours = 16;
const register = registerNumbers.importEnergyWh;

/** No later word about the same reading. */
const isLast = sql`NOT EXISTS (SELECT FROM reading_findings l
  WHERE l.bucket = f.bucket AND l.meter_id = f.meter_id AND l.register = f.register
    AND l.read_at = f.read_at AND l.finding = f.finding AND l.ordinal > f.ordinal)`;

type Detail = Record<string, string | number>;
type Row = {
  readonly bucket: number;
  readonly meter_id: string;
  readonly connection_id: string;
  readonly name: string;
  readonly meter_pan: string;
  readonly retired: boolean;
  readonly read_at: number;
  readonly finding: FindingKind;
  readonly state: 'found' | 'accepted' | 'rejected';
  readonly detail: Detail;
  readonly found_at: number;
  readonly decided_by: string | null;
  readonly reason: string | null;
  readonly at: number;
};

export async function findingPage(
  tx: Tx,
  o: {
    readonly utilityId: string;
    readonly show: 'open' | 'decided';
    readonly finding: FindingKind | null;
    readonly cursor: string | null;
  },
): Promise<ReadingFindingPage> {
  const states =
    o.show === 'open' ? sql`f.state = 'found'` : sql`f.state IN ('accepted', 'rejected')`;
  const kind = o.finding === null ? sql`true` : sql`f.finding = ${o.finding}`;
  const after = /^(\d{1,15})\.(\d{1,4})\.([0-9a-f-]{36})\.([a-zA-Z]{1,12})$/.exec(o.cursor ?? '');
  const from =
    after === null
      ? sql`true`
      : sql`(f.read_at, f.bucket, f.meter_id, f.finding) < (${instant(Number(after[1]))}::timestamptz,
          ${Number(after[2])}, ${after[3]}::uuid, ${after[4]})`;
  const { rows } = await sql<Row>`SELECT f.bucket, f.meter_id, f.connection_id, c.name, t.meter_pan,
      t.retired_at IS NOT NULL AS retired, f.read_at, f.finding, f.state, first.detail,
      first.at AS found_at, f.decided_by, f.reason, f.at
    FROM reading_findings f
    JOIN connections c ON c.bucket = f.bucket AND c.id = f.connection_id
    JOIN meters t ON t.bucket = f.bucket AND t.id = f.meter_id
    CROSS JOIN LATERAL (SELECT detail, at FROM reading_findings e
      WHERE e.bucket = f.bucket AND e.meter_id = f.meter_id AND e.register = f.register
        AND e.read_at = f.read_at AND e.finding = f.finding AND e.state = 'found'
      ORDER BY e.detail <> '{}'::jsonb DESC, e.ordinal DESC LIMIT 1) AS first
    WHERE f.utility_id = ${o.utilityId}::uuid AND ${states} AND ${kind} AND ${isLast} AND ${from}
    ORDER BY f.read_at DESC, f.bucket DESC, f.meter_id DESC, f.finding DESC
    LIMIT ${rowsPerPage + 1}`.execute(tx);
  const shown = rows.slice(0, rowsPerPage);
  const last = shown.at(-1);
  const more = rows.length > rowsPerPage && last !== undefined;
  return {
    rows: shown.map((row) => ({
      connectionId: idFromUuid('connection', row.connection_id),
      name: row.name,
      meterPan: row.meter_pan,
      retired: row.retired,
      readAt: isoOf(row.read_at),
      finding: row.finding,
      state: row.state,
      detail: row.detail,
      foundAt: isoOf(row.found_at),
      decidedBy: row.decided_by,
      reason: row.reason,
      at: isoOf(row.at),
    })),
    counts: await openCounts(tx, o.utilityId),
    nextCursor: more ? `${last.read_at}.${last.bucket}.${last.meter_id}.${last.finding}` : null,
  };
}

/** How many of each kind stand open, for the whole utility. */
async function openCounts(tx: Tx, utilityId: string): Promise<ReadingFindingPage['counts']> {
  const { rows } = await sql<{ finding: FindingKind; n: number }>`
    SELECT f.finding, count(*)::int AS n FROM reading_findings f
    WHERE f.utility_id = ${utilityId}::uuid AND f.state = 'found' AND ${isLast}
    GROUP BY f.finding`.execute(tx);
  const counts = { gap: 0, spike: 0, negative: 0, reset: 0, unit: 0, clockDrift: 0, differs: 0 };
  for (const row of rows) counts[row.finding] = row.n;
  return counts;
}

/** A reading among those before and after it, what was said about it, and spans that stand in. */
export async function readingAround(
  tx: Tx,
  place: { readonly bucket: number; readonly meterId: string },
  readAtMs: number,
): Promise<ReadingAround> {
  const at = instant(readAtMs);
  const side = (
    newer: boolean,
  ) => sql`(SELECT read_at, value, received_at, meter_flags FROM readings
    WHERE bucket = ${place.bucket} AND meter_id = ${place.meterId}::uuid AND register = ${register}
      AND read_at ${newer ? sql`>` : sql`<=`} ${at}::timestamptz
    ORDER BY read_at ${newer ? sql`ASC` : sql`DESC`} LIMIT ${neighbours})`;
  const points = await sql<{
    read_at: number;
    value: bigint;
    received_at: number;
  }>`SELECT * FROM (${side(false)} UNION ALL ${side(true)}) AS near ORDER BY read_at`.execute(tx);
  const words = await sql<{
    finding: FindingKind;
    state: 'found' | 'gone' | 'accepted' | 'rejected';
    detail: Detail;
    decided_by: string | null;
    reason: string | null;
    at: number;
  }>`SELECT finding, state, detail, decided_by, reason, at FROM reading_findings
    WHERE bucket = ${place.bucket} AND meter_id = ${place.meterId}::uuid
      AND register = ${register} AND read_at = ${at}::timestamptz
    ORDER BY finding, ordinal`.execute(tx);
  const estimates = await sql<{
    starts_at: number;
    ends_at: number;
    energy_wh: bigint;
    method: 'interpolated' | 'average' | 'edited';
    made_by: string | null;
    reason: string | null;
  }>`SELECT DISTINCT ON (starts_at, ends_at) starts_at, ends_at, energy_wh, method, made_by, reason
    FROM reading_estimates
    WHERE bucket = ${place.bucket} AND meter_id = ${place.meterId}::uuid
      AND starts_at < ${at}::timestamptz + interval '1 day' AND ends_at > ${at}::timestamptz - interval '1 day'
    ORDER BY starts_at, ends_at, ordinal DESC LIMIT 20`.execute(tx);
  return {
    points: points.rows.map((row) => ({
      readAt: isoOf(row.read_at),
      valueWh: row.value.toString(),
      receivedAt: isoOf(row.received_at),
    })),
    history: words.rows.map((row) => ({
      finding: row.finding,
      state: row.state,
      detail: row.detail,
      by: row.decided_by,
      reason: row.reason,
      at: isoOf(row.at),
    })),
    estimates: estimates.rows.map((row) => ({
      startsAt: isoOf(row.starts_at),
      endsAt: isoOf(row.ends_at),
      energyWh: row.energy_wh.toString(),
      method: row.method,
      madeBy: row.made_by,
      reason: row.reason,
    })),
  };
}
