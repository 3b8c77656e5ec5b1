// Many rows in one statement: each column travels as one array, so that the statement's text is the
// same for any number of rows and PostgreSQL plans it once for each connection. Arrays are read
// several times faster than JSON on both sides, and binary ones faster than text.

import { CompiledQuery, type RawBuilder, sql } from 'kysely';
import { binaryColumns, type ColumnType } from './binary-columns.ts';
import type { Tx } from './database.ts';

/** A column of a recordset: its name, and its type in PostgreSQL. */
export type Columns = Readonly<Record<string, ColumnType>>;

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
  const arraysOf = binaryColumns(columns);
  return async (tx, rows) => {
    const { rows: got } = await tx.executeQuery<R>(CompiledQuery.raw(whole, arraysOf(rows)));
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
  const arraysOf = binaryColumns(columns);
  return async (tx, rows, ...given) => {
    const alike = (given[0] ?? {}) as Readonly<Record<string, unknown>>;
    const parameters = [...arraysOf(rows), ...same.map(([name]) => alike[name])];
    const { rows: got } = await tx.executeQuery<R>(CompiledQuery.raw(whole, parameters));
    return got;
  };
}

const spanColumns = { first_element: 'integer', last_element: 'integer' } as const;

/**
 * `insertOfRows` for a table with arrays of its own, all of a row equally long: the elements of all
 * rows travel behind one another, and each row cuts its own out.
 */
export function insertOfLists<C extends Columns, E extends Columns>(
  table: string,
  o: { readonly columns: C; readonly elements: E },
): (
  tx: Tx,
  rows: readonly { readonly row: RowOf<C>; readonly elements: readonly RowOf<E>[] }[],
) => Promise<void> {
  const columns = { ...o.columns, ...spanColumns };
  const own = Object.keys(o.columns);
  const before = Object.keys(columns).length;
  const lists = Object.values(o.elements).map(
    (type, i) => `($${before + i + 1}::${type}[])[first_element:last_element]`,
  );
  const whole =
    `${mark} INSERT INTO ${table} (${[...own, ...Object.keys(o.elements)].join(', ')})` +
    ` SELECT ${[...own, ...lists].join(', ')} FROM ${recordsetText('r', columns)}`;
  const rowArrays = binaryColumns(columns);
  const elementArrays = binaryColumns(o.elements);
  return async (tx, rows) => {
    let last = 0;
    const spans = rows.map(({ row, elements }) => {
      const first = last + 1;
      last += elements.length;
      return { ...row, first_element: first, last_element: last };
    });
    const parameters = [
      ...rowArrays(spans),
      ...elementArrays(rows.flatMap((each) => each.elements)),
    ];
    await tx.executeQuery(CompiledQuery.raw(whole, parameters));
  };
}

/** `unnest(…) AS alias(…)` over the rows, for a statement that has parameters beside them. */
export function recordset<C extends Columns>(
  alias: string,
  columns: C,
  rows: readonly RowOf<C>[],
): RawBuilder<unknown> {
  const types = Object.values(columns);
  const arrays = binaryColumns(columns)(rows).map(
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
