// graphile-worker's log lines in ours, without its chatter.

import type { Logger as WorkerLogger } from 'graphile-worker';
import type { Log } from './log.ts';
import { Logger } from './worker-library.ts';

export function workerLogger(log: Log): WorkerLogger {
  return new Logger(() => (level, message) => {
    if (level === 'error') log.warn({ source: 'jobs' }, message);
    else log.debug({ source: 'jobs' }, message);
  });
}
