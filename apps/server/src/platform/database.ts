// The one door to PostgreSQL: a pool whose transactions belong to one tenant, set by the statement
// SET LOCAL. Row-level security does the rest: without a tenant no row of a tenant's table is
// visible.

import { Kysely, PostgresDialect, sql, type Transaction } from 'kysely';
import pg from 'pg';
import type { Tables } from './tables.ts';

export type Tx = Transaction<Tables>;

/**
 * An instant to compare a timestamptz column with: columns read as milliseconds, PostgreSQL wants a
 * date.
 */
export const instant = (epochMs: number) => sql.val(new Date(epochMs) as unknown as number);

export type Database = {
  /**
   * Runs `work` in one transaction of the utility. Throws when the database is down; a thrown error
   * rolls back.
   */
  readonly inUtility: <T>(utilityId: string, work: (tx: Tx) => Promise<T>) => Promise<T>;
  /** For the directories and the list of utilities, which carry no tenant's data. */
  readonly directories: Kysely<Tables>;
  readonly close: () => Promise<void>;
};

const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;
const int8Oid = 20;
const timestamptzOid = 1184;

// pg's own parsers for all but two types: int8 would lose digits as a number, and instants are
// epoch milliseconds here.
const types: pg.CustomTypesConfig = {
  getTypeParser: ((oid: number, format?: 'text' | 'binary') => {
    if (oid === int8Oid) return (text: string) => BigInt(text);
    const parse = pg.types.getTypeParser(oid, format as 'text');
    if (oid !== timestamptzOid) return parse;
    return (text: string) => (parse(text) as unknown as Date).getTime();
  }) as pg.CustomTypesConfig['getTypeParser'],
};

/**
 * A pool with the session settings of the server: schema, UTC, and a limit on how long a statement
 * may take.
 */
export function createPool(o: { url: string; schema: string; maximum: number }): pg.Pool {
  const url = new URL(o.url);
  const given = url.searchParams.get('options');
  url.searchParams.delete('options');
  const pool = new pg.Pool({
    connectionString: url.toString(),
    max: o.maximum,
    types,
    application_name: 'prewatt',
    connectionTimeoutMillis: 10_000,
    options:
      `${given ?? ''} -c search_path=${o.schema} -c timezone=UTC -c statement_timeout=30000`.trim(),
  });
  surviveLostConnections(pool);
  return pool;
}

/**
 * A connection that breaks is replaced by the pool, and the next query reports what matters.
 * Without these listeners Node would end the process: the pool's own watches idle connections
 * alone, not one that a transaction holds between two queries.
 */
export function surviveLostConnections(pool: pg.Pool): void {
  pool.on('error', () => {});
  pool.on('connect', (connection) => {
    connection.on('error', () => {});
  });
}

export function createDatabase(o: { url: string; maximumConnections?: number }): Database {
  const pool = createPool({ url: o.url, schema: 'prewatt', maximum: o.maximumConnections ?? 16 });
  const kysely = new Kysely<Tables>({ dialect: new PostgresDialect({ pool }) });
  return {
    directories: kysely,
    inUtility: (utilityId, work) => {
      if (!uuid.test(utilityId)) throw new Error('inUtility: not a utility id');
      return kysely.transaction().execute(async (tx) => {
        await sql.raw(`SET LOCAL prewatt.utility_id = '${utilityId}'`).execute(tx);
        return work(tx);
      });
    },
    close: () => kysely.destroy(),
  };
}
