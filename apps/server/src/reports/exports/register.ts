// What a register of exports is made of: one table, its paging by key, columns in a fixed order,
// and how a row becomes cells.

import type { IdPrefix } from '@prewatt/quantities';
import { type RawBuilder, sql } from 'kysely';
import type { Cells } from '../../base/csv.ts';
import type { Tx } from '../../base/database.ts';

export type Key = { readonly bucket: number; readonly id: string };

export type Register = {
  readonly table: string;
  /** The condition for the row of an identifier. */
  readonly is: (uuid: string) => RawBuilder<unknown>;
  readonly prefix: IdPrefix;
  readonly columns: readonly string[];
  /** Rows after a key; the cells of a row are null when it is passed over. */
  readonly page: (
    tx: Tx,
    from: Key | null,
    cells: Cells,
  ) => Promise<readonly { readonly key: Key; readonly cells: readonly string[] | null }[]>;
};

export const pageRows = 500;

/** The order of the rows, and what a page begins behind. */
type Paging = {
  readonly is: (uuid: string) => RawBuilder<unknown>;
  readonly order: RawBuilder<unknown>;
  readonly after: (from: Key) => RawBuilder<unknown>;
};

const byId: Paging = {
  is: (uuid) => sql`id = ${uuid}::uuid`,
  order: sql`t.bucket, t.id`,
  after: ({ bucket, id }) => sql`(t.bucket, t.id) > (${bucket}, ${id}::uuid)`,
};

function isTransfer(uuid: string): RawBuilder<unknown> {
  return sql`posting_id = ANY (prewatt.posting_ids(${uuid}::uuid)) AND id = ${uuid}::uuid`;
}

/** Transfers lie in postings, whose key leads to the page. */
export const byPosting: Paging = {
  is: isTransfer,
  order: sql`t.bucket, t.posting_id, t.id`,
  after: ({ bucket, id }) => sql`(t.bucket, t.posting_id) >=
    (${bucket}, (prewatt.posting_ids(${id}::uuid))[2])
    AND (t.bucket, t.posting_id, t.id) > (${bucket}, (SELECT posting_id FROM transfers
      WHERE bucket = ${bucket} AND ${isTransfer(id)}), ${id}::uuid)`,
};

/** A register of one table `t`: `select` and `joins` are SQL, `cells` writes one row. */
export function register<R extends object>(o: {
  readonly table: string;
  readonly prefix: IdPrefix;
  readonly columns: readonly string[];
  readonly select: RawBuilder<unknown>;
  readonly joins?: RawBuilder<unknown>;
  readonly where?: RawBuilder<unknown>;
  readonly paging?: Paging;
  readonly cells: (row: R & Key, c: Cells) => readonly string[] | null;
}): Register {
  const { table, prefix, columns } = o;
  const paging = o.paging ?? byId;
  return {
    table,
    is: paging.is,
    prefix,
    columns,
    page: async (tx, from, cells) => {
      const after = from === null ? sql`true` : paging.after(from);
      const { rows } = await sql<R & Key>`
        SELECT t.bucket, t.id, ${o.select} FROM ${sql.table(table)} t ${o.joins ?? sql``}
        WHERE ${after} AND ${o.where ?? sql`true`}
        ORDER BY ${paging.order} LIMIT ${sql.lit(pageRows)}`.execute(tx);
      return rows.map((row) => ({
        key: { bucket: row.bucket, id: row.id },
        cells: o.cells(row, cells),
      }));
    },
  };
}

export const meterOf = (connection: RawBuilder<unknown>): RawBuilder<unknown> =>
  sql`JOIN meters m ON m.bucket = t.bucket AND m.connection_id = ${connection}
    AND m.retired_at IS NULL`;

/** All transfers of a customer's account are of its connection. */
export const balance = (
  kind: 'customerPrepaid' | 'customerDebt',
  subject: RawBuilder<unknown>,
  connection: RawBuilder<unknown>,
) => {
  const [grows, shrinks] =
    kind === 'customerPrepaid' ? (['credit', 'debit'] as const) : (['debit', 'credit'] as const);
  const sum = (side: 'debit' | 'credit') => sql`coalesce((SELECT sum(amount_minor)::bigint
    FROM transfers WHERE bucket = t.bucket AND connection_id = ${connection}
    AND ${sql.ref(`${side}_kind`)} = ${sql.lit(kind)}
    AND ${sql.ref(`${side}_subject_id`)} = ${subject}), 0)`;
  return sql`(${sum(grows)} - ${sum(shrinks)})::bigint`;
};
