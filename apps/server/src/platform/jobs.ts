// Facts leave a transaction as jobs: enqueued in it, run after it, retried with back-off until
// done, visible in the database until then. The outbox of the design is graphile-worker's table.

import { sql } from 'kysely';
import type { Tx } from './database.ts';

/** Every job, with its payload: identifiers only. */
export type Jobs = {
  /** Send one message that is queued. */
  sendMessage: { utilityId: string; bucket: number; messageId: string };
  /** Work off one chunk of an import. */
  importChunk: { utilityId: string; importId: string; chunk: number };
};

export async function enqueueJob<K extends keyof Jobs>(
  tx: Tx,
  name: K,
  payload: Jobs[K],
): Promise<void> {
  const json = JSON.stringify(payload);
  const add = sql`SELECT graphile_worker.add_job(${name}::text, ${json}::json, max_attempts => 20)`;
  await add.execute(tx);
}
