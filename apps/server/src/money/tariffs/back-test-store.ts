// SQL of back-tests: the runs, the connections and sales that they read, and what they found.

import type { BackTestRowJson, BackTestSummary } from '@prewatt/api';
import { idFromUuid } from '@prewatt/quantities';
import { sql } from 'kysely';
import type { Tx } from '../../base/database.ts';
import type { AssignedTariff } from '../../registry/connections/index.ts';
import type { UseOf } from './past-use.ts';

export type StoredBackTest = {
  readonly id: string;
  readonly versionId: string;
  readonly baselineId: string | null;
  readonly months: number;
  readonly fromAtMs: number;
  readonly toAtMs: number;
  readonly requestedBy: string;
  readonly requestedAtMs: number;
  readonly connectionsTotal: number;
  readonly connectionsDone: number;
  readonly afterBucket: number | null;
  readonly afterId: string | null;
  /** Who asks for approval when it is finished; null: nobody, by itself. */
  readonly asksBy: string | null;
  readonly requestId: string;
  readonly summary: BackTestSummary | null;
};

const columns = sql`id, version_id AS "versionId", baseline_id AS "baselineId", months,
  from_at AS "fromAtMs", to_at AS "toAtMs", requested_by AS "requestedBy",
  requested_at AS "requestedAtMs", connections_total AS "connectionsTotal",
  connections_done AS "connectionsDone", after_bucket AS "afterBucket", after_id AS "afterId",
  asks_by AS "asksBy", request_id AS "requestId", summary`;

export async function selectBackTest(
  tx: Tx,
  o: { readonly backTestId: string; readonly lock: boolean },
): Promise<StoredBackTest | null> {
  const { rows } = await sql<StoredBackTest>`SELECT ${columns} FROM tariff_back_tests
    WHERE id = ${o.backTestId}::uuid ${o.lock ? sql`FOR UPDATE` : sql``}`.execute(tx);
  return rows[0] ?? null;
}

export async function selectNewest(tx: Tx, versionId: string): Promise<StoredBackTest | null> {
  const { rows } = await sql<StoredBackTest>`SELECT ${columns} FROM tariff_back_tests
    WHERE version_id = ${versionId}::uuid ORDER BY id DESC LIMIT 1`.execute(tx);
  return rows[0] ?? null;
}

export async function selectBackTestOfRequest(
  tx: Tx,
  requestId: string,
): Promise<StoredBackTest | null> {
  const { rows } = await sql<StoredBackTest>`SELECT ${columns} FROM tariff_back_tests
    WHERE request_id = ${requestId}`.execute(tx);
  return rows[0] ?? null;
}

/** Connections that a version would price: those of its tariff, or all for a tariff's first. */
const concerned = (familyIds: readonly string[]) =>
  familyIds.length === 0
    ? sql`c.closed_at IS NULL`
    : sql`c.closed_at IS NULL AND (c.tariff_id = ANY(${[...familyIds]}::uuid[])
        OR (c.next_tariff ->> 'tariffId')::uuid = ANY(${[...familyIds]}::uuid[]))`;

export async function countConcerned(tx: Tx, familyIds: readonly string[]): Promise<number> {
  const { rows } = await sql<{ count: number }>`SELECT count(*)::int AS count FROM connections c
    WHERE ${concerned(familyIds)}`.execute(tx);
  return rows[0]?.count ?? 0;
}

export type ConcernedConnection = AssignedTariff & {
  readonly bucket: number;
  readonly connectionId: string;
};

export async function selectConcerned(
  tx: Tx,
  o: {
    readonly familyIds: readonly string[];
    readonly after: { readonly bucket: number; readonly id: string } | null;
    readonly limit: number;
  },
): Promise<readonly ConcernedConnection[]> {
  const after =
    o.after === null ? sql`true` : sql`(c.bucket, c.id) > (${o.after.bucket}, ${o.after.id}::uuid)`;
  const { rows } = await sql<ConcernedConnection>`
    SELECT c.bucket, c.id AS "connectionId", c.tariff_id AS "tariffId",
      c.tariff_parameters AS "tariffParameters", c.next_tariff AS "nextTariff"
    FROM connections c WHERE ${after} AND ${concerned(o.familyIds)}
    ORDER BY c.bucket, c.id LIMIT ${o.limit}`.execute(tx);
  return rows;
}

export type PastSale = {
  readonly connectionId: string;
  readonly issuedAtMs: number;
  readonly energyWh: bigint;
  readonly lines: readonly { readonly kind: string; readonly amountMinor: string }[];
};

