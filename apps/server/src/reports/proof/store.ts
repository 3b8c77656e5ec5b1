// SQL of proof runs and their results.

import type { ProofLaw } from '@prewatt/api';
import { bucketCount } from '@prewatt/quantities';
import { sql } from 'kysely';
import type { Tx } from '../../base/database.ts';
import type { Baseline } from './history.ts';

export type NewResult = {
  readonly runId: string;
  readonly utilityId: string;
  readonly startedAtMs: number;
  readonly finishedAtMs: number;
  readonly holds: boolean;
  readonly laws: readonly ProofLaw[];
  /** Where the next run begins to compare history. */
  readonly baseline: Baseline;
};

/** Inserts a run unless its request is known. Its id, and whether it is new. */
export async function insertRun(
  tx: Tx,
  run: {
    readonly id: string;
    readonly utilityId: string;
    readonly requestId: string;
    readonly requestedBy: string | null;
    readonly atMs: number;
  },
): Promise<{ readonly runId: string; readonly isNew: boolean }> {
  const inserted = await tx
    .insertInto('proof_runs')
    .values({
      id: run.id,
      utility_id: run.utilityId,
      request_id: run.requestId,
      requested_by: run.requestedBy,
      requested_at: new Date(run.atMs),
    })
    .onConflict((conflict) => conflict.columns(['utility_id', 'request_id']).doNothing())
    .returning('id')
    .executeTakeFirst();
  if (inserted !== undefined) return { runId: inserted.id, isNew: true };
  const first = await tx
    .selectFrom('proof_runs')
    .select('id')
    .where('utility_id', '=', run.utilityId)
    .where('request_id', '=', run.requestId)
    .executeTakeFirstOrThrow();
  return { runId: first.id, isNew: false };
}

export async function recordProgress(tx: Tx, runId: string, bucketsDone: number): Promise<void> {
  await tx
    .updateTable('proof_runs')
    .set({ buckets_done: bucketsDone })
    .where('id', '=', runId)
    .execute();
}

/** A run that is done twice keeps its first result. */
export async function insertResult(tx: Tx, result: NewResult): Promise<void> {
  await tx
    .insertInto('proof_results')
    .values({
      run_id: result.runId,
      utility_id: result.utilityId,
      started_at: new Date(result.startedAtMs),
      finished_at: new Date(result.finishedAtMs),
      holds: result.holds,
      laws: JSON.stringify(result.laws),
      history: JSON.stringify(result.baseline),
    })
    .onConflict((conflict) => conflict.column('run_id').doNothing())
    .execute();
}

export async function hasResult(tx: Tx, runId: string): Promise<boolean> {
  const row = await tx
    .selectFrom('proof_results')
    .select('run_id')
    .where('run_id', '=', runId)
    .executeTakeFirst();
  return row !== undefined;
}

/** Nobody asked for it. */
export async function isNightlyRun(tx: Tx, runId: string): Promise<boolean> {
  const row = await tx
    .selectFrom('proof_runs')
    .select('requested_by')
    .where('id', '=', runId)
    .executeTakeFirst();
  return row?.requested_by === null;
}

/** By the order of entry: after a correction of the clock an older result may bear a later time. */
function newestResult(tx: Tx, utilityId: string) {
  return tx
    .selectFrom('proof_results')
    .where('utility_id', '=', utilityId)
    .orderBy('entered', 'desc')
    .orderBy('finished_at', 'desc')
    .limit(1);
}

/** Of the newest result, with the instant at which it was written; null before the first. */
export async function lastBaseline(
  tx: Tx,
  utilityId: string,
): Promise<{ readonly baseline: Baseline; readonly finishedAtMs: number } | null> {
  const row = await newestResult(tx, utilityId)
    .select(['history', 'finished_at'])
    .executeTakeFirst();
  if (row === undefined) return null;
  return { baseline: row.history as Baseline, finishedAtMs: row.finished_at };
}

/** The newest result, when it does not hold. */
export async function lastFailure(
  tx: Tx,
  utilityId: string,
): Promise<{ readonly finishedAtMs: number; readonly laws: readonly ProofLaw[] } | null> {
  const row = await newestResult(tx, utilityId)
    .select(['finished_at', 'holds', 'laws'])
    .executeTakeFirst();
  if (row === undefined || row.holds) return null;
  return { finishedAtMs: row.finished_at, laws: row.laws as ProofLaw[] };
}

/**
 * All buckets in ranges of about `connectionsPerRange` connections, one bucket at least; small
 * utilities are one range.
 */
export async function bucketRanges(
  tx: Tx,
  utilityId: string,
  connectionsPerRange: number,
): Promise<{ readonly fromBucket: number; readonly toBucket: number }[]> {
  const rows = await tx
    .selectFrom('connections')
    .select(['bucket', sql<bigint>`count(*)`.as('connections')])
    .where('utility_id', '=', utilityId)
    .groupBy('bucket')
    .orderBy('bucket')
    .execute();
  const ranges: { fromBucket: number; toBucket: number }[] = [];
  let fromBucket = 0;
  let inRange = 0;
  for (const row of rows) {
    inRange += Number(row.connections);
    if (inRange < connectionsPerRange) continue;
    ranges.push({ fromBucket, toBucket: row.bucket });
    fromBucket = row.bucket + 1;
    inRange = 0;
  }
  if (fromBucket < bucketCount) ranges.push({ fromBucket, toBucket: bucketCount - 1 });
  return ranges;
}

/** Runs, newest first, with their results. */
export function selectRuns(tx: Tx, utilityId: string, o: { runId?: string; limit: number }) {
  let query = tx
    .selectFrom('proof_runs as run')
    .leftJoin('proof_results as result', 'result.run_id', 'run.id')
    .select([
      'run.id',
      'run.requested_at',
      'run.requested_by',
      'run.buckets_done',
      'result.started_at',
      'result.finished_at',
      'result.holds',
      'result.laws',
      sql<boolean>`run.requested_by IS NULL AND EXISTS (SELECT FROM prewatt.proof_runs later
        WHERE later.utility_id = run.utility_id AND later.requested_by IS NULL
          AND (later.requested_at, later.id) > (run.requested_at, run.id))`.as('has_later'),
    ])
    .where('run.utility_id', '=', utilityId)
    .orderBy('run.requested_at', 'desc')
    .orderBy('run.id', 'desc')
    .limit(o.limit);
  if (o.runId !== undefined) query = query.where('run.id', '=', o.runId);
  return query.execute();
}
export type RunRow = Awaited<ReturnType<typeof selectRuns>>[number];
