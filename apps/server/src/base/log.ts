// Logs: JSON lines by pino. Secrets never get here by construction; the list below is the second
// lock.

import { pino } from 'pino';

export type Log = ReturnType<typeof createLog>;

export function createLog(o: { readonly name: string; readonly level: string }) {
  return pino(
    {
      name: o.name,
      level: o.level,
      base: null,
      redact: {
        paths: [
          ...['req.headers.authorization', 'req.headers.cookie'],
          ...['*.password', '*.code', '*.token'],
        ],
        censor: '[secret]',
      },
    },
    output(),
  );
}

/** What waits while nothing can be written; the rest is lost. */
const keptBytes = 1_048_576;

/**
 * A log that cannot be written, as on a full disk, ends no server. What waited in the stream that
 * failed is lost with it: kept, it would be tried for ever when the process ends.
 */
function output() {
  const open = () => {
    const opened = pino.destination({ dest: process.stdout.fd, maxLength: keptBytes });
    opened.on('error', () => {
      opened.destroy();
      stream = open();
    });
    return opened;
  };
  let stream = open();
  return {
    write: (line: string): void => void stream.write(line),
    flushSync: (): void => stream.flushSync(),
  };
}