/** Sales with a token of energy that still stands, oldest first: money on a meter tells no use. */
export async function selectSales(
  tx: Tx,
  o: {
    readonly connections: readonly { readonly bucket: number; readonly connectionId: string }[];
    readonly fromAtMs: number;
    readonly toAtMs: number;
  },
): Promise<readonly PastSale[]> {
  const buckets = o.connections.map((each) => each.bucket);
  const ids = o.connections.map((each) => each.connectionId);
  const { rows } = await sql<PastSale>`
    SELECT s.connection_id AS "connectionId", s.issued_at AS "issuedAtMs",
      s.energy_wh AS "energyWh", s.lines
    FROM unnest(${buckets}::smallint[], ${ids}::uuid[]) AS c (bucket, id)
    JOIN sales s ON s.bucket = c.bucket AND s.connection_id = c.id
    WHERE s.issued_at >= ${new Date(o.fromAtMs)} AND s.issued_at <= ${new Date(o.toAtMs)}
      AND s.energy_wh > 0 AND s.state <> 'reversed'
    ORDER BY s.connection_id, s.issued_at, s.id`.execute(tx);
  return rows;
}

/** Connections that pay as they use, as they are now, and of which no use is known. */
export async function countLeftOut(
  tx: Tx,
  o: { readonly backTestId: string; readonly familyIds: readonly string[] },
): Promise<NonNullable<BackTestSummary['leftOut']>> {
  const { rows } = await sql<NonNullable<BackTestSummary['leftOut']>>`
    SELECT count(*) FILTER (WHERE c.credit_mode = 'wallet')::int AS wallets,
      count(*) FILTER (WHERE c.credit_mode <> 'wallet' AND s.report ? 'money')::int
        AS "moneyMeters"
    FROM connections c
    JOIN meters m ON m.bucket = c.bucket AND m.connection_id = c.id AND m.retired_at IS NULL
    LEFT JOIN meter_states s ON s.bucket = m.bucket AND s.meter_id = m.id
    WHERE ${concerned(o.familyIds)} AND NOT EXISTS (SELECT FROM tariff_back_test_rows r
      WHERE r.bucket = c.bucket AND r.connection_id = c.id
        AND r.back_test_id = ${o.backTestId}::uuid AND r.use_of IS NOT NULL)`.execute(tx);
  return rows[0] ?? { wallets: 0, moneyMeters: 0 };
}

export type FoundRow = {
  readonly bucket: number;
  readonly connectionId: string;
  readonly purchases: number;
  readonly refused: number;
  readonly energyWh: bigint;
  readonly beforeMinor: bigint;
  readonly afterMinor: bigint;
  readonly spentMinor: bigint;
  readonly energyBeforeWh: bigint;
  readonly energyAfterWh: bigint;
  /** Whose measured use is in it; null where purchases tell all. */
  readonly useOf: UseOf | null;
};

export async function insertFound(
  tx: Tx,
  o: { readonly utilityId: string; readonly backTestId: string },
  rows: readonly FoundRow[],
): Promise<void> {
  if (rows.length === 0) return;
  await tx
    .insertInto('tariff_back_test_rows')
    .values(
      rows.map((row) => ({
        bucket: row.bucket,
        back_test_id: o.backTestId,
        connection_id: row.connectionId,
        utility_id: o.utilityId,
        purchases: row.purchases,
        refused: row.refused,
        energy_wh: row.energyWh,
        before_minor: row.beforeMinor,
        after_minor: row.afterMinor,
        spent_minor: row.spentMinor,
        energy_before_wh: row.energyBeforeWh,
        energy_after_wh: row.energyAfterWh,
        use_of: row.useOf,
      })),
    )
    .execute();
}

/** What a back-test found, or the preview of an assignment to many. */
export type Found = { readonly backTestId: string } | { readonly assignmentId: string };

const rowsOf = (found: Found) =>
  'backTestId' in found
    ? sql`(SELECT * FROM tariff_back_test_rows WHERE back_test_id = ${found.backTestId}::uuid) r`
    : sql`(SELECT * FROM tariff_assignment_rows WHERE batch_id = ${found.assignmentId}::uuid) r`;

/** Limits in per cent between which connections are counted together. */
const bandLimits = [-20, -10, -5, -1, 1, 5, 10, 20];

export async function summarise(tx: Tx, found: Found): Promise<BackTestSummary> {
  const { rows } = await sql<Omit<BackTestSummary, 'bands'>>`
    SELECT count(*)::int AS connections,
      count(*) FILTER (WHERE after_minor > before_minor)::int AS "payMore",
      count(*) FILTER (WHERE after_minor < before_minor)::int AS "payLess",
      count(*) FILTER (WHERE after_minor = before_minor)::int AS "paySame",
      coalesce(sum(purchases), 0)::int AS purchases,
      json_build_object('wallets', count(*) FILTER (WHERE use_of = 'wallet'),
        'moneyMeters', count(*) FILTER (WHERE use_of = 'moneyMeter')) AS "byUse",
      coalesce(sum(refused), 0)::int AS "refusedPurchases",
      coalesce(sum(energy_wh), 0)::text AS "energyWh",
      coalesce(sum(before_minor), 0)::text AS "beforeMinor",
      coalesce(sum(after_minor), 0)::text AS "afterMinor",
      coalesce(sum(spent_minor), 0)::text AS "spentMinor",
      coalesce(sum(energy_before_wh), 0)::text AS "energyBeforeWh",
      coalesce(sum(energy_after_wh), 0)::text AS "energyAfterWh"
    FROM ${rowsOf(found)} WHERE purchases IS NOT NULL`.execute(tx);
  const [sums] = rows;
  if (sums === undefined) throw new Error('an aggregate without a row');
  const counted = await sql<{ band: number; connections: number }>`
    SELECT width_bucket((after_minor - before_minor)::numeric * 100 / before_minor,
      ${bandLimits}::numeric[]) AS band, count(*)::int AS connections
    FROM ${rowsOf(found)} WHERE before_minor > 0
    GROUP BY 1`.execute(tx);
  const bands = Array.from({ length: bandLimits.length + 1 }, (_, band) => ({
    overPercent: bandLimits[band - 1] ?? null,
    uptoPercent: bandLimits[band] ?? null,
    connections: counted.rows.find((row) => row.band === band)?.connections ?? 0,
  }));
  return { ...sums, bands };
}

