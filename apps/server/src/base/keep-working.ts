// graphile-worker ends when the database goes away in the middle of a job, sometimes with an error
// and sometimes without one. This begins it again until it is told to stop: without it a server
// would die, or live on and do no job any more.

import { setTimeout as pause } from 'node:timers/promises';
import type { Runner } from 'graphile-worker';
import pg from 'pg';
import { surviveLostConnections } from './database.ts';
import type { Log } from './log.ts';

const pauseMs = 1_000;

export type KeptWorking = {
  /** Ends it and begins it again: jobs that it could not give back are free then. */
  readonly restart: () => void;
  /** Waits for the jobs that are under way. */
  readonly stop: () => Promise<void>;
};

/**
 * Starts it on a pool of its own; throws when the first start fails. A pool that graphile-worker
 * makes itself is deaf once its runner ends: a connection that breaks then would end the process.
 */
export async function keepWorking(o: {
  readonly url: string;
  readonly start: (pool: pg.Pool) => Promise<Runner>;
  /** Hears when it ends, with the reason, and when it has begun again: null. */
  readonly tell?: (ended: string | null) => void;
  readonly log: Log;
}): Promise<KeptWorking> {
  const { log, tell = () => {} } = o;
  const start = async (): Promise<Runner> => {
    const pool = new pg.Pool({
      connectionString: o.url,
      max: 10,
      application_name: 'prewatt-jobs',
    });
    surviveLostConnections(pool);
    const end = (): void => void pool.end().catch(() => undefined);
    try {
      const begun = await o.start(pool);
      void begun.promise.then(end, end);
      return begun;
    } catch (error) {
      end();
      throw error;
    }
  };
  let stopped = false;
  let runner = await start();
  tell(null);

  const watch = async (): Promise<void> => {
    while (!stopped) {
      let why = 'it ended';
      await runner.promise.catch((error) => {
        why = String(error);
        log.warn({ error: why }, 'worker ended');
      });
      if (!stopped) tell(why);
      while (!stopped) {
        await pause(pauseMs);
        if (stopped) return;
        const next = await start().catch((error) => {
          log.warn({ error: String(error) }, 'worker not begun again');
          return null;
        });
        if (next === null) continue;
        runner = next;
        tell(null);
        break;
      }
    }
  };
  const watching = watch();

  return {
    restart: () => void runner.stop().catch(() => undefined),
    stop: async () => {
      stopped = true;
      await runner.stop().catch(() => undefined);
      await watching;
    },
  };
}
