// The worker that speaks to the token: one request after the other, each with its answer.

import { parentPort, workerData } from 'node:worker_threads';
import type { Reply, Request } from './messages.ts';
import type { HardwareSettings } from './settings.ts';
import { createToken } from './token.ts';

const token = createToken(workerData as HardwareSettings, Date.now);

function answer(request: Request): Reply['result'] {
  switch (request.kind) {
    case 'hmac':
      return token.hmac(request.jobs);
    case 'bringIn':
      return token.bringIn(request);
    case 'destroy':
      return token.destroy(request.keyId);
    case 'state':
      return token.state();
  }
}

parentPort?.on('message', (request: Request | 'close') => {
  if (request === 'close') {
    token.close();
    parentPort?.close();
    return;
  }
  parentPort?.postMessage({ id: request.id, result: answer(request) } satisfies Reply);
});
