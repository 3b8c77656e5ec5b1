// The one door to PostgreSQL: a pool whose transactions belong to one tenant, set by the statement
// SET LOCAL. Row-level security does the rest: without a tenant no row of a tenant's table is
// visible.

import type { EventEmitter } from 'node:events';
import type { Socket } from 'node:net';
import type { Result } from '@prewatt/quantities';
import {
  type CompiledQuery,
  type DatabaseConnection,
  DefaultQueryExecutor,
  Kysely,
  PostgresDialect,
  type QueryResult,
  type RawBuilder,
  sql,
  Transaction,
} from 'kysely';
import pg from 'pg';
import { createDiskFullNote, type DiskFullNote, freeBytesAt } from './disk-full.ts';
import { utcInstantOf } from './instant-text.ts';
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
  /**
   * The same for work whose first statement finds the tenant and sets it (`tenantSetTo`): the
   * statements behind it go out with it. Until it is set, and where it is nobody, no row of a
   * tenant is visible.
   */
  readonly inUtilityFound: <T>(work: (tx: Tx) => Promise<T>) => Promise<T>;
  /** For the directories and the list of utilities, which carry no tenant's data. */
  readonly directories: Kysely<Tables>;
  /** Connections that are open, those of them that nobody uses, and transactions that wait. */
  readonly pool: () => { readonly open: number; readonly idle: number; readonly waiting: number };
  /** Whether its disk is full, as it said last or as the disk says: it may be away since. */
  readonly disk: Pick<DiskFullNote, 'answered' | 'isFull'>;
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
    return (text: string) => utcInstantOf(text) ?? (parse(text) as unknown as Date).getTime();
  }) as pg.CustomTypesConfig['getTypeParser'],
};

/** Makes the transaction one of the utility that `found` is the id of; of none where it is null. */
export const tenantSetTo = (found: RawBuilder<unknown>): RawBuilder<string> =>
  sql`set_config('prewatt.utility_id', coalesce((${found})::text, ''), true)`;

/**
 * A pool with the session settings of the server: schema, UTC, and a limit on how long a statement
 * may take.
 */
export function createPool(o: {
  url: string;
  schema: string;
  maximum: number;
  isQueue?: boolean;
  plansOnce?: boolean;
}): pg.Pool {
  const url = new URL(o.url);
  const given = url.searchParams.get('options');
  url.searchParams.delete('options');
  const pool = new pg.Pool({
    connectionString: url.toString(),
    max: o.maximum,
    pipeline: true,
    types,
    application_name: 'prewatt',
    connectionTimeoutMillis: o.isQueue === true ? 0 : 10_000,
    options: [
      ...[given ?? '', `-c search_path=${o.schema}`, '-c timezone=UTC -c statement_timeout=30000'],
      // A process that is halted in the middle holds locks that other servers wait for.
      '-c idle_in_transaction_session_timeout=10000',
      o.plansOnce === true ? '-c plan_cache_mode=force_generic_plan' : '',
    ]
      .join(' ')
      .trim(),
  });
  surviveLostConnections(pool);
  const isPrepared = o.isQueue === true ? markedOrRepeated() : isMarked;
  pool.on('connect', (connection) => namePrepared(connection, isPrepared));
  pool.on('connect', writeTogether);
  return pool;
}

/** Statements of one turn leave in one write: each would be a system call, here and there. */
function writeTogether(connection: pg.PoolClient): void {
  const { stream } = (connection as unknown as { connection: { stream: Socket } }).connection;
  const query = connection.query.bind(connection) as (...given: unknown[]) => unknown;
  let isHeld = false;
  const release = (): void => {
    isHeld = false;
    stream.uncork();
  };
  connection.query = ((...given: unknown[]) => {
    if (!isHeld) {
      isHeld = true;
      stream.cork();
      process.nextTick(release);
    }
    return query(...given);
  }) as typeof connection.query;
}

/** Codes of all errors on a connection, also of those that nobody waits for. */
function hearErrors(connection: pg.PoolClient, heard: (code: string | undefined) => void): void {
  const { connection: wire } = connection as unknown as { connection: EventEmitter };
  wire.on('errorMessage', ({ code }: { readonly code?: string }) => heard(code));
}

const preparedNames = new Map<string, string>();
const isMarked = (text: string): boolean => text.trimStart().startsWith('/* prepared */');

/** Texts kept in mind to see which come again; a text of many rows is different each time. */
const textsRemembered = 2_000;
const timesUntilPrepared = 4;

function markedOrRepeated(): (text: string) => boolean {
  let times = new Map<string, number>();
  return (text) => {
    if (preparedNames.has(text) || isMarked(text)) return true;
    const seen = (times.get(text) ?? 0) + 1;
    if (times.size >= textsRemembered) times = new Map();
    times.set(text, seen);
    return seen >= timesUntilPrepared;
  };
}

