// The history of all tables that carry money, tokens, approvals or floats: how many rows there are
// up to a place in the order of entry, and the sum of their digests. Order of entry, and not time:
// a clock that was put right changes nothing here.

import { setTimeout as sleep } from 'node:timers/promises';
import { type Kysely, type RawBuilder, sql } from 'kysely';
import { prepared } from '../../base/rows.ts';
import type { Tables } from '../../base/tables.ts';
import { type HistoryTable, historyTables } from './history-tables.ts';
import { ofThisUtility, type Range } from './rule.ts';

/** Rows up to a cut: how many, and the sum of their digests. */
export type History = { readonly count: bigint; readonly digest: bigint };
/** What a run keeps of a table; decimal strings, as it rests in JSON. */
export type TableBaseline = {
  /** The place in the order of entry up to which rows are counted. */
  readonly cut: string;
  /** The columns that were compared: others begin a new baseline. */
  readonly columns: string;
  readonly count: string;
  readonly digest: string;
};
export type Baseline = Readonly<Record<string, TableBaseline>>;

/** The rows of before as they are now, and all that there are up to the new cut. */
export type Compared = { readonly was: History; readonly now: History };

export const noHistory: History = { count: 0n, digest: 0n };
export const plus = (a: History, b: History): History => ({
  count: a.count + b.count,
  digest: a.digest + b.digest,
});

export const columnsOf = ({ stands, settled, isOf }: HistoryTable): string =>
  [stands, settled, isOf === undefined ? undefined : `of its ${isOf}`]
    .filter((part) => part !== undefined)
    .join(' / ');

const listOf = (columns: string) =>
  sql.join(columns.split(' ').map((column) => sql.ref(`t.${column}`)));

/** 60 bits of SHA-256 over a row's place and columns, as PostgreSQL writes them. */
const digestOf = (columns: string): RawBuilder<unknown> =>
  sql`('x' || left(encode(sha256(convert_to(ROW(${listOf(columns)})::text, 'UTF8')), 'hex'),
    15))::bit(60)::bigint`;

const hasBucket = ({ stands }: HistoryTable): boolean => stands.split(' ').includes('bucket');

/** Where row-level security does not say it: rows of the utility whose run this is. */
const walls: Readonly<Record<NonNullable<HistoryTable['isOf']>, RawBuilder<unknown>>> = {
  utility: ofThisUtility('t'),
  payment: sql`t.payment_id IN (SELECT d.payment_id FROM prewatt.payment_directory d
    WHERE ${ofThisUtility('d')})`,
};

type Buckets = Pick<Range, 'fromBucket' | 'toBucket' | 'isAskedOften'>;

function rowsOf(of: HistoryTable, range: Buckets, upTo: RawBuilder<unknown>) {
  const inRange = hasBucket(of)
    ? sql`t.bucket BETWEEN ${range.fromBucket} AND ${range.toBucket}`
    : sql`${range.fromBucket === 0}`;
  const here = of.isOf === undefined ? inRange : sql`${inRange} AND ${walls[of.isOf]}`;
  const table = sql.table(`prewatt.${of.table}`);
  const entered = sql`SELECT t.entered AS place, ${digestOf(`entered ${of.stands}`)} AS digest
    FROM ${table} t WHERE ${here} AND t.entered <= ${upTo}`;
  if (of.settled === undefined) return entered;
  return sql`${entered} UNION ALL
    SELECT t.settled, ${digestOf(`settled ${of.stands} ${of.settled}`)}
    FROM ${table} t WHERE ${here} AND t.settled <= ${upTo}`;
}

