// A receiver of webhooks in a process of its own, so that it can be killed: it checks the
// signature, keeps the event in its journal, and answers then.

import { appendFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { verifyWebhook } from '@prewatt/rails';
import { outsidePlan, sayReady } from './outside-process.ts';

const { port, journal, secret } = outsidePlan();

createServer((request, response) => {
  const chunks: Buffer[] = [];
  request.on('error', () => undefined);
  request.on('data', (chunk: Buffer) => chunks.push(chunk));
  request.on('end', () => {
    const raw = Buffer.concat(chunks);
    const headers = Object.fromEntries(
      Object.entries(request.headers).map(([name, value]) => [name, String(value)]),
    );
    const verified = verifyWebhook(raw, headers, {
      secrets: [secret],
      nowSeconds: Date.now() / 1_000,
      toleranceSeconds: 300,
    });
    const line = { id: request.headers['webhook-id'], isSigned: verified.ok };
    appendFileSync(journal, `${JSON.stringify(line)}\n`);
    response.writeHead(204).end();
  });
}).listen(port, '127.0.0.1', sayReady);
