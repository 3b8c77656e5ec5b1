// One approval for a list of meters: free credit, or the clearing of credit. The list is written
// when it is asked for; after approval its grants are made row by row.

import type { GrantBatch, GrantBatches, NewGrantBatch } from '@prewatt/api';
import { countText, err, formatKwh, idFromUuid, ok, type Result } from '@prewatt/quantities';
import { sql } from 'kysely';
import { z } from 'zod';
import type { Tx } from '../../base/database.ts';
import { sha256Hex } from '../../base/fingerprint.ts';
import { enqueueJob, type Jobs } from '../../base/jobs.ts';
import { answerAgain } from '../../base/request-ids.ts';
import type { Clocks } from '../../base/time.ts';
import {
  type Approvals,
  defineOperation,
  type OperatorRef,
} from '../../registry/approvals/index.ts';
import { type BudgetTake, fitsBudget, takeFromBudget } from '../../registry/limits/index.ts';
import { type BatchRefusal, type GrantRefusal, grantRefusals } from './errors.ts';
import { type GrantDeps, issueGrant } from './issue.ts';
import { isEncodable } from './make-tokens.ts';

/** Grants of one job: a stop of the server waits for as many. */
const rowsPerJob = 50;
const refusalsShown = 100;
const metersNamed = 5;

/** Lines of a request that cannot be, from 1. */
export type LineError = { readonly line: number; readonly message: string };

type Row = { readonly meterPan: string; readonly energyWh: bigint | null };

const payloadSchema = z.object({ batchId: z.uuid() });

/** Asks for it. Every line is looked at; with one fault nothing is written. */
export async function requestBatch(
  tx: Tx,
  deps: GrantDeps & { readonly approvals: Pick<Approvals, 'request'> },
  o: {
    readonly utilityId: string;
    readonly body: NewGrantBatch;
    readonly requestedBy: OperatorRef;
  },
): Promise<Result<{ readonly batchId: string }, BatchRefusal | readonly LineError[]>> {
  const { utilityId, body, requestedBy } = o;
  const rows: readonly Row[] = body.rows.map((row) => ({
    meterPan: row.meterPan,
    energyWh: 'energyWh' in row ? BigInt(row.energyWh) : null,
  }));
  const digest = digestOfRows(rows);
  const first = await requestedBefore(tx, { ...o, digest });
  if (first !== null) return first;
  const placed = await placesOf(tx, utilityId, rows);
  if (!placed.ok) return placed;
  const energyWh = rows.reduce((sum, row) => sum + (row.energyWh ?? 0n), 0n);
  const budget = budgetOf({ utilityId, rows: rows.length, energyWh, clocks: deps.clocks });
  if (!(await fitsBudget(tx, budget))) return err('freeBudgetReached');
  const batchId = deps.newUuid();
  const at = new Date(deps.clocks.business.nowMs());
  const inserted = await tx
    .insertInto('grant_batches')
    .values({
      id: batchId,
      utility_id: utilityId,
      request_id: body.requestId,
      kind: body.kind,
      reason: body.reason,
      requested_by: requestedBy.operatorId,
      digest,
      rows_total: rows.length,
      energy_total_wh: energyWh,
      state: 'awaitingApproval',
      created_at: at,
      state_at: at,
    })
    .onConflict((conflict) => conflict.columns(['utility_id', 'request_id']).doNothing())
    .returning('id')
    .executeTakeFirst();
  if (inserted === undefined) {
    // The same request, committed while this one waited at the unique index.
    return (await requestedBefore(tx, { ...o, digest })) ?? err('requestIdReused');
  }
  await insertRows(tx, { utilityId, batchId, rows: placed.value });
  const asked = await deps.approvals.request(tx, {
    utilityId,
    kind: 'grantTokens',
    requestId: `grants:${batchId}`,
    payload: { batchId },
    reason: body.reason,
    requestedBy,
  });
  if (!asked.ok) return err('requestIdReused');
  await tx
    .updateTable('grant_batches')
    .set({ approval_id: asked.value.approvalId })
    .where('id', '=', batchId)
    .execute();
  return ok({ batchId });
}

