// Many rows in one statement: each column travels as one array, so that the statement's text is the
// same for any number of rows and PostgreSQL plans it once for each connection. Arrays are read
// several times faster than JSON on both sides.

import { CompiledQuery, type RawBuilder, sql } from 'kysely';
import type { Tx } from './database.ts';

/** A column of a recordset: its name, and its type in PostgreSQL. */
export type Columns = Readonly<Record<string, ColumnType>>;
type ColumnType = 'smallint' | 'integer' | 'bigint' | 'uuid' | 'text' | 'timestamptz' | 'jsonb';

type RowOf<C extends Columns> = { readonly [K in keyof C]: unknown };

/**
 * First in the text of a statement that is worth preparing: `createDatabase` gives each such text a
 * name of its own, which the connection remembers.
 */
const mark = '/* prepared */';
export const prepared = sql.raw(mark);

/** Runs the statement over rows. `same` are the columns that all rows have alike. */
export type RowsStatement<C extends Columns, S extends Columns, R> = (
  tx: Tx,
  rows: readonly RowOf<C>[],
  ...same: keyof S extends never ? [] : [same: RowOf<S>]
) => Promise<readonly R[]>;

/**
 * A statement over rows of these columns: `text` gets the recordset, to be put behind FROM as
 * `${rows} AS r(a, b)` by name.
 */
export function statementOfRows<C extends Columns, R = unknown>(
  columns: C,
  text: (recordset: (alias: string) => string) => string,
): RowsStatement<C, Record<never, never>, R> {
  const whole = `${mark} ${text((alias) => recordsetText(alias, columns))}`;
  return async (tx, rows) => {
    const { rows: got } = await tx.executeQuery<R>(
      CompiledQuery.raw(whole, arraysOf(columns, rows)),
    );
    return got;
  };
}

/** `INSERT INTO table (…) SELECT … FROM recordset`, with what comes behind it. */
export function insertOfRows<C extends Columns, S extends Columns, R = unknown>(
  table: string,
  columns: C,
  o: { readonly same: S; readonly tail?: string },
): RowsStatement<C, S, R> {
  const own = Object.keys(columns);
  const same = Object.entries(o.same);
  const values = same.map(([, type], i) => `$${own.length + i + 1}::${type}`);
  const whole =
    `${mark} INSERT INTO ${table} (${[...own, ...same.map(([name]) => name)].join(', ')})` +
    ` SELECT ${[...own, ...values].join(', ')} FROM ${recordsetText('r', columns)} ${o.tail ?? ''}`;
  return async (tx, rows, ...given) => {
    const alike = (given[0] ?? {}) as Readonly<Record<string, unknown>>;
    const parameters = [...arraysOf(columns, rows), ...same.map(([name]) => alike[name])];
    const { rows: got } = await tx.executeQuery<R>(CompiledQuery.raw(whole, parameters));
    return got;
  };
}

/** `unnest(…) AS alias(…)` over the rows, for a statement that has parameters beside them. */
export function recordset<C extends Columns>(
  alias: string,
  columns: C,
  rows: readonly RowOf<C>[],
): RawBuilder<unknown> {
  const types = Object.values(columns);
  const arrays = arraysOf(columns, rows).map(
    (array, i) => sql`(SELECT ${array}::${sql.raw(`${types[i]}[]`)})`,
  );
  const names = sql.raw(`${alias}(${Object.keys(columns).join(', ')})`);
  return sql`unnest(${sql.join(arrays)}) AS ${names}`;
}

/** The same of an INSERT, to be followed by a conflict clause. */
export function insertRows<C extends Columns>(
  table: string,
  columns: C,
  rows: readonly RowOf<C>[],
): RawBuilder<unknown> {
  const names = sql.raw(Object.keys(columns).join(', '));
  return sql`${prepared} INSERT INTO ${sql.raw(table)} (${names})
    SELECT ${names} FROM ${recordset('r', columns, rows)}`;
}

// Behind a SELECT the planner does not look into an array: knowing how long it is, it would hold a
// plan of its own to be cheaper for each short one, and plan each time again.
function recordsetText(alias: string, columns: Columns): string {
  const arrays = Object.values(columns).map((type, i) => `(SELECT $${i + 1}::${type}[])`);
  return `unnest(${arrays.join(', ')}) AS ${alias}(${Object.keys(columns).join(', ')})`;
}

function arraysOf<C extends Columns>(columns: C, rows: readonly RowOf<C>[]): string[] {
  return Object.entries(columns).map(([name, type]) => {
    const write = writers[type];
    let text = '{';
    for (const row of rows) {
      if (text.length > 1) text += ',';
      const value = row[name];
      text += value === null || value === undefined ? 'NULL' : write(value);
    }
    return `${text}}`;
  });
}

/** Nothing else may come between the commas of an array. */
function whole(value: unknown): string {
  if (typeof value !== 'number' && typeof value !== 'bigint') throw new Error('not a number');
  return value.toString();
}

// Text of this length with a comma in it holds no UUID before or behind it.
function uuid(value: unknown): string {
  if (typeof value !== 'string' || value.length !== 36) throw new Error('not a UUID');
  return value;
}

const toEscape = /["\\]/g;
const quoted = (text: string): string => `"${text.replace(toEscape, '\\$&')}"`;

/** An element as PostgreSQL reads it in an array's text ("Array Input and Output Syntax"). */
const writers: Readonly<Record<ColumnType, (value: unknown) => string>> = {
  smallint: whole,
  integer: whole,
  bigint: whole,
  uuid,
  text: (value) => quoted(value as string),
  timestamptz: (value) => (value as Date).toISOString(),
  jsonb: (value) => quoted(JSON.stringify(value)),
};
