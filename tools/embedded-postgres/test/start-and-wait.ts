// A program for tests: starts PostgreSQL on the folder named, says so in JSON, and waits to be
// killed.

import { startPostgres } from '../src/start.ts';

const server = await startPostgres({ dataDir: process.argv[2] ?? '', fsync: false });
process.stdout.write(`${JSON.stringify({ pid: server.pid, url: server.url })}\n`);
setInterval(() => undefined, 60_000);
