// Facts leave a transaction as jobs: enqueued in it, run after it, retried with back-off until done, visible in the
// database until then. The outbox of the design is graphile-worker's table.

import { sql } from 'kysely';
import type { Tx } from './database.ts';

/** Every job, with its payload: identifiers only. */
export type Jobs = {
  /** Send one message that is queued. */
  sendMessage: { utilityId: string; bucket: number; messageId: string };
};

export async function enqueueJob<K extends keyof Jobs>(
  tx: Tx,
  name: K,
  payload: Jobs[K],
): Promise<void> {
  await sql`SELECT graphile_worker.add_job(${name}::text, ${JSON.stringify(payload)}::json, max_attempts => 20)`.execute(
    tx,
  );
}
