// The rows of a table as the token log has them: each with its key, the number of the list by which
// its newest leaf renders it, the salt that opens that leaf's line, and its text or bytes.

import type { Kysely } from 'kysely';
import { sql } from 'kysely';
import type { Tables } from '../../base/tables.ts';

type Db = Kysely<Tables>;

/** SQL expressions over a row `r`, by which the triggers render it. */
type Rendering = {
  readonly number: number;
  readonly list: readonly string[];
  readonly sql: {
    readonly keyText: string;
    readonly utility: string;
    /** One of the two: lists of before are of text. */
    readonly rowText?: string;
    readonly rowBytes?: string;
  };
};
export type Rows = { readonly line: string; readonly cells: readonly (string | null)[] };

const pageRows = 2_000;

/** Row texts were written under these by the triggers, and keys still are. */
export async function renderAsTriggersDo(tx: Db): Promise<void> {
  await sql`SELECT set_config('timezone', 'UTC', true), set_config('datestyle', 'ISO', true),
    set_config('intervalstyle', 'postgres', true), set_config('bytea_output', 'hex', true),
    set_config('extra_float_digits', '1', true)`.execute(tx);
}

/** Names of the covered tables, and how each renders its rows, the newest list last. */
export async function readRenderings(tx: Db): Promise<ReadonlyMap<string, readonly Rendering[]>> {
  const { rows } = await sql<Rendering & { table: string }>`
    SELECT table_name AS table, number, list, sql FROM prewatt_log.columns
    ORDER BY table_name, number`.execute(tx);
  return Map.groupBy(rows, ({ table }) => table);
}

/** How the columns of the newest list are written for people. */
const cellOf = (column: string): string => {
  const hashed = /^sha256\((\w+)\)$/.exec(column)?.[1];
  return hashed === undefined
    ? `r."${column}"::text`
    : `encode(sha256(convert_to(r."${hashed}"::text, 'UTF8')), 'hex')`;
};

/**
 * The rows of a table as lines of JSON, in a transaction; call `renderAsTriggersDo` before.
 * Also for an owner, from whom row-level security hides nothing.
 */
export async function* auditRows(tx: Db, utilityId: string, table: string): AsyncGenerator<Rows> {
  const renderings = (await readRenderings(tx)).get(table);
  const newest = renderings?.at(-1);
  if (renderings === undefined || newest === undefined) throw new Error(`${table} is not covered`);
  const bodies = renderings.map(({ number, sql: { rowText, rowBytes } }) =>
    rowBytes === undefined
      ? `WHEN ${number} THEN '"text":' || to_json(${rowText})::text`
      : `WHEN ${number} THEN '"bytes":"' || translate(encode(${rowBytes}, 'base64'), E'\n', '') || '"'`,
  );
  const cells = newest.list.map(cellOf).join(', ');
  const name = `audit_${table}`;
  await sql
    .raw(
      `DECLARE ${name} NO SCROLL CURSOR FOR
      WITH lines AS (
        SELECT l.id, part.n, split_part(part.line, E'\\t', 1) AS key,
          (split_part(p.parts[2], '"columns":', 2)::text) AS head,
          sha256(l.salt || coalesce(int8send(l.first_row + part.n - 1),
            convert_to(split_part(part.line, E'\\t', 1), 'UTF8'))) AS salt
        FROM prewatt_log.leaves l
        CROSS JOIN LATERAL (SELECT string_to_array(convert_from(l.leaf, 'UTF8'), E'\\n') AS parts) p
        CROSS JOIN LATERAL unnest(p.parts[3:cardinality(p.parts) - 1])
          WITH ORDINALITY AS part (line, n)
        WHERE l.utility_id = '${utilityId}' AND l.table_name = '${table}'
      ), newest AS (
        SELECT DISTINCT ON (key) key, salt, substring(head FROM '^[0-9]+')::int AS number
        FROM lines ORDER BY key, id DESC, n DESC
      ), rows AS (
        SELECT '[' || ${newest.sql.keyText} || ']' AS key, r FROM prewatt."${table}" r
        WHERE ${newest.sql.utility} = '${utilityId}'
      )
      SELECT '{"key":' || t.key || ',"columns":' || coalesce(n.number, ${newest.number}) ||
          ',"salt":"' || coalesce(encode(n.salt, 'base64'), '') || '",' ||
          CASE coalesce(n.number, ${newest.number}) ${bodies.join(' ').replaceAll(/\br\./g, '(t.r).')} END || '}' AS line,
        ARRAY[${cells.replaceAll(/\br\./g, '(t.r).')}] AS cells
      FROM rows t LEFT JOIN newest n ON n.key = t.key`,
    )
    .execute(tx);
  for (;;) {
    const { rows } = await sql.raw<Rows>(`FETCH ${pageRows} FROM ${name}`).execute(tx);
    yield* rows;
    if (rows.length < pageRows) break;
  }
  await sql.raw(`CLOSE ${name}`).execute(tx);
}

/** All leaves in the order of the log, those without a place last. */
export async function* auditLeaves(
  tx: Db,
  utilityId: string,
): AsyncGenerator<{ readonly leaf: Buffer; readonly salt: Buffer }> {
  type Leaf = { readonly leaf: Buffer; readonly salt: Buffer };
  await sql
    .raw(
      `DECLARE audit_leaves NO SCROLL CURSOR FOR SELECT l.leaf, l.salt FROM prewatt_log.leaves l
      LEFT JOIN prewatt_log.entries e ON e.utility_id = l.utility_id AND e.leaf_id = l.id
      WHERE l.utility_id = '${utilityId}' ORDER BY e.place NULLS LAST, l.id`,
    )
    .execute(tx);
  for (;;) {
    const { rows } = await sql.raw<Leaf>('FETCH 500 FROM audit_leaves').execute(tx);
    yield* rows;
    if (rows.length < 500) break;
  }
  await sql`CLOSE audit_leaves`.execute(tx);
}

/** What each meter says that it was credited and which tokens it accepted; one line a meter. */
export async function* metersSaid(tx: Db): AsyncGenerator<string> {
  let after = '00000000-0000-0000-0000-000000000000';
  for (;;) {
    const { rows } = await sql<{ id: string; line: string }>`
      SELECT m.id, json_build_object('meterId', m.id, 'creditedWh',
          CASE WHEN (s.report -> 'creditedIsDerived') = 'true' THEN NULL
            ELSE s.credited_energy_wh::text END,
          'accepted', (SELECT coalesce(json_agg(json_build_array(
              (e.detail -> 'outcome' ->> 'tid')::int, e.detail -> 'outcome' ->> 'creditedEnergyWh')
              ORDER BY e.sequence), '[]')
            FROM prewatt.meter_events e WHERE e.bucket = m.bucket AND e.meter_id = m.id
              AND e.code = 'token' AND e.detail -> 'outcome' ->> 'result' = 'accepted'
              AND e.detail -> 'outcome' ->> 'effect' = 'credit'))::text AS line
      FROM prewatt.meters m LEFT JOIN prewatt.meter_states s
        ON s.bucket = m.bucket AND s.meter_id = m.id
      WHERE m.id > ${after} ORDER BY m.id LIMIT ${pageRows}`.execute(tx);
    for (const { line } of rows) yield line;
    const last = rows.at(-1);
    if (last === undefined || rows.length < pageRows) return;
    after = last.id;
  }
}
