// The worker of jobs: graphile-worker in this process, begun again whenever it ends.

import { EventEmitter } from 'node:events';
import type { WorkerEvents } from 'graphile-worker';
import { isLostConnection } from '../base/database.ts';
import { type JobHandlers, taskListOf } from '../base/jobs.ts';
import { type KeptWorking, keepWorking } from '../base/keep-working.ts';
import type { Log } from '../base/log.ts';
import type { Parts } from '../base/parts.ts';
import { run } from '../base/worker-library.ts';
import { workerLogger } from '../base/worker-logger.ts';
import type { ServerProcesses } from '../registry/servers/index.ts';

export async function startWorker(o: {
  readonly url: string;
  readonly processes: Pick<ServerProcesses, 'beat' | 'worksAs'>;
  readonly jobs: JobHandlers;
  readonly parts: Parts;
  readonly log: Log;
}): Promise<KeptWorking> {
  const { url, processes, log } = o;
  const taskList = taskListOf(o.jobs);
  const worker = await keepWorking({
    url,
    start: async (pgPool) => {
      const events: WorkerEvents = new EventEmitter();
      let told = Promise.resolve();
      events.on('pool:create', ({ workerPool }) => {
        told = processes.worksAs([workerPool.id]);
        told.catch(() => undefined);
      });
      // What this process held before it lost the database is free as well.
      await processes.worksAs([]);
      await processes.beat();
      const runner = await run({
        events,
        pgPool,
        concurrency: 4,
        noHandleSignals: true,
        pollInterval: 2_000,
        taskList,
        logger: workerLogger(log),
        // It takes no job before the others know under which name.
        forbiddenFlags: () => told.then(() => null),
      });
      try {
        await told;
      } catch (error) {
        await runner.stop().catch(() => undefined);
        throw error;
      }
      return runner;
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
