// The worker of jobs: graphile-worker in this process, begun again whenever it ends.

import { run } from 'graphile-worker';
import { type Database, isLostConnection } from '../base/database.ts';
import { freeHeldJobs, type JobHandlers, taskListOf } from '../base/jobs.ts';
import { type KeptWorking, keepWorking } from '../base/keep-working.ts';
import type { Log } from '../base/log.ts';
import type { Parts } from '../base/parts.ts';
import { workerLogger } from '../base/worker-logger.ts';

export async function startWorker(o: {
  readonly url: string;
  readonly database: Database;
  readonly jobs: JobHandlers;
  readonly parts: Parts;
  readonly log: Log;
}): Promise<KeptWorking> {
  const { url, database, log } = o;
  const taskList = taskListOf(o.jobs);
  const worker = await keepWorking({
    url,
    start: async (pgPool) => {
      await freeHeldJobs(database);
      return run({
        pgPool,
        concurrency: 4,
        noHandleSignals: true,
        pollInterval: 2_000,
        taskList,
        logger: workerLogger(log),
      });
    },
    tell: (ended) => (ended === null ? o.parts.up('jobs') : o.parts.down('jobs', ended)),
    log,
  });
  // graphile-worker leaves a promise unheld when it cannot give a job back: the database is away.
  // That must not end the server, which lives on and is told by its next query.
  process.on('unhandledRejection', (reason: unknown): void => {
    const { code, message } = reason as { code?: string; message?: string };
    if (!isLostConnection(code, message)) throw reason;
    log.warn({ error: message }, 'the database went in the middle of a job');
    worker.restart();
  });
  return worker;
}
