// Which connections an assignment to many is about, and what each is to have: one statement that
// writes the list, so that a second person approves exactly the list that was shown.

import type { AssignmentFilter, NewAssignment } from '@prewatt/api';
import { err, ok, parseId, type Result, uuidOf } from '@prewatt/quantities';
import { type RawBuilder, sql } from 'kysely';
import type { Tx } from '../../base/database.ts';
import { placeOfConnection } from '../../registry/connections/index.ts';
import type { Refused } from './errors.ts';

/** A preview and its list of so many take minutes, and one statement writes it. */
const mostConnections = 200_000;
const faultsTold = 20;

export type NewBatch = {
  readonly id: string;
  readonly utilityId: string;
  readonly requestId: string;
  readonly digest: string;
  /** Null in an undo. */
  readonly tariffId: string | null;
  readonly undoOf: string | null;
  readonly from: string;
  /** How they were chosen, as it was asked for. */
  readonly chosen: object;
  readonly reason: string;
  readonly requestedBy: string;
  readonly months: number;
  readonly fromAt: Date;
  readonly at: Date;
};

/** A table of bucket, connection_id, tariff_id and parameters: what each is to have. */
type Wanted = RawBuilder<unknown>;

/** What a connection `c` has on a day. */
const dayOf = (from: string) => sql`CROSS JOIN LATERAL (
    SELECT coalesce(c.next_tariff ->> 'from' <= ${from}, false) AS is_next
  ) AS n
  CROSS JOIN LATERAL (SELECT
    CASE WHEN n.is_next THEN (c.next_tariff ->> 'tariffId')::uuid ELSE c.tariff_id END AS tariff_id,
    CASE WHEN n.is_next THEN c.next_tariff -> 'parameters' ELSE c.tariff_parameters END
      AS parameters
  ) AS day`;

/** What it has of the facts that the tariff asks for, with those that are given before them. */
const factsOf = (o: {
  readonly known: readonly string[];
  readonly given: Readonly<Record<string, string>>;
  readonly own: RawBuilder<unknown>;
}) => sql`coalesce((SELECT jsonb_object_agg(key, value) FROM jsonb_each(day.parameters)
    WHERE key = ANY(${[...o.known]}::text[])), '{}'::jsonb)
  || ${JSON.stringify(o.given)}::jsonb || ${o.own}`;

export type Target = {
  readonly tariffId: string;
  readonly from: string;
  /** Facts of a connection that the tariff asks for. */
  readonly known: readonly string[];
  readonly given: Readonly<Record<string, string>>;
};

export function wantedByFilter(filter: AssignmentFilter, target: Target): Wanted {
  const conditions = [sql`c.closed_at IS NULL`];
  if (filter.tariffName !== undefined) {
    conditions.push(
      sql`day.tariff_id IN (SELECT id FROM tariffs WHERE name = ${filter.tariffName})`,
    );
  }
  if (filter.place !== undefined) {
    const pattern = `%${filter.place.replace(/[\\%_]/g, '\\$&')}%`;
    conditions.push(sql`(c.address ILIKE ${pattern} OR c.name ILIKE ${pattern})`);
  }
  if (filter.creditMode !== undefined) {
    conditions.push(sql`c.credit_mode = ${filter.creditMode}`);
  }
  if (filter.facts !== undefined) {
    conditions.push(sql`day.parameters @> ${JSON.stringify(filter.facts)}::jsonb`);
  }
  return sql`SELECT c.bucket, c.id AS connection_id, ${target.tariffId}::uuid AS tariff_id,
      ${factsOf({ ...target, own: sql`'{}'::jsonb` })} AS parameters
    FROM connections c ${dayOf(target.from)}
    WHERE ${sql.join(conditions, sql` AND `)}`;
}

type ListRow = {
  readonly bucket: number;
  readonly connectionId: string;
  readonly parameters: Readonly<Record<string, string>>;
};

export const wantedByList = (rows: readonly ListRow[], target: Target): Wanted =>
  sql`SELECT c.bucket, c.id AS connection_id, ${target.tariffId}::uuid AS tariff_id,
      ${factsOf({ ...target, own: sql`l.parameters` })} AS parameters
    FROM unnest(${rows.map((row) => row.bucket)}::smallint[],
      ${rows.map((row) => row.connectionId)}::uuid[],
      ${rows.map((row) => JSON.stringify(row.parameters))}::jsonb[]) AS l (bucket, id, parameters)
    JOIN connections c ON c.bucket = l.bucket AND c.id = l.id ${dayOf(target.from)}`;

/** What connections had before a batch, where it is the last that was assigned to them. */
export const wantedBack = (batchId: string): Wanted =>
  sql`SELECT r.bucket, r.connection_id, r.before_tariff_id AS tariff_id,
      r.before_parameters AS parameters
    FROM tariff_assignment_rows r
    JOIN LATERAL (
      SELECT a.request_id FROM tariff_assignments a
      WHERE a.bucket = r.bucket AND a.connection_id = r.connection_id ORDER BY a.id DESC LIMIT 1
    ) AS last ON last.request_id = ${`batch:${batchId}`}
    WHERE r.batch_id = ${batchId}::uuid AND r.outcome = 'assigned'`;

