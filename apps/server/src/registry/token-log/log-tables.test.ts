// Every table and column of the schema is in the token log or has its reason, and the database
// makes leaves as log-tables.ts says.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { sql } from 'kysely';
import { createHarness, type Harness } from '../../../test/harness.ts';
import { logTables, tablesNotLogged } from './log-tables.ts';

let h: Harness;
before(async () => {
  h = await createHarness();
});
after(() => h.close());

type Covered = { name: string; list: string[]; isAppendOnly: boolean; triggers: bigint };

const split = (columns: string | undefined): string[] =>
  columns === undefined ? [] : columns.split(' ');

test('every table is in the log or has its reason', async () => {
  const { rows } = await sql<{ name: string }>`SELECT relname AS name FROM pg_class
    WHERE relnamespace = 'prewatt'::regnamespace AND relkind IN ('r', 'p')
      AND NOT relispartition`.execute(h.owner.directories);
  const decided = [
    ...logTables.map(({ table }) => table),
    ...tablesNotLogged.flatMap(({ tables }) => tables.split(' ')),
  ];
  assert.deepEqual(decided.toSorted(), rows.map(({ name }) => name).toSorted());
});

test('every column of a covered table stands in the text of its rows, or is left out', async () => {
  const { rows: covered } = await sql<Covered>`
    SELECT DISTINCT ON (table_name) table_name AS name, list, is_append_only AS "isAppendOnly",
      (SELECT count(*) FROM pg_trigger g JOIN pg_proc p ON p.oid = g.tgfoid
        WHERE g.tgrelid = format('prewatt.%I', table_name)::regclass AND g.tgenabled = 'O'
          AND p.pronamespace = 'prewatt_log'::regnamespace AND p.proname = table_name) AS triggers
    FROM prewatt_log.columns ORDER BY table_name, number DESC`.execute(h.owner.directories);
  const { rows } = await sql<{ table: string; columns: string[] }>`
    SELECT attrelid::regclass::text AS table, array_agg(attname::text ORDER BY attnum) AS columns
    FROM pg_attribute WHERE attrelid = ANY (${covered.map(({ name }) => `prewatt.${name}`)}::regclass[])
      AND attnum > 0 AND NOT attisdropped AND attgenerated = '' GROUP BY 1`.execute(
    h.owner.directories,
  );
  const columnsOf = new Map(
    rows.map(({ table, columns }) => [table.replace('prewatt.', ''), columns]),
  );
  const said = logTables.map(({ table, leftOut = [], digested, isAppendOnly = false }) => {
    const out = new Set(leftOut.flatMap(({ columns }) => split(columns)));
    const columns = columnsOf.get(table) ?? [];
    for (const name of out) assert.ok(columns.includes(name), `${table}.${name} is not there`);
    const list = columns
      .filter((name) => !out.has(name))
      .map((name) => (split(digested).includes(name) ? `sha256(${name})` : name));
    return { name: table, list, isAppendOnly, triggers: 3n };
  });
  const byName = (all: readonly Covered[]) => all.toSorted((a, b) => (a.name < b.name ? -1 : 1));
  assert.deepEqual(byName(covered), byName(said));
});
