// SQL of install jobs and of their history. Whoever writes an event holds the job's row lock, so
// that ordinals follow one another.

import type { InstallStep } from '@prewatt/api';
import { sql } from 'kysely';
import type { ColumnValue } from '../../base/column-value.ts';
import type { Tx } from '../../base/database.ts';
import type { NewMeterPlan, Plan } from './plan.ts';
import type { Evidence, StepEvent } from './steps.ts';

type Selected = Awaited<ReturnType<typeof selectRow>>;
export type Job = Omit<NonNullable<Selected>, 'plan'> & { readonly plan: Plan };
export type Ref = { readonly bucket: number; readonly utilityId: string; readonly jobId: string };

export const refOf = (job: Pick<Job, 'bucket' | 'utility_id' | 'id'>): Ref => ({
  bucket: job.bucket,
  utilityId: job.utility_id,
  jobId: job.id,
});

const selectRow = (tx: Tx, jobId: string) =>
  tx.selectFrom('install_jobs').selectAll().where('id', '=', jobId).executeTakeFirst();

export async function loadJob(tx: Tx, jobId: string): Promise<Job | null> {
  const row = await selectRow(tx, jobId);
  return row === undefined ? null : { ...row, plan: row.plan as Plan };
}

/** Actions on one job go one after the other. `skip`: null while somebody else is at it. */
export async function lockJob(
  tx: Tx,
  jobId: string,
  others: 'wait' | 'skip' = 'wait',
): Promise<Job | null> {
  const query = tx.selectFrom('install_jobs').select('id').where('id', '=', jobId).forUpdate();
  const locked = await (others === 'skip' ? query.skipLocked() : query).executeTakeFirst();
  return locked === undefined ? null : loadJob(tx, jobId);
}

/** A job by the request that opened it. */
export async function jobOfRequest(
  tx: Tx,
  o: { readonly utilityId: string; readonly requestId: string },
): Promise<Job | null> {
  const row = await tx
    .selectFrom('install_jobs')
    .select('id')
    .where('utility_id', '=', o.utilityId)
    .where('request_id', '=', o.requestId)
    .executeTakeFirst();
  return row === undefined ? null : loadJob(tx, row.id);
}

/** The same request is heard one after the other, so that it opens one job. */
export type NewEvent = {
  readonly what: ColumnValue<'install_events', 'what'>;
  readonly step?: InstallStep;
  readonly evidence?: Evidence;
  readonly words?: string | null;
  readonly operatorId: string | null;
  readonly request?: { readonly id: string; readonly digest: string } | null;
  readonly at: Date;
};

export async function insertEvent(tx: Tx, ref: Ref, event: NewEvent): Promise<number> {
  const { request = null } = event;
  const { rows } = await sql<{ ordinal: number }>`INSERT INTO prewatt.install_events
      (bucket, job_id, ordinal, utility_id, what, step, evidence, words, operator_id,
        request_id, request_digest, at)
    SELECT ${ref.bucket}::int2, ${ref.jobId}::uuid, 1 + coalesce(max(ordinal), 0),
      ${ref.utilityId}::uuid, ${event.what}, ${event.step ?? null},
      ${JSON.stringify(event.evidence ?? {})}::jsonb, ${event.words ?? null},
      ${event.operatorId}::uuid, ${request?.id ?? null}, ${request?.digest ?? null}, ${event.at}
    FROM prewatt.install_events WHERE bucket = ${ref.bucket} AND job_id = ${ref.jobId}::uuid
    RETURNING ordinal`.execute(tx);
  return rows[0]?.ordinal ?? 0;
}

/** The digest of the request with this id on the job; null when it is new. */
export async function digestOfRequest(tx: Tx, ref: Ref, requestId: string): Promise<string | null> {
  const row = await tx
    .selectFrom('install_events')
    .select('request_digest')
    .where('bucket', '=', ref.bucket)
    .where('job_id', '=', ref.jobId)
    .where('request_id', '=', requestId)
    .executeTakeFirst();
  return row?.request_digest ?? null;
}

export async function eventsOf(tx: Tx, ref: Omit<Ref, 'utilityId'>): Promise<StepEvent[]> {
  const rows = await tx
    .selectFrom('install_events')
    .leftJoin('operators', 'operators.id', 'install_events.operator_id')
    .select(['ordinal', 'what', 'step', 'evidence', 'words', 'at', 'operators.name'])
    .where('bucket', '=', ref.bucket)
    .where('job_id', '=', ref.jobId)
    .orderBy('ordinal')
    .execute();
  return rows.map((row) => ({
    ordinal: row.ordinal,
    what: row.what,
    step: row.step as InstallStep | null,
    evidence: row.evidence as Evidence,
    words: row.words,
    byName: row.name,
    at: row.at,
  }));
}

export const updateJob = (tx: Tx, ref: Omit<Ref, 'utilityId'>) =>
  tx.updateTable('install_jobs').where('bucket', '=', ref.bucket).where('id', '=', ref.jobId);

export async function watchedJobs(tx: Tx, utilityId: string): Promise<string[]> {
  const rows = await tx
    .selectFrom('install_jobs')
    .select('id')
    .where('utility_id', '=', utilityId)
    .where('is_watched', '=', true)
    .orderBy('id')
    .limit(500)
    .execute();
  return rows.map((row) => row.id);
}

export async function isKeyLoaded(
  tx: Tx,
  meter: Pick<NewMeterPlan, 'supplyGroupCode' | 'keyRevision'>,
): Promise<boolean> {
  const row = await tx
    .selectFrom('vending_keys')
    .select('id')
    .where('supply_group_code', '=', meter.supplyGroupCode)
    .where('key_revision', '=', meter.keyRevision)
    .executeTakeFirst();
  return row !== undefined;
}
