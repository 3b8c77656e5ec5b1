// The adapter of the SMS gateway whose API apps/sandbox documents. It delivers one id once, so that
// no answer only means to hand it over again.

import { err, ok } from '@prewatt/quantities';
import { accepted, hearsNothing, later, type MessageGateway, refused } from '../contract.ts';

const timeoutMs = 5_000;

export function createSandboxGateway(o: {
  readonly baseUrl: string;
  readonly apiKey: string;
  readonly fetch: typeof fetch;
}): MessageGateway {
  return {
    name: 'sandbox',
    send: async ({ id, to, text }) => {
      try {
        const answer = await o.fetch(new URL('/sms/v1/messages', o.baseUrl), {
          method: 'POST',
          headers: { authorization: `Bearer ${o.apiKey}`, 'content-type': 'application/json' },
          body: JSON.stringify({ id, to, text }),
          signal: AbortSignal.timeout(timeoutMs),
        });
        if (answer.ok) return accepted();
        const isOurs = answer.status >= 400 && answer.status < 500 && answer.status !== 429;
        const reason = `the sandbox answered ${answer.status}`;
        return isOurs ? refused(reason) : later(reason);
      } catch {
        return later('the sandbox cannot be reached');
      }
    },
    heard: hearsNothing,
    check: async () => {
      try {
        const { status } = await o.fetch(new URL('/phone', o.baseUrl), {
          signal: AbortSignal.timeout(timeoutMs),
        });
        return status === 200 ? ok('it answers') : err(`it answered ${status}`);
      } catch {
        return err('it cannot be reached');
      }
    },
  };
}
