// How many connections of servers a database has beside one's own: what changes all of it by hand
// waits until none is left. A server that was stopped just now is waited for.

import { setTimeout as pause } from 'node:timers/promises';

type Run = (text: string) => Promise<{ readonly rows: readonly { readonly n?: number }[] }>;

/** PostgreSQL ends a connection a moment after its other end has gone. */
const endsWithinMs = 2_000;
const againAfterMs = 50;

/** `run` asks on one's own connection. */
export async function serversBeside(run: Run): Promise<number> {
  for (let waitedMs = 0; ; waitedMs += againAfterMs) {
    // What a transaction saw of others' connections stays as it was until it is dropped.
    await run('SELECT pg_stat_clear_snapshot()');
    const { rows } = await run(`SELECT count(*)::int AS n FROM pg_stat_activity
      WHERE datname = current_database() AND pid <> pg_backend_pid()
        AND application_name IN ('prewatt', 'prewatt-live')`);
    const count = rows[0]?.n ?? 0;
    if (count === 0 || waitedMs >= endsWithinMs) return count;
    await pause(againAfterMs);
  }
}