/** The connection that a text names by its id; null for anything else. */
function idIn(text: string): string | null {
  const id = parseId('connection', text.trim());
  return id.ok ? uuidOf(id.value) : null;
}

/** The places that a list names, or what is wrong with its lines. */
export async function placesOfList(
  tx: Tx,
  utilityId: string,
  list: Extract<NewAssignment['choose'], { list: unknown }>['list'],
): Promise<Result<readonly ListRow[], Refused>> {
  const digitsOf = (of: string) => of.replace(/[\s-]/g, '');
  const ids = list.flatMap(({ of }) => idIn(of) ?? []);
  const byId = ids.map((id) => placeOfConnection(utilityId, id));
  const { rows: found } = await sql<{ of: string; bucket: number; connectionId: string }>`
    SELECT d.meter_pan AS of, d.bucket, d.connection_id AS "connectionId"
    FROM meter_directory d
    JOIN meters m ON m.bucket = d.bucket AND m.id = d.meter_id AND m.retired_at IS NULL
    WHERE d.utility_id = ${utilityId}::uuid
      AND d.meter_pan = ANY(${list.map(({ of }) => digitsOf(of))}::text[])
    UNION ALL
    SELECT c.id::text, c.bucket, c.id
    FROM unnest(${byId.map((place) => place.bucket)}::smallint[], ${ids}::uuid[]) AS l (bucket, id)
    JOIN connections c ON c.bucket = l.bucket AND c.id = l.id`.execute(tx);
  const places = new Map(found.map((each) => [each.of, each]));
  const seen = new Set<string>();
  const faults: string[] = [];
  const rows: ListRow[] = [];
  for (const [index, { of, parameters = {} }] of list.entries()) {
    const place = places.get(idIn(of) ?? digitsOf(of));
    const line = `line ${index + 1}`;
    if (place === undefined) faults.push(`${line}: there is no meter or connection "${of}"`);
    else if (seen.has(place.connectionId)) faults.push(`${line}: "${of}" stands there before`);
    else {
      seen.add(place.connectionId);
      rows.push({ bucket: place.bucket, connectionId: place.connectionId, parameters });
    }
  }
  if (faults.length === 0) return ok(rows);
  const more = faults.length > faultsTold ? `; and ${faults.length - faultsTold} more` : '';
  return err({ code: 'listFaults', about: `${faults.slice(0, faultsTold).join('; ')}${more}.` });
}

/** Writes a batch with its rows, those left out that would change nothing. */
export async function writeBatch(
  tx: Tx,
  batch: NewBatch,
  wanted: Wanted,
): Promise<Result<void, Refused>> {
  const looked = await sql<{ rows: number }>`SELECT count(*)::int AS rows
    FROM (${wanted}) AS w`.execute(tx);
  if ((looked.rows[0]?.rows ?? 0) > mostConnections) return err({ code: 'tooManyChosen' });
  const { rows } = await sql<{ total: number }>`
    WITH wanted AS MATERIALIZED (
      SELECT w.*, day.tariff_id AS before_id, day.parameters AS before_parameters,
        now_named.name = then_named.name AND day.parameters = w.parameters AS same,
        NOT n.is_next AND c.next_tariff IS NOT NULL AS replaces
      FROM (${wanted}) AS w
      JOIN connections c ON c.bucket = w.bucket AND c.id = w.connection_id
      ${dayOf(batch.from)}
      JOIN tariffs now_named ON now_named.id = day.tariff_id
      JOIN tariffs then_named ON then_named.id = w.tariff_id
    ), counted AS (
      SELECT (count(*) FILTER (WHERE NOT same))::int AS total,
        (count(*) FILTER (WHERE same))::int AS there,
        (count(*) FILTER (WHERE replaces AND NOT same))::int AS replaces
      FROM wanted
    ), batch AS (
      INSERT INTO tariff_assignment_batches (id, utility_id, request_id, digest, tariff_id, undo_of,
        from_date, chosen, reason, requested_by, months, from_at, to_at, rows_total, state,
        created_at, state_at)
      SELECT ${batch.id}::uuid, ${batch.utilityId}::uuid, ${batch.requestId}, ${batch.digest},
        ${batch.tariffId}::uuid, ${batch.undoOf}::uuid, ${batch.from}::date,
        ${JSON.stringify(batch.chosen)}::jsonb
          || jsonb_build_object('alreadyThere', there, 'replacesComing', replaces),
        ${batch.reason}, ${batch.requestedBy}::uuid, ${batch.months}, ${batch.fromAt}::timestamptz,
        ${batch.at}::timestamptz, total, 'previewing', ${batch.at}::timestamptz,
        ${batch.at}::timestamptz
      FROM counted WHERE total > 0
      RETURNING id, rows_total
    ), written AS (
      INSERT INTO tariff_assignment_rows (bucket, batch_id, connection_id, utility_id,
        before_tariff_id, before_parameters, tariff_id, parameters)
      SELECT w.bucket, batch.id, w.connection_id, ${batch.utilityId}::uuid, w.before_id,
        w.before_parameters, w.tariff_id, w.parameters
      FROM wanted w CROSS JOIN batch WHERE NOT w.same
    )
    SELECT rows_total AS total FROM batch`.execute(tx);
  return rows.length === 0 ? err({ code: 'nothingChosen' }) : ok(undefined);
}
