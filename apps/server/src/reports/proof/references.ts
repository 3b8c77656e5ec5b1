// That each row speaks of rows that exist: all foreign keys between the tables of the history, as
// the database declares them, and those that triggers hold. The owner can switch keys and triggers
// off.

import { type Kysely, type RawBuilder, sql } from 'kysely';
import { prepared } from '../../base/rows.ts';
import type { Tables } from '../../base/tables.ts';
import { type Finding, findingsKept, type Tally } from './check-rule.ts';
import { historyTables } from './history-tables.ts';
import type { Range } from './rule.ts';

type Reference = {
  readonly table: string;
  readonly columns: readonly string[];
  readonly to: string;
  readonly toColumns: readonly string[];
};

const saleOf = (table: string): Reference => ({
  ...{ table, columns: ['bucket', 'sale_id', 'connection_id'] },
  ...{ to: 'sales', toColumns: ['bucket', 'id', 'connection_id'] },
});
const meterOf = (table: string): Reference => ({
  ...{ table, columns: ['bucket', 'meter_id', 'connection_id'] },
  ...{ to: 'meters', toColumns: ['bucket', 'id', 'connection_id'] },
});

/** Those that no foreign key says. */
const heldByTriggers: readonly Reference[] = [
  saleOf('tokens'),
  saleOf('postings'),
  saleOf('payments'),
  saleOf('vendor_sales'),
  saleOf('mode_changes'),
  meterOf('sales'),
  meterOf('tokens'),
  meterOf('wallets'),
  meterOf('late_tokens'),
  {
    ...{ table: 'postings', columns: ['bucket', 'payment_id'] },
    ...{ to: 'payments', toColumns: ['bucket', 'id'] },
  },
  {
    ...{ table: 'vendor_sales', columns: ['shift_id', 'vendor_id'] },
    ...{ to: 'vendor_shifts', toColumns: ['id', 'vendor_id'] },
  },
  {
    ...{ table: 'vendor_sales', columns: ['vendor_id'] },
    ...{ to: 'vendors', toColumns: ['id'] },
  },
];

async function declared(db: Kysely<Tables>): Promise<readonly Reference[]> {
  const names = historyTables.map(({ table }) => table);
  const namesOf = (relation: string, key: string) => sql`(
    SELECT array_agg(a.attname::text ORDER BY k.n)
    FROM unnest(${sql.ref(key)}) WITH ORDINALITY k (num, n)
    JOIN pg_attribute a ON a.attrelid = ${sql.ref(relation)} AND a.attnum = k.num)`;
  const { rows } = await sql<Reference>`
    SELECT r.relname AS table, f.relname AS to,
      ${namesOf('c.conrelid', 'c.conkey')} AS columns,
      ${namesOf('c.confrelid', 'c.confkey')} AS "toColumns"
    FROM pg_constraint c
    JOIN pg_class r ON r.oid = c.conrelid JOIN pg_class f ON f.oid = c.confrelid
    WHERE c.contype = 'f' AND c.connamespace = 'prewatt'::regnamespace
      AND r.relname = ANY (${names}::text[]) ORDER BY 1, c.conname`.execute(db);
  return rows;
}

const list = (row: string, columns: readonly string[]) =>
  sql.join(columns.map((column) => sql.ref(`${row}.${column}`)));

function missing(of: Reference, range: Range, place: number): RawBuilder<unknown> {
  const present = sql.join(
    of.columns.map((column) => sql`r.${sql.ref(column)} IS NOT NULL`),
    sql` AND `,
  );
  const hasBucket = of.columns.includes('bucket');
  const here = hasBucket
    ? sql`r.bucket BETWEEN ${range.fromBucket} AND ${range.toBucket}`
    : sql`${range.fromBucket === 0}`;
  return sql`SELECT ${sql.lit(place)} AS place, count(*) AS failed
    FROM ${sql.table(`prewatt.${of.table}`)} r WHERE ${here} AND ${present}
      AND NOT EXISTS (SELECT FROM ${sql.table(`prewatt.${of.to}`)} o
        WHERE (${list('o', of.toColumns)}) = (${list('r', of.columns)}))`;
}

/** How many references were looked at, and those that lead nowhere. */
export async function readReferences(db: Kysely<Tables>, range: Range): Promise<Tally> {
  const references = [...(await declared(db)), ...heldByTriggers];
  const parts = references.map((of, place) => missing(of, range, place));
  const { rows } = await sql<{ place: number; failed: bigint }>`
    ${range.isAskedOften === true ? prepared : sql``} SELECT * FROM (${sql.join(parts, sql` UNION ALL `)}) each WHERE failed > 0`.execute(
    db,
  );
  const findings = rows.map(({ place, failed }): Finding => {
    const of = references[place];
    const detail = `${failed} of ${of?.table} name in ${of?.columns.join(', ')} no row of ${of?.to}`;
    return { id: null, connectionId: null, saleId: null, detail };
  });
  return {
    checked: BigInt(references.length),
    failed: rows.reduce((sum, { failed }) => sum + failed, 0n),
    findings: findings.slice(0, findingsKept),
  };
}
