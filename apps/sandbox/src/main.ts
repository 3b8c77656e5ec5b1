// The sandbox process: configuration in, one server up, and an orderly end when its parent goes or
// asks.

import { readFileSync } from 'node:fs';
import { parseConfig } from './config.ts';
import { createSandbox } from './sandbox.ts';

const config = parseConfig(process.env, (path) => readFileSync(path, 'utf8'));
if (!config.ok) {
  process.stderr.write(
    `The sandbox cannot start:\n${config.error.map((e) => `  ${e}\n`).join('')}`,
  );
  process.exit(1);
}

try {
  const sandbox = createSandbox({ config: config.value });
  let closing = false;
  const stop = async () => {
    if (closing) return;
    closing = true;
    await sandbox.close();
    process.exit(0);
  };
  process.on('SIGTERM', stop);
  process.on('SIGINT', stop);
  process.on('disconnect', stop);
  await sandbox.listen();
} catch (error) {
  const reason = startFault(error, config.value.httpPort);
  process.stderr.write(`The sandbox cannot start: ${reason}\n`);
  process.exit(1);
}

function startFault(error: unknown, port: number): string {
  if (!(error instanceof Error)) return String(error);
  if ('code' in error && error.code === 'EADDRINUSE') {
    return `port ${port} is taken; choose another with PREWATT_HTTP_PORT`;
  }
  return error.message;
}