/** A list is taken from the utility's budget of free credit as a whole. */
const budgetOf = (o: {
  readonly utilityId: string;
  readonly rows: number;
  readonly energyWh: bigint;
  readonly clocks: Clocks;
}): BudgetTake => ({
  ...{ utilityId: o.utilityId, budget: 'freeCredit', ofId: o.utilityId },
  ...{ count: o.rows, energyWh: o.energyWh, realNowMs: o.clocks.real.nowMs() },
});

/** What a request that was made before is answered; null for a new one. */
async function requestedBefore(
  tx: Tx,
  o: {
    readonly utilityId: string;
    readonly body: NewGrantBatch;
    readonly requestedBy: OperatorRef;
    readonly digest: string;
  },
): Promise<Result<{ readonly batchId: string }, BatchRefusal> | null> {
  const { body } = o;
  const first = await tx
    .selectFrom('grant_batches')
    .select(['id', 'kind', 'digest', 'reason', 'requested_by'])
    .where('utility_id', '=', o.utilityId)
    .where('request_id', '=', body.requestId)
    .executeTakeFirst();
  if (first === undefined) return null;
  const before = [first.kind, first.digest, first.reason, first.requested_by];
  const asked = [body.kind, o.digest, body.reason, o.requestedBy.operatorId];
  return answerAgain(before, asked, { batchId: first.id });
}

const digestOfRows = (rows: readonly Row[]): string =>
  sha256Hex(rows.map((row) => `${row.meterPan} ${row.energyWh ?? ''}\n`).join(''));

type PlacedRow = Row & { readonly bucket: number; readonly connectionId: string };

async function placesOf(
  tx: Tx,
  utilityId: string,
  rows: readonly Row[],
): Promise<Result<readonly PlacedRow[], readonly LineError[]>> {
  const { rows: found } = await sql<{ meterPan: string; bucket: number; connectionId: string }>`
    SELECT d.meter_pan AS "meterPan", d.bucket, d.connection_id AS "connectionId"
    FROM prewatt.meter_directory d
    JOIN prewatt.meters m ON m.bucket = d.bucket AND m.id = d.meter_id AND m.retired_at IS NULL
    WHERE d.utility_id = ${utilityId}::uuid
      AND d.meter_pan = ANY(${rows.map((row) => row.meterPan)}::text[])`.execute(tx);
  const places = new Map(found.map((each) => [each.meterPan, each]));
  const seen = new Set<string>();
  const errors: LineError[] = [];
  const placed: PlacedRow[] = [];
  for (const [index, row] of rows.entries()) {
    const line = index + 1;
    const place = places.get(row.meterPan);
    if (place === undefined) {
      errors.push({ line, message: `there is no meter ${row.meterPan}` });
    } else if (seen.has(place.connectionId)) {
      errors.push({ line, message: `meter ${row.meterPan} stands in the list before` });
    } else if (row.energyWh !== null && !isEncodable(row.energyWh)) {
      errors.push({ line, message: grantRefusals.energyNotEncodable[1] });
    } else {
      seen.add(place.connectionId);
      placed.push({ ...row, bucket: place.bucket, connectionId: place.connectionId });
    }
  }
  return errors.length > 0 ? err(errors) : ok(placed);
}

async function insertRows(
  tx: Tx,
  o: {
    readonly utilityId: string;
    readonly batchId: string;
    readonly rows: readonly PlacedRow[];
  },
): Promise<void> {
  const { rows } = o;
  await sql`INSERT INTO prewatt.grant_batch_rows
      (utility_id, batch_id, ordinal, bucket, connection_id, meter_pan, energy_wh)
    SELECT ${o.utilityId}::uuid, ${o.batchId}::uuid, r.ordinal, r.bucket, r.connection_id,
      r.meter_pan, r.energy_wh
    FROM unnest(${rows.map((row) => row.bucket)}::smallint[],
      ${rows.map((row) => row.connectionId)}::uuid[], ${rows.map((row) => row.meterPan)}::text[],
      ${rows.map((row) => row.energyWh?.toString() ?? null)}::bigint[])
      WITH ORDINALITY AS r (bucket, connection_id, meter_pan, energy_wh, ordinal)`.execute(tx);
}

