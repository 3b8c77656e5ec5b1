// Logs: JSON lines by pino. Secrets never get here by construction; the list below is the second
// lock.

import { pino } from 'pino';

export type Log = ReturnType<typeof createLog>;

export function createLog(o: { readonly name: string; readonly level: string }) {
  return pino({
    name: o.name,
    level: o.level,
    base: null,
    redact: {
      paths: ['req.headers.authorization', 'req.headers.cookie', '*.password', '*.code', '*.token'],
      censor: '[secret]',
    },
  });
}
