// The server process: reads the configuration, starts everything, and runs until it is told to
// stop.

import { ConfigError, readConfig } from './compose/config.ts';
import { startServer } from './compose/server.ts';

/** Beyond the time for which it drains. */
const longestStopMs = 5_000;
/** sysexits.h: to start it again the same way is of no use. */
const misconfigured = 78;

try {
  const config = readConfig(process.env);
  const stop = await startServer(config);
  let stopping = false;
  const end = (): void => {
    if (stopping) return;
    stopping = true;
    setTimeout(() => process.exit(1), config.drainMs + longestStopMs).unref();
    void stop().then(
      () => process.exit(0),
      () => process.exit(1),
    );
  };
  process.on('SIGTERM', end);
  process.on('SIGINT', end);
  // Started by a supervisor: when it goes, so do we.
  process.on('disconnect', end);
} catch (error) {
  const text = error instanceof ConfigError ? error.message : `cannot start: ${plain(error)}`;
  console.error(text);
  process.exit(error instanceof ConfigError ? misconfigured : 1);
}

function plain(error: unknown): string {
  const { code, message } = error as { code?: string; message?: string };
  if (code === 'EADDRINUSE') return `${message}; another program uses the port, choose another one`;
  if (code === 'ECONNREFUSED')
    return `${message}: the database does not answer; check DATABASE_URL`;
  return message ?? String(error);
}
