// graphile-worker ends when the database goes away in the middle of a job, sometimes with an error
// and sometimes without one. This begins it again until it is told to stop: without it a server
// would die, or live on and do no job any more.

import { setTimeout as pause } from 'node:timers/promises';
import type { Runner } from 'graphile-worker';
import type { Log } from './log.ts';

const pauseMs = 1_000;

export type KeptWorking = {
  /** Ends it and begins it again: jobs that it could not give back are free then. */
  readonly restart: () => void;
  /** Waits for the jobs that are under way. */
  readonly stop: () => Promise<void>;
};

/** Starts it; throws when the first start fails. */
export async function keepWorking(start: () => Promise<Runner>, log: Log): Promise<KeptWorking> {
  let stopped = false;
  let runner = await start();

  const watch = async (): Promise<void> => {
    while (!stopped) {
      await runner.promise.catch((error) => log.warn({ error: String(error) }, 'worker ended'));
      while (!stopped) {
        await pause(pauseMs);
        if (stopped) return;
        const next = await start().catch((error) => {
          log.warn({ error: String(error) }, 'worker not begun again');
          return null;
        });
        if (next === null) continue;
        runner = next;
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