type ListedRow = FoundRow & { readonly connectionName: string };
type FlaggedRow = ListedRow & { readonly flagged: boolean };

/** Whether the home of a row `r` has a medical or vulnerable flag on the day. */
const flaggedOn = (date: string) => sql`EXISTS (SELECT FROM (
    SELECT DISTINCT ON (kind) what, expires_on FROM home_flag_events e
    WHERE e.bucket = r.bucket AND e.connection_id = r.connection_id ORDER BY kind, id DESC
  ) AS latest WHERE what = 'set' AND (expires_on IS NULL OR expires_on >= ${date}::date))`;

/** Flagged homes among those that pay more. */
export async function countFlaggedPayMore(tx: Tx, found: Found, today: string): Promise<number> {
  const { rows } = await sql<{ homes: number }>`SELECT count(*)::int AS homes
    FROM ${rowsOf(found)}
    WHERE r.after_minor > r.before_minor AND ${flaggedOn(today)}`.execute(tx);
  return rows[0]?.homes ?? 0;
}

const listed = sql`r.bucket, r.connection_id AS "connectionId", c.name AS "connectionName",
  r.purchases, r.refused, r.energy_wh AS "energyWh", r.before_minor AS "beforeMinor",
  r.after_minor AS "afterMinor", r.spent_minor AS "spentMinor",
  r.energy_before_wh AS "energyBeforeWh", r.energy_after_wh AS "energyAfterWh",
  r.use_of AS "useOf"`;
const joined = (found: Found) => sql`${rowsOf(found)}
  JOIN connections c ON c.bucket = r.bucket AND c.id = r.connection_id`;

/** Those whose cost changes most in one direction. */
export async function selectExtremes(
  tx: Tx,
  found: Found,
  o: {
    readonly order: 'payMore' | 'payLess';
    readonly limit: number;
    readonly today: string;
    readonly showsFlags: boolean;
  },
): Promise<readonly BackTestRowJson[]> {
  const side =
    o.order === 'payMore'
      ? sql`r.after_minor > r.before_minor ORDER BY (r.after_minor - r.before_minor) DESC`
      : sql`r.after_minor < r.before_minor ORDER BY (r.after_minor - r.before_minor)`;
  const { rows } = await sql<FlaggedRow>`SELECT ${listed}, ${flaggedOn(o.today)} AS flagged
    FROM ${joined(found)} WHERE ${side}, r.connection_id
    LIMIT ${o.limit}`.execute(tx);
  return rows.map((row) => rowJson(row, o.showsFlags));
}

/** A page of all rows, by place. */
export async function selectPage(
  tx: Tx,
  found: Found,
  o: {
    readonly after: { readonly bucket: number; readonly connectionId: string } | null;
    readonly limit: number;
  },
): Promise<readonly ListedRow[]> {
  const after =
    o.after === null
      ? sql`true`
      : sql`(r.bucket, r.connection_id) > (${o.after.bucket}, ${o.after.connectionId}::uuid)`;
  const { rows } = await sql<ListedRow>`SELECT ${listed} FROM ${joined(found)}
    WHERE r.purchases IS NOT NULL AND ${after}
    ORDER BY r.bucket, r.connection_id LIMIT ${o.limit}`.execute(tx);
  return rows;
}

const rowJson = (row: FlaggedRow, showsFlags: boolean): BackTestRowJson => ({
  connectionId: idFromUuid('connection', row.connectionId),
  connectionName: row.connectionName,
  purchases: row.purchases,
  refused: row.refused,
  energyWh: row.energyWh.toString(),
  beforeMinor: row.beforeMinor.toString(),
  afterMinor: row.afterMinor.toString(),
  spentMinor: row.spentMinor.toString(),
  energyBeforeWh: row.energyBeforeWh.toString(),
  energyAfterWh: row.energyAfterWh.toString(),
  useOf: row.useOf,
  flagged: showsFlags ? row.flagged : null,
});