/**
 * Statements that begin with the mark of `prepared` (platform/rows.ts) are planned once for each
 * connection: a name tells PostgreSQL that it knows the text. There are few such texts.
 */
function namePrepared(connection: pg.PoolClient, isPrepared: (text: string) => boolean): void {
  const query = connection.query.bind(connection) as (...given: unknown[]) => unknown;
  connection.query = ((...given: unknown[]) => {
    const [text, values] = given;
    if (typeof text !== 'string' || given.length !== 2 || !isPrepared(text)) {
      return query(...given);
    }
    const name = preparedNames.get(text) ?? `prewatt_${preparedNames.size + 1}`;
    preparedNames.set(text, name);
    return query({ name, text, values });
  }) as typeof connection.query;
}

/**
 * Whether the same transaction may go well when it is tried again: a deadlock or a serialization
 * failure, or a connection that broke, so that nobody knows whether it committed.
 */
export function mayGoWellAgain(error: unknown): boolean {
  const { code, message } = error as { code?: string; message?: string };
  return code === '40001' || code === '40P01' || isLostConnection(code, message);
}

/** The database is away, or it went while we talked to it. */
export function isLostConnection(code: string | undefined, message: string | undefined): boolean {
  return lostCodes.test(code ?? '') || lostWords.test(message ?? '');
}
const lostCodes =
  /^(ECONN(REFUSED|RESET|ABORTED)|EPIPE|ETIMEDOUT|E(HOST|NET)UNREACH|ENOTFOUND|57P0[1-3]|08...)$/;
/** Of the client and its pool, which give no code. */
const lostWords =
  /^(Connection terminated|Client has encountered a connection error|terminating connection|timeout exceeded when trying to connect)/;

const rolledBack = new Error('rolled back for a refusal');

