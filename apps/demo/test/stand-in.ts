// Stands in for a child of the demo: answers /health and dies on demand. PREWATT_LOG_LEVEL chooses
// its character: 'fatal' ends at once, 'error' does not listen to SIGTERM.

import { createServer } from 'node:http';

const character = process.env['PREWATT_LOG_LEVEL'];
if (character === 'fatal') {
  process.stderr.write('no such luck\n');
  process.exit(3);
}
if (character === 'error') process.on('SIGTERM', () => undefined);

const port = process.env['PREWATT_HTTP_PORT'] ?? process.env['PREWATT_WITNESS_PORT'];
createServer((request, response) => {
  response.setHeader('content-type', 'application/json');
  if (request.url === '/die') response.on('close', () => process.exit(4));
  const known = Object.entries(process.env).filter(([name]) => /^(PREWATT|DATABASE)_/.test(name));
  response.end(JSON.stringify({ status: 'ready', pid: process.pid, ...Object.fromEntries(known) }));
}).listen(Number(port), '127.0.0.1');
