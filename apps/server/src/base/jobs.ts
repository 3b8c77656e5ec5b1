// Facts leave a transaction as jobs: enqueued in it, run after it, retried with back-off until
// done, visible in the database until then. The outbox of the design is graphile-worker's table.

import type { Task, TaskList } from 'graphile-worker';
import { sql } from 'kysely';
import { z } from 'zod';
import type { Database, Tx } from './database.ts';
import { prepared } from './rows.ts';

const ofUtility = { utilityId: z.string() };
const message = z.object({ bucket: z.number(), id: z.string() });

/** Every job by its name, with its payload: identifiers only. The one place that lists them. */
const payloads = {
  /** Send messages that were queued together. */
  sendMessages: z.object({ ...ofUtility, messages: z.array(message) }),
  /** One, as an older version asked for it. */
  sendMessage: z.object({ ...ofUtility, bucket: z.number(), messageId: z.string() }),
  /** Send a message by mail, too. */
  sendMails: z.object({ ...ofUtility, bucket: z.number(), messageId: z.string() }),
  /** Tell an administrator by mail of what one person did alone in an emergency. */
  tellOfEmergency: z.object({ ...ofUtility, approvalId: z.string(), operatorId: z.string() }),
  /** Check the laws over the rows of a utility. */
  runProof: z.object({ ...ofUtility, runId: z.string() }),
  /** Try a version of a tariff on past sales. */
  runBackTest: z.object({ ...ofUtility, backTestId: z.string() }),
  /** Try a list of assignments on past purchases, or carry it out: what its state says. */
  assignTariffs: z.object({ ...ofUtility, batchId: z.string() }),
  /** Run some homes of a replay of protection rules. */
  replayChunk: z.object({ ...ofUtility, replayId: z.string(), chunk: z.number() }),
  /** Work off one chunk of an import. */
  importChunk: z.object({ ...ofUtility, importId: z.string(), chunk: z.number() }),
  /** Make the next tokens of a list of grants that was allowed. */
  issueGrants: z.object({ ...ofUtility, batchId: z.string() }),
  /** Give the next connections their free units of a month, "2026-11". */
  freeUnits: z.object({ ...ofUtility, month: z.string() }),
  /** Begin with the meters that a campaign chose and has not begun with. */
  beginCampaign: z.object({ ...ofUtility, campaignId: z.string() }),
  /** Send the next meters of a campaign their key-change sets; those after a meter number. */
  deliverKeyChanges: z.object({
    ...ofUtility,
    campaignId: z.string(),
    operatorId: z.string(),
    afterPan: z.string(),
  }),
};

export type Jobs = { [K in keyof typeof payloads]: z.output<(typeof payloads)[K]> };

export type JobHandlers = { readonly [K in keyof Jobs]: (payload: Jobs[K]) => Promise<void> };

/** What graphile-worker runs for each name; a payload that does not fit fails its job. */
export function taskListOf(handlers: JobHandlers): TaskList {
  const taskOf = <K extends keyof Jobs>(name: K): Task => {
    const schema = payloads[name] as unknown as z.ZodType<Jobs[K]>;
    return (payload) => handlers[name](schema.parse(payload));
  };
  const names = Object.keys(payloads) as (keyof Jobs)[];
  return Object.fromEntries(names.map((name) => [name, taskOf(name)]));
}

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

/** The statement that adds many jobs of one name. */
export const jobsOf = <K extends keyof Jobs>(name: K, payloads: readonly Jobs[K][]) =>
  sql`${prepared} SELECT count(*) FROM graphile_worker.add_jobs(array(
    SELECT ROW(${name}::text, payload, NULL, NULL, 20, NULL, NULL, NULL)::graphile_worker.job_spec
    FROM json_array_elements(${JSON.stringify(payloads)}::json) payload))`;

/** The names under which jobs are held, of whoever is still there or not. */
export async function holdersOfJobs({ directories }: Pick<Database, 'directories'>) {
  const { rows } = await sql<{ readonly name: string }>`
    SELECT locked_by AS name FROM graphile_worker._private_jobs WHERE locked_by IS NOT NULL
    UNION SELECT locked_by FROM graphile_worker._private_job_queues
    WHERE locked_by IS NOT NULL`.execute(directories);
  return rows.map(({ name }) => name);
}

/**
 * Frees jobs whose holders are gone; graphile-worker itself would wait for hours. A job of a
 * process that is only halted is run twice then, which every job allows.
 */
export async function freeJobsOf(
  { directories }: Pick<Database, 'directories'>,
  holders: readonly string[],
): Promise<void> {
  if (holders.length === 0) return;
  await sql`SELECT graphile_worker.force_unlock_workers(${holders}::text[])`.execute(directories);
}