/** Like `inUtility`, but a refusal leaves nothing written. */
export async function inUtilityOrNothing<T, E>(
  database: Database,
  utilityId: string,
  work: (tx: Tx) => Promise<Result<T, E>>,
): Promise<Result<T, E>> {
  let refused: Result<T, E> | undefined;
  try {
    return await database.inUtility(utilityId, async (tx) => {
      const result = await work(tx);
      if (result.ok) return result;
      refused = result;
      throw rolledBack;
    });
  } catch (error) {
    if (error === rolledBack && refused !== undefined) return refused;
    throw error;
  }
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

export function createDatabase(o: {
  url: string;
  maximumConnections?: number;
  /**
   * For few connections that all work waits for, however long: statements that come again and
   * again are prepared on them as well.
   */
  isQueue?: boolean;
  /**
   * For work whose statements find single rows by their keys: each is planned at its first use on a
   * connection, and not five times more to see whether the values make a better plan.
   */
  plansOnce?: boolean;
  /** A folder on its disk, where that is this machine's. */
  folder?: string | null;
}): Database {
  const pool = createPool({
    url: o.url,
    schema: 'prewatt',
    maximum: o.maximumConnections ?? 16,
    isQueue: o.isQueue ?? false,
    plansOnce: o.plansOnce ?? false,
  });
  const { folder = null } = o;
  const disk = createDiskFullNote(Date.now, () => (folder === null ? null : freeBytesAt(folder)));
  pool.on('connect', (connection) => hearErrors(connection, disk.heard));
  const dialect = new PostgresDialect({ pool });
  const kysely = new Kysely<Tables>({ dialect });
  return {
    directories: kysely,
    inUtility: async (utilityId, work) => {
      if (!uuid.test(utilityId)) throw new Error('inUtility: not a utility id');
      const begin = `BEGIN; SET LOCAL prewatt.utility_id = '${utilityId}'`;
      return transact({ pool, dialect, begin }, work);
    },
    inUtilityFound: (work) => transact({ pool, dialect, begin: 'BEGIN' }, work),
    pool: () => ({
      open: pool.totalCount,
      idle: pool.idleCount,
      waiting: pool.waitingCount,
    }),
    disk,
    close: async () => {
      await kysely.destroy();
      // Kysely ends a pool that it has used itself.
      if (!pool.ending) await pool.end();
    },
  };
}

async function transact<T>(
  o: { readonly pool: pg.Pool; readonly dialect: PostgresDialect; readonly begin: string },
  work: (tx: Tx) => Promise<T>,
): Promise<T> {
  const client = await o.pool.connect();
  const begunMs = Date.now();
  try {
    // The work's first statements go out with these: without a tenant they see nothing.
    const begun = client.query(o.begin);
    // Heard below, unless the work throws before it begins.
    begun.catch(() => {});
    const tx = transactionOn(client, o.dialect);
    gatheredOf.set(tx, new Map());
    begunOf.set(tx, begunMs);
    const [result] = await together(work(tx), begun);
    // A transaction that a failed statement has ended answers a COMMIT with ROLLBACK.
    const last = [...(lastOf.get(tx) ?? []), ...sendGathered(tx, client)];
    const [{ command }] = await together(client.query('COMMIT'), ...last);
    if (command !== 'COMMIT') throw new Error('a statement failed and nobody noticed');
    client.release();
    for (const told of afterOf.get(tx) ?? []) told();
    return result;
  } catch (error) {
    await client.query('ROLLBACK').then(
      () => client.release(),
      (lost) => client.release(lost),
    );
    throw error;
  }
}

/**
 * A transaction of Kysely on a connection that is in one. Statements that are begun together go out
 * together (`together`), which Kysely's own transaction does not allow.
 */
function transactionOn(client: pg.PoolClient, dialect: PostgresDialect): Tx {
  const connection: DatabaseConnection = {
    executeQuery: async <R>(query: CompiledQuery): Promise<QueryResult<R>> => {
      const { rows, rowCount, command } = await client.query(query.sql, [...query.parameters]);
      const changes = command !== 'SELECT' && rowCount !== null;
      return { rows, ...(changes ? { numAffectedRows: BigInt(rowCount) } : {}) };
    },
    streamQuery: () => {
      throw new Error('no streams in a transaction');
    },
  };
  const provider = {
    provideConnection: <T>(use: (given: DatabaseConnection) => Promise<T>): Promise<T> =>
      use(connection),
  };
  const executor = new DefaultQueryExecutor(
    dialect.createQueryCompiler(),
    dialect.createAdapter(),
    provider,
  );
  const driver = dialect.createDriver();
  return new Transaction<Tables>({ config: { dialect }, dialect, driver, executor });
}

const lastOf = new WeakMap<Tx, Promise<unknown>[]>();

/**
 * A statement that was begun and whose result nobody needs: it goes out together with the commit,
 * which fails with it. Locks that it takes are held for no round trip more.
 */
export function withCommit(tx: Tx, statement: Promise<unknown>): void {
  // Its failure is reported by the commit.
  statement.catch(() => {});
  lastOf.set(tx, [...(lastOf.get(tx) ?? []), statement]);
}

const begunOf = new WeakMap<Tx, number>();
const afterOf = new WeakMap<Tx, (() => void)[]>();

/** When it began, by the machine's clock. */
export const begunAtMs = (tx: Tx): number => begunOf.get(tx) ?? Date.now();

/** What is told within the process once it is committed; it may not throw. */
export function afterCommit(tx: Tx, told: () => void): void {
  afterOf.set(tx, [...(afterOf.get(tx) ?? []), told]);
}

type Gathering<T> = (items: readonly T[]) => readonly RawBuilder<unknown>[];
const gatheredOf = new WeakMap<Tx, Map<Gathering<never>, unknown[]>>();

/**
 * What a transaction tells the world, told one by one and said all together: `say` makes
 * the statements, which go out with the commit. They are not seen within the transaction.
 */
export async function deferToCommit<T>(
  tx: Tx,
  say: Gathering<T>,
  items: readonly T[],
): Promise<void> {
  if (items.length === 0) return;
  const gathered = gatheredOf.get(tx);
  if (gathered === undefined) {
    // Not begun by `inUtility`: nobody would send them.
    for (const statement of say(items)) await statement.execute(tx);
    return;
  }
  const before = gathered.get(say) ?? [];
  gathered.set(say, before);
  for (const item of items) before.push(item);
}

function sendGathered(tx: Tx, client: pg.PoolClient): Promise<unknown>[] {
  const statements = [...(gatheredOf.get(tx) ?? [])].flatMap(([say, items]) =>
    say(items as never[]),
  );
  return statements.map((statement) => {
    const { sql: text, parameters } = statement.compile(tx);
    const sent = client.query(text, [...parameters]);
    // Its failure is reported by the commit.
    sent.catch(() => {});
    return sent;
  });
}

/**
 * The results of statements that were begun together, in one round trip where PostgreSQL runs them
 * one after the other. Throws what the first of them threw: those behind it failed by it.
 */
export async function together<T extends readonly unknown[]>(
  ...statements: { readonly [K in keyof T]: Promise<T[K]> }
): Promise<T> {
  const settled = await Promise.allSettled(statements);
  const reasons = settled.flatMap((each) => (each.status === 'rejected' ? [each.reason] : []));
  // What came behind the one that failed only says that the transaction is aborted.
  const isFirst = (reason: unknown) => (reason as { code?: string } | null)?.code !== '25P02';
  if (reasons.length > 0) throw reasons.find(isFirst) ?? reasons[0];
  return settled.map((each) => (each.status === 'fulfilled' ? each.value : undefined)) as never;
}
