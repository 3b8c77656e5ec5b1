// Many rows in one statement: rows travel as one JSON parameter, so that the statement's text is
// the same for any number of them and PostgreSQL plans it once for each connection.

import { type RawBuilder, sql } from 'kysely';

/** A column of a recordset: its name, and its type in PostgreSQL. */
export type Columns = Readonly<Record<string, string>>;

/**
 * First in the text of a statement that is worth preparing: `createDatabase` gives each such text a
 * name of its own, which the connection remembers.
 */
export const prepared = sql.raw('/* prepared */');

/** JSON without a replacer, which would be called for each value of each row. */
function toJson(columns: readonly string[], rows: readonly Readonly<Record<string, unknown>>[]) {
  return JSON.stringify(
    rows.map((row) => {
      const plain: Record<string, unknown> = {};
      for (const column of columns) {
        const value = row[column];
        plain[column] = typeof value === 'bigint' ? value.toString() : value;
      }
      return plain;
    }),
  );
}

/** `json_to_recordset(…) AS alias(…)` over the rows; values that are bigint travel as text. */
export function recordset<C extends Columns>(
  alias: string,
  columns: C,
  rows: readonly { readonly [K in keyof C]: unknown }[],
): RawBuilder<unknown> {
  const definition = Object.entries(columns).map(([name, type]) => `${name} ${type}`);
  return sql`json_to_recordset(${toJson(Object.keys(columns), rows)}::json)
    AS ${sql.raw(`${alias}(${definition.join(', ')})`)}`;
}

/** `INSERT INTO table (…) SELECT … FROM recordset`, to be followed by a conflict clause or none. */
export function insertRows<C extends Columns>(
  table: string,
  columns: C,
  rows: readonly { readonly [K in keyof C]: unknown }[],
): RawBuilder<unknown> {
  const names = sql.raw(Object.keys(columns).join(', '));
  return sql`${prepared} INSERT INTO ${sql.raw(table)} (${names})
    SELECT ${names} FROM ${recordset('r', columns, rows)}`;
}
