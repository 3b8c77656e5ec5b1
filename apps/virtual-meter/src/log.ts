// The log of meters, and of a gateway, which run on small disks: one that cannot be written, as on
// a full disk, ends nothing.

import pino from 'pino';

/** What waits while nothing can be written; the rest is lost. */
const keptBytes = 1_048_576;

export const createLog = (o: { readonly app: string; readonly level: string }): pino.Logger =>
  pino({ level: o.level, base: { app: o.app } }, output());

/**
 * What waited in a stream that failed is lost with it: kept, it would be tried for ever when the
 * process ends.
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