/** What a second person allows: the list as it was written. */
export function grantTokensApproval(deps: GrantDeps) {
  const now = () => new Date(deps.clocks.business.nowMs());
  return defineOperation<z.output<typeof payloadSchema>, 'batchClosed' | 'freeBudgetReached'>({
    payload: payloadSchema,
    refusals: {
      batchClosed: 'The list is no longer waiting; reload it.',
      freeBudgetReached: grantRefusals.freeBudgetReached[1],
    },
    describe: async (tx, { payload }) => {
      const batch = await tx
        .selectFrom('grant_batches')
        .selectAll()
        .where('id', '=', payload.batchId)
        .executeTakeFirstOrThrow();
      const rows = await tx
        .selectFrom('grant_batch_rows')
        .select(['meter_pan', 'energy_wh'])
        .where('batch_id', '=', payload.batchId)
        .orderBy('energy_wh', 'desc')
        .orderBy('ordinal')
        .limit(metersNamed)
        .execute();
      const free = batch.kind === 'freeCredit';
      const more =
        batch.rows_total > rows.length ? ` and ${batch.rows_total - rows.length} more` : '';
      const named = rows.map((row) =>
        row.energy_wh === null
          ? row.meter_pan
          : `${row.meter_pan} (${formatKwh(row.energy_wh)} kWh)`,
      );
      const meters = countText(batch.rows_total, 'meter');
      return {
        title: free ? `Free credit for ${meters}` : `Clear the credit of ${meters}`,
        facts: [
          ...(free
            ? [{ label: 'Energy in all', value: `${formatKwh(batch.energy_total_wh)} kWh` }]
            : []),
          { label: free ? 'Meters, largest first' : 'Meters', value: `${named.join(', ')}${more}` },
          { label: 'Reason', value: batch.reason },
        ],
      };
    },
    perform: async (tx, { payload, utilityId }) => {
      const moved = await tx
        .updateTable('grant_batches')
        .set({ state: 'issuing', state_at: now() })
        .where('id', '=', payload.batchId)
        .where('state', '=', 'awaitingApproval')
        .returning(['rows_total', 'energy_total_wh'])
        .executeTakeFirst();
      if (moved === undefined) return err('batchClosed');
      const { rows_total: rows, energy_total_wh: energyWh } = moved;
      const budget = budgetOf({ utilityId, rows, energyWh, clocks: deps.clocks });
      if (!(await takeFromBudget(tx, budget))) return err('freeBudgetReached');
      await enqueueJob(tx, 'issueGrants', { utilityId, batchId: payload.batchId });
      return ok({ batchId: idFromUuid('grant', payload.batchId) });
    },
    closed: async (tx, { payload }) => {
      await tx
        .updateTable('grant_batches')
        .set({ state: 'closed', state_at: now() })
        .where('id', '=', payload.batchId)
        .where('state', '=', 'awaitingApproval')
        .execute();
    },
  });
}

/** The job: the next rows of a list that was allowed, each in a transaction of its own. */
export async function runBatch(deps: GrantDeps, job: Jobs['issueGrants']): Promise<void> {
  for (let done = 0; done < rowsPerJob; done += 1) {
    const more = await deps.database.inUtility(job.utilityId, (tx) => issueNext(tx, deps, job));
    if (!more) return;
  }
  await deps.database.inUtility(job.utilityId, (tx) => enqueueJob(tx, 'issueGrants', job));
}

