// graphile-worker's log lines in ours, without its chatter.

import { Logger } from 'graphile-worker';
import type { Log } from './log.ts';

export function workerLogger(log: Log): Logger {
  return new Logger(() => (level, message) => {
    if (level === 'error') log.warn({ source: 'jobs' }, message);
    else log.debug({ source: 'jobs' }, message);
  });
}
