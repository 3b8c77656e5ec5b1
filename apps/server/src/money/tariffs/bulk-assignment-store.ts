// SQL of assignments to many connections, but for how they are chosen.

import type { AssignmentState, BackTestSummary } from '@prewatt/api';
import { sql } from 'kysely';
import type { Tx } from '../../base/database.ts';
import type { FoundRow } from './back-test-store.ts';

export type StoredBatch = {
  readonly id: string;
  readonly utilityId: string;
  readonly digest: string;
  readonly tariffName: string | null;
  readonly undoOf: string | null;
  readonly from: string;
  readonly chosen: Chosen;
  readonly reason: string;
  readonly requestedBy: string;
  readonly requesterName: string;
  readonly months: number;
  readonly fromAtMs: number;
  readonly toAtMs: number;
  readonly rowsTotal: number;
  readonly rowsDone: number;
  readonly afterBucket: number | null;
  readonly afterId: string | null;
  readonly summary: BackTestSummary | null;
  readonly approvalId: string | null;
  readonly state: AssignmentState;
  readonly createdAtMs: number;
};

export type Chosen = {
  readonly how: string;
  readonly alreadyThere: number;
  readonly replacesComing: number;
};

const columns = sql`b.id, b.utility_id AS "utilityId", b.digest, t.name AS "tariffName",
  b.undo_of AS "undoOf", b.from_date::text AS "from", b.chosen, b.reason,
  b.requested_by AS "requestedBy", o.name AS "requesterName", b.months, b.from_at AS "fromAtMs",
  b.to_at AS "toAtMs", b.rows_total AS "rowsTotal", b.rows_done AS "rowsDone",
  b.after_bucket AS "afterBucket", b.after_id AS "afterId", b.summary,
  b.approval_id AS "approvalId", b.state, b.created_at AS "createdAtMs"`;
const tables = sql`tariff_assignment_batches b JOIN operators o ON o.id = b.requested_by
  LEFT JOIN tariffs t ON t.id = b.tariff_id`;

export async function selectBatch(
  tx: Tx,
  o: { readonly batchId: string; readonly lock: boolean },
): Promise<StoredBatch | null> {
  const { rows } = await sql<StoredBatch>`SELECT ${columns} FROM ${tables}
    WHERE b.id = ${o.batchId}::uuid ${o.lock ? sql`FOR UPDATE OF b` : sql``}`.execute(tx);
  return rows[0] ?? null;
}

export async function selectBatchOfRequest(
  tx: Tx,
  utilityId: string,
  requestId: string,
): Promise<StoredBatch | null> {
  const { rows } = await sql<StoredBatch>`SELECT ${columns} FROM ${tables}
    WHERE b.utility_id = ${utilityId}::uuid AND b.request_id = ${requestId}`.execute(tx);
  return rows[0] ?? null;
}

export async function selectNewestBatches(
  tx: Tx,
  utilityId: string,
  limit: number,
): Promise<readonly StoredBatch[]> {
  const { rows } = await sql<StoredBatch>`SELECT ${columns} FROM ${tables}
    WHERE b.utility_id = ${utilityId}::uuid ORDER BY b.id DESC LIMIT ${limit}`.execute(tx);
  return rows;
}

export type BatchRow = {
  readonly bucket: number;
  readonly connectionId: string;
  readonly beforeTariffId: string;
  readonly beforeParameters: Readonly<Record<string, string>>;
  readonly tariffId: string;
  readonly parameters: Readonly<Record<string, string>>;
};

/** The next rows after the last that is done, without an outcome. */
export async function selectNextRows(
  tx: Tx,
  batch: StoredBatch,
  limit: number,
): Promise<readonly BatchRow[]> {
  const { afterBucket, afterId } = batch;
  const after =
    afterBucket === null || afterId === null
      ? sql`true`
      : sql`(bucket, connection_id) > (${afterBucket}, ${afterId}::uuid)`;
  const { rows } = await sql<BatchRow>`SELECT bucket, connection_id AS "connectionId",
      before_tariff_id AS "beforeTariffId", before_parameters AS "beforeParameters",
      tariff_id AS "tariffId", parameters
    FROM tariff_assignment_rows WHERE batch_id = ${batch.id}::uuid AND outcome IS NULL AND ${after}
    ORDER BY bucket, connection_id LIMIT ${limit}`.execute(tx);
  return rows;
}