/** One row. False when none is left. */
async function issueNext(tx: Tx, deps: GrantDeps, job: Jobs['issueGrants']): Promise<boolean> {
  const { utilityId, batchId } = job;
  // The list is locked: two jobs of it go one after the other, row by row.
  const batch = await tx
    .selectFrom('grant_batches')
    .selectAll()
    .where('id', '=', batchId)
    .where('utility_id', '=', utilityId)
    .where('state', '=', 'issuing')
    .forUpdate()
    .executeTakeFirst();
  if (batch === undefined) return false;
  const row = await tx
    .selectFrom('grant_batch_rows')
    .selectAll()
    .where('batch_id', '=', batchId)
    .where('outcome', 'is', null)
    .orderBy('ordinal')
    .limit(1)
    .executeTakeFirst();
  if (row === undefined) {
    await tx
      .updateTable('grant_batches')
      .set({ state: 'done', state_at: new Date(deps.clocks.business.nowMs()) })
      .where('id', '=', batchId)
      .execute();
    return false;
  }
  const issued = await issueGrant(tx, deps, {
    place: { utilityId, bucket: row.bucket, connectionId: row.connection_id },
    requestId: `batch:${batchId}`,
    what:
      row.energy_wh === null
        ? { kind: 'clearCredit' }
        : { kind: 'freeCredit', energyWh: row.energy_wh },
    reason: batch.reason,
    requestedBy: batch.requested_by,
    approvalId: batch.approval_id,
    meterPan: row.meter_pan,
  });
  await tx
    .updateTable('grant_batch_rows')
    .set(
      issued.ok
        ? { outcome: 'issued', grant_id: issued.value.grantId }
        : { outcome: 'refused', refusal: issued.error },
    )
    .where('batch_id', '=', batchId)
    .where('ordinal', '=', row.ordinal)
    .execute();
  return true;
}

const listsShown = 50;

/** The newest lists, and how far each is. */
export async function batchesOf(tx: Tx, utilityId: string): Promise<GrantBatches> {
  const newest = await tx
    .selectFrom('grant_batches')
    .select('id')
    .where('utility_id', '=', utilityId)
    .orderBy('id', 'desc')
    .limit(listsShown)
    .execute();
  const rows: GrantBatch[] = [];
  for (const { id } of newest) {
    const batch = await batchOf(tx, id);
    if (batch !== null) rows.push(batch);
  }
  return { rows };
}

/** How far a list is. */
export async function batchOf(tx: Tx, batchId: string): Promise<GrantBatch | null> {
  const batch = await tx
    .selectFrom('grant_batches')
    .innerJoin('operators', 'operators.id', 'grant_batches.requested_by')
    .selectAll('grant_batches')
    .select('operators.name')
    .where('grant_batches.id', '=', batchId)
    .executeTakeFirst();
  if (batch === undefined) return null;
  const { rows } = await sql<{ issued: number; refused: number }>`
    SELECT count(*) FILTER (WHERE outcome = 'issued')::int AS issued,
      count(*) FILTER (WHERE outcome = 'refused')::int AS refused
    FROM prewatt.grant_batch_rows WHERE batch_id = ${batchId}::uuid`.execute(tx);
  const refused = await tx
    .selectFrom('grant_batch_rows')
    .select(['ordinal', 'meter_pan', 'refusal'])
    .where('batch_id', '=', batchId)
    .where('outcome', '=', 'refused')
    .orderBy('ordinal')
    .limit(refusalsShown)
    .execute();
  return {
    batchId: idFromUuid('grant', batch.id),
    kind: batch.kind,
    reason: batch.reason,
    requestedBy: batch.name,
    approvalId: batch.approval_id === null ? null : idFromUuid('approval', batch.approval_id),
    state: batch.state,
    rows: { total: batch.rows_total, issued: rows[0]?.issued ?? 0, refused: rows[0]?.refused ?? 0 },
    energyTotalWh: batch.energy_total_wh.toString(),
    createdAt: new Date(batch.created_at).toISOString(),
    refusals: refused.map((row) => ({
      line: row.ordinal,
      meterPan: row.meter_pan,
      detail: grantRefusals[row.refusal as GrantRefusal][1],
    })),
  };
}
