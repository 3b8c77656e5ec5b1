// Facts leave a transaction as jobs: enqueued in it, run after it, retried with back-off until
// done, visible in the database until then. The outbox of the design is graphile-worker's table.

import { sql } from 'kysely';
import type { Database, Tx } from './database.ts';
import { prepared } from './rows.ts';

/** Every job, with its payload: identifiers only. */
export type Jobs = {
  /** Send messages that were queued together. */
  sendMessages: { utilityId: string; messages: { bucket: number; id: string }[] };
  /** One, as an older version asked for it. */
  sendMessage: { utilityId: string; bucket: number; messageId: string };
  /** Check the laws over the rows of a utility. */
  runProof: { utilityId: string; runId: string };
  /** Try a version of a tariff on past sales. */
  runBackTest: { utilityId: string; backTestId: string };
  /** Try a list of assignments on past purchases, or carry it out: what its state says. */
  assignTariffs: { utilityId: string; batchId: string };
  /** Run some homes of a replay of protection rules. */
  replayChunk: { utilityId: string; replayId: string; chunk: number };
  /** Work off one chunk of an import. */
  importChunk: { utilityId: string; importId: string; chunk: number };
  /** Make the next tokens of a list of grants that was allowed. */
  issueGrants: { utilityId: string; batchId: string };
  /** Give the next connections their free units of a month, "2026-11". */
  freeUnits: { utilityId: string; month: string };
  /** Begin with the meters that a campaign chose and has not begun with. */
  beginCampaign: { utilityId: string; campaignId: string };
  /** Send the next meters of a campaign their key-change sets; those after a meter number. */
  deliverKeyChanges: {
    utilityId: string;
    campaignId: string;
    operatorId: string;
    afterPan: string;
  };
};

/**
 * With a `key`, a job that waits under the same key is replaced: the newest is enough. Jobs of one
 * `queue` run one after the other.
 */
export async function enqueueJob<K extends keyof Jobs>(
  tx: Tx,
  name: K,
  payload: Jobs[K],
  o: { readonly key?: string; readonly queue?: string } = {},
): Promise<void> {
  const json = JSON.stringify(payload);
  const add = sql`SELECT graphile_worker.add_job(${name}::text, ${json}::json,
    max_attempts => 20, job_key => ${o.key ?? null}::text, queue_name => ${o.queue ?? null}::text)`;
  await add.execute(tx);
}

/** Many jobs of one name in one statement. */
export async function enqueueJobs<K extends keyof Jobs>(
  tx: Tx,
  name: K,
  payloads: readonly Jobs[K][],
): Promise<void> {
  if (payloads.length === 0) return;
  await jobsOf(name, payloads).execute(tx);
}

/** The statement that adds them. */
export const jobsOf = <K extends keyof Jobs>(name: K, payloads: readonly Jobs[K][]) =>
  sql`${prepared} SELECT count(*) FROM graphile_worker.add_jobs(array(
    SELECT ROW(${name}::text, payload, NULL, NULL, 20, NULL, NULL, NULL)::graphile_worker.job_spec
    FROM json_array_elements(${JSON.stringify(payloads)}::json) payload))`;

/**
 * Frees the jobs that a killed process still holds; graphile-worker itself would wait for hours.
 * For the start of the server. A job that another process really runs is run twice then, which
 * every job allows.
 */
export async function freeHeldJobs(database: Database): Promise<void> {
  const free = sql`SELECT graphile_worker.force_unlock_workers(array(
    SELECT DISTINCT locked_by FROM graphile_worker._private_jobs WHERE locked_by IS NOT NULL
    UNION SELECT DISTINCT locked_by FROM graphile_worker._private_job_queues
    WHERE locked_by IS NOT NULL))`;
  await free.execute(database.directories);
}