/** What the purchases of some rows come to, in one statement. */
export async function saveFound(
  tx: Tx,
  batchId: string,
  found: readonly FoundRow[],
): Promise<void> {
  if (found.length === 0) return;
  const texts = (of: (row: FoundRow) => bigint) => found.map((row) => of(row).toString());
  await sql`UPDATE tariff_assignment_rows r SET purchases = f.purchases, refused = f.refused,
      energy_wh = f.energy_wh, before_minor = f.before_minor, after_minor = f.after_minor,
      spent_minor = f.spent_minor, energy_before_wh = f.energy_before_wh,
      energy_after_wh = f.energy_after_wh, use_of = f.use_of
    FROM unnest(${found.map((row) => row.bucket)}::smallint[],
      ${found.map((row) => row.connectionId)}::uuid[],
      ${found.map((row) => row.purchases)}::integer[],
      ${found.map((row) => row.refused)}::integer[],
      ${texts((row) => row.energyWh)}::bigint[], ${texts((row) => row.beforeMinor)}::bigint[],
      ${texts((row) => row.afterMinor)}::bigint[], ${texts((row) => row.spentMinor)}::bigint[],
      ${texts((row) => row.energyBeforeWh)}::bigint[],
      ${texts((row) => row.energyAfterWh)}::bigint[],
      ${found.map((row) => row.useOf)}::text[]
    ) AS f (bucket, connection_id, purchases, refused, energy_wh, before_minor, after_minor,
      spent_minor, energy_before_wh, energy_after_wh, use_of)
    WHERE r.bucket = f.bucket AND r.batch_id = ${batchId}::uuid
      AND r.connection_id = f.connection_id`.execute(tx);
}

export type Outcome = {
  readonly bucket: number;
  readonly connectionId: string;
  readonly refusal: string | null;
};

/** What became of some rows, in one statement. */
export async function saveOutcomes(
  tx: Tx,
  batchId: string,
  outcomes: readonly Outcome[],
): Promise<void> {
  if (outcomes.length === 0) return;
  await sql`UPDATE tariff_assignment_rows r SET refusal = n.refusal,
      outcome = CASE WHEN n.refusal IS NULL THEN 'assigned' ELSE 'refused' END
    FROM unnest(${outcomes.map((each) => each.bucket)}::smallint[],
      ${outcomes.map((each) => each.connectionId)}::uuid[],
      ${outcomes.map((each) => each.refusal)}::text[]) AS n (bucket, connection_id, refusal)
    WHERE r.bucket = n.bucket AND r.batch_id = ${batchId}::uuid
      AND r.connection_id = n.connection_id`.execute(tx);
}

export type BatchChange = {
  readonly state?: AssignmentState;
  readonly approvalId?: string;
  readonly summary?: BackTestSummary;
  readonly at: Date;
  readonly done?: number;
  /** The last row that is done; null begins again. */
  readonly after?: { readonly bucket: number; readonly connectionId: string } | null;
};

export async function changeBatch(tx: Tx, batchId: string, change: BatchChange): Promise<void> {
  const { state, approvalId, summary, done, after } = change;
  await tx
    .updateTable('tariff_assignment_batches')
    .set({
      ...(state !== undefined && { state, state_at: change.at }),
      ...(approvalId !== undefined && { approval_id: approvalId }),
      ...(summary !== undefined && { summary: JSON.stringify(summary) }),
      ...(done !== undefined && { rows_done: done }),
      ...(after !== undefined && {
        after_bucket: after?.bucket ?? null,
        after_id: after?.connectionId ?? null,
      }),
    })
    .where('id', '=', batchId)
    .execute();
}

export type BatchCounts = { readonly assigned: number; readonly refused: number };

export async function countOutcomes(tx: Tx, batchId: string): Promise<BatchCounts> {
  const { rows } = await sql<BatchCounts>`SELECT
      (count(*) FILTER (WHERE outcome = 'assigned'))::int AS assigned,
      (count(*) FILTER (WHERE outcome = 'refused'))::int AS refused
    FROM tariff_assignment_rows WHERE batch_id = ${batchId}::uuid`.execute(tx);
  return rows[0] ?? { assigned: 0, refused: 0 };
}

export async function selectBefore(
  tx: Tx,
  batchId: string,
): Promise<readonly { readonly tariffName: string; readonly connections: number }[]> {
  const { rows } = await sql<{ tariffName: string; connections: number }>`
    SELECT t.name AS "tariffName", count(*)::int AS connections
    FROM tariff_assignment_rows r JOIN tariffs t ON t.id = r.before_tariff_id
    WHERE r.batch_id = ${batchId}::uuid GROUP BY 1 ORDER BY 2 DESC, 1`.execute(tx);
  return rows;
}

export async function selectRefused(
  tx: Tx,
  batchId: string,
  limit: number,
): Promise<
  readonly { readonly connectionId: string; readonly connectionName: string; detail: string }[]
> {
  const { rows } = await sql<{ connectionId: string; connectionName: string; detail: string }>`
    SELECT r.connection_id AS "connectionId", c.name AS "connectionName", r.refusal AS detail
    FROM tariff_assignment_rows r
    JOIN connections c ON c.bucket = r.bucket AND c.id = r.connection_id
    WHERE r.batch_id = ${batchId}::uuid AND r.outcome = 'refused'
    ORDER BY c.name, r.connection_id LIMIT ${limit}`.execute(tx);
  return rows;
}