/** Each table's rows of the range, up to the cut of its baseline and up to a new one. */
export async function compareHistory(
  db: Kysely<Tables>,
  range: Buckets,
  o: {
    readonly before: Baseline;
    readonly cut: string;
    /** Only these tables; left out, all of them. */
    readonly tables?: readonly string[];
  },
): Promise<ReadonlyMap<string, Compared>> {
  const compared = historyTables.filter(({ table }) => o.tables?.includes(table) ?? true);
  const parts = compared.map((of) => {
    const before = o.before[of.table];
    const then = sql`${before?.cut ?? '-1'}::bigint`;
    const now = sql`${o.cut}::bigint`;
    const upTo = sql`greatest(${then}, ${now})`;
    return sql`SELECT ${sql.lit(of.table)} AS of,
        count(*) FILTER (WHERE place <= ${then}) AS then_count,
        coalesce(sum(digest) FILTER (WHERE place <= ${then}), 0)::text AS then_digest,
        count(*) FILTER (WHERE place <= ${now}) AS now_count,
        coalesce(sum(digest) FILTER (WHERE place <= ${now}), 0)::text AS now_digest
      FROM (${rowsOf(of, range, upTo)}) entries`;
  });
  const { rows } = await sql<{
    of: string;
    then_count: bigint;
    then_digest: string;
    now_count: bigint;
    now_digest: string;
  }>`${range.isAskedOften === true ? prepared : sql``} ${sql.join(parts, sql` UNION ALL `)}`.execute(
    db,
  );
  return new Map(
    rows.map((row) => [
      row.of,
      {
        was: { count: row.then_count, digest: BigInt(row.then_digest) },
        now: { count: row.now_count, digest: BigInt(row.now_digest) },
      },
    ]),
  );
}

export type Judged = {
  readonly baseline: Baseline;
  readonly checked: bigint;
  /** What is wrong with a table, in words. */
  readonly broken: readonly string[];
};

/**
 * Table by table: whether what was compared stands. A table that does not is never taken for the
 * new truth: each run says so until its rows are as they were.
 */
export function judgeHistory(
  compared: ReadonlyMap<string, Compared>,
  o: { readonly before: Baseline; readonly cut: string },
): Judged {
  const baseline: Record<string, TableBaseline> = {};
  const broken: string[] = [];
  let checked = 0n;
  for (const of of historyTables) {
    const entries = compared.get(of.table);
    if (entries === undefined) continue;
    const { was, now } = entries;
    const columns = columnsOf(of);
    const known = o.before[of.table];
    const before = known?.columns === columns ? known : undefined;
    const next = {
      ...{ cut: o.cut, columns },
      ...{ count: now.count.toString(), digest: now.digest.toString() },
    };
    if (before !== undefined) checked += was.count;
    if (
      before !== undefined &&
      (before.count !== was.count.toString() || before.digest !== was.digest.toString())
    ) {
      broken.push(`${of.table}: ${before.count} entries then, ${was.count} of them now`);
      baseline[of.table] = before;
    } else {
      baseline[of.table] = next;
    }
  }
  return { baseline, checked, broken };
}

const pollMs = 100;

/** The place of the newest entry; others may be under way below it. */
export async function lastEntry(db: Kysely<Tables>): Promise<string> {
  const { rows } = await sql<{ place: string }>`
    SELECT (CASE WHEN is_called THEN last_value ELSE 0 END)::text AS place
    FROM prewatt.entries`.execute(db);
  return rows[0]?.place ?? '0';
}

/**
 * The place in the order of entry below which nothing can be entered any more, or null when a
 * transaction stays open so long that nobody knows. In a transaction: it takes a number of its own
 * after it has read the place, and whoever drew a place up to there has a lower one. The snapshot's
 * xmax would not do, since those that began after the last that ended lie above it.
 */
export async function cutNow(tx: Kysely<Tables>, patienceMs = 60_000): Promise<string | null> {
  const cut = await lastEntry(tx);
  const { rows: ours } = await sql<{ own: string }>`
    SELECT pg_current_xact_id()::text AS own`.execute(tx);
  const own = BigInt(ours[0]?.own ?? '0');
  for (let waitedMs = 0; waitedMs < patienceMs; waitedMs += pollMs) {
    const { rows: now } = await sql<{ oldest: string }>`
      SELECT pg_snapshot_xmin(pg_current_snapshot())::text AS oldest`.execute(tx);
    if (BigInt(now[0]?.oldest ?? '0') >= own) return cut;
    await sleep(pollMs);
  }
  return null;
}
