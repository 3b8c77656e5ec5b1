// One alteration of one row as the database's owner makes it: another value, a row deleted, a row
// slipped in as a copy of another, a value swapped between two rows.

import { sql } from 'kysely';
import type { Tx } from '../../src/base/database.ts';

export type Column = { readonly name: string; readonly type: string; readonly isKey: boolean };
export type TownTable = { readonly name: string; readonly columns: readonly Column[] };
export const alterationKinds = ['value', 'delete', 'copy', 'swap'] as const;
export type Alteration = {
  readonly kind: (typeof alterationKinds)[number];
  readonly table: string;
  /** Of a value and of a swap. */
  readonly column: string | null;
};

/** A whole number from 0, below `below`. */
export type Choose = (below: number) => number;

/** The tables that have rows, with the columns that somebody could write. */
export async function tablesOf(tx: Tx, names: readonly string[]): Promise<readonly TownTable[]> {
  const tables: TownTable[] = [];
  for (const name of names) {
    const has = await sql<{
      n: bigint;
    }>`SELECT count(*) AS n FROM ${sql.table(`prewatt.${name}`)}`.execute(tx);
    if (has.rows[0]?.n === 0n) continue;
    const { rows } =
      await sql<Column>`SELECT a.attname AS name, format_type(a.atttypid, NULL) AS type,
        coalesce(a.attnum = ANY (i.indkey), false) AS "isKey"
      FROM pg_attribute a LEFT JOIN pg_index i ON i.indrelid = a.attrelid AND i.indisprimary
      WHERE a.attrelid = ${`prewatt.${name}`}::regclass AND a.attnum > 0 AND NOT a.attisdropped
        AND a.attgenerated = '' ORDER BY a.attnum`.execute(tx);
    tables.push({ name, columns: rows });
  }
  return tables;
}

/** What stands in place of a value; `c` is the column. */
function otherValue(type: string): string {
  if (/^(bigint|integer|smallint|numeric)$/.test(type)) return 'c + 1';
  if (type === 'text')
    return `CASE WHEN c ~ '[0-9]$' THEN left(c, -1) || ((right(c, 1)::int + 1) % 10)::text ELSE c || 'x' END`;
  if (type === 'uuid') return 'gen_random_uuid()';
  if (type === 'boolean') return 'NOT c';
  if (type === 'date') return 'c + 1';
  if (type.startsWith('timestamp')) return `c + interval '1 minute'`;
  if (type === 'bytea') return 'set_byte(c, 0, (get_byte(c, 0) + 1) % 256)';
  if (type === 'jsonb')
    return `CASE WHEN c::text ~ '[1-8]' THEN regexp_replace(c::text, '[1-8]', '9')::jsonb
    WHEN jsonb_typeof(c) = 'object' THEN c || '{"more": 1}' ELSE c || '1' END`;
  if (type === 'bigint[]') return 'c[:cardinality(c) - 1] || (c[cardinality(c)] + 1)';
  if (type === 'text[]') return `c[:cardinality(c) - 1] || 'fee'::text`;
  if (type === 'uuid[]') return 'c[:cardinality(c) - 1] || gen_random_uuid()';
  throw new Error(`the tamper knows no other value of ${type}`);
}

const quoted = (name: string) => `"${name}"`;

async function rowsOf(tx: Tx, table: TownTable, where = 'true'): Promise<string[]> {
  const { rows } = await sql
    .raw<{ at: string }>(
      `SELECT ctid::text AS at FROM prewatt.${table.name} t WHERE ${where} ORDER BY t::text`,
    )
    .execute(tx);
  return rows.map(({ at }) => at);
}

const one = <T>(from: readonly T[], choose: Choose): T | undefined => from[choose(from.length)];

/**
 * Makes one alteration. Null when there was nothing to alter so; a CHECK or a unique index may
 * refuse it by an error.
 */
export async function alter(
  tx: Tx,
  o: { readonly tables: readonly TownTable[]; readonly choose: Choose },
): Promise<Alteration | null> {
  const { choose } = o;
  const table = one(o.tables, choose);
  // Values are what is altered most.
  const kind = alterationKinds[Math.max(0, choose(10) - 6)];
  if (table === undefined || kind === undefined) return null;
  if (kind === 'value' || kind === 'swap') {
    const column = one(table.columns, choose);
    if (column === undefined) return null;
    const done = kind === 'value' ? changeValue : swapValue;
    return (await done(tx, { table, column, choose }))
      ? { kind, table: table.name, column: column.name }
      : null;
  }
  const at = one(await rowsOf(tx, table), choose);
  const done = kind === 'delete' ? deleteRow : copyRow;
  return at !== undefined && (await done(tx, table, at))
    ? { kind, table: table.name, column: null }
    : null;
}

type OfColumn = { readonly table: TownTable; readonly column: Column; readonly choose: Choose };

async function changeValue(tx: Tx, { table, column, choose }: OfColumn): Promise<boolean> {
  const c = quoted(column.name);
  const at = one(await rowsOf(tx, table, `t.${c} IS NOT NULL`), choose);
  if (at === undefined) return false;
  const value = otherValue(column.type).replaceAll(/\bc\b/g, `t.${c}`);
  const { numAffectedRows } = await sql
    .raw(`UPDATE prewatt.${table.name} t SET ${c} = ${value} WHERE ctid = '${at}'
      AND (${value}) IS DISTINCT FROM t.${c}`)
    .execute(tx);
  return numAffectedRows === 1n;
}

async function swapValue(tx: Tx, { table, column, choose }: OfColumn): Promise<boolean> {
  const c = quoted(column.name);
  const at = one(await rowsOf(tx, table, `t.${c} IS NOT NULL`), choose);
  if (at === undefined || column.isKey) return false;
  const others = await rowsOf(
    tx,
    table,
    `t.${c} <> (SELECT o.${c} FROM prewatt.${table.name} o WHERE o.ctid = '${at}')`,
  );
  const other = one(others, choose);
  if (other === undefined) return false;
  await sql
    .raw(`UPDATE prewatt.${table.name} t SET ${c} = o.${c} FROM prewatt.${table.name} o
      WHERE (t.ctid, o.ctid) IN (('${at}'::tid, '${other}'::tid), ('${other}'::tid, '${at}'::tid))`)
    .execute(tx);
  return true;
}

async function deleteRow(tx: Tx, table: TownTable, at: string): Promise<boolean> {
  await sql.raw(`DELETE FROM prewatt.${table.name} WHERE ctid = '${at}'`).execute(tx);
  return true;
}

/** A row like another, under a key of its own; it comes last in the order of entry. */
async function copyRow(tx: Tx, table: TownTable, at: string): Promise<boolean> {
  // A copy of a utility is another utility, with a log of its own, and in nobody's export of this.
  if (table.name === 'utilities') return false;
  const columns = table.columns.filter(({ name }) => name !== 'entered' && name !== 'settled');
  const keys = columns.filter(({ isKey, name }) => isKey && name !== 'bucket');
  const fresh = keys.at(-1);
  const values = columns.map((column) => {
    const c = quoted(column.name);
    if (column === fresh)
      return otherValue(column.type).replaceAll(/\bc\b/g, c).replace(/\+ 1$/, '+ 1000');
    // Requests are made once.
    return /^request_id$|^fact_key$/.test(column.name) ? `gen_random_uuid()::text` : c;
  });
  await sql
    .raw(`INSERT INTO prewatt.${table.name} (${columns.map(({ name }) => quoted(name)).join(', ')})
      SELECT ${values.join(', ')} FROM prewatt.${table.name} WHERE ctid = '${at}'`)
    .execute(tx);
  return true;
}
