// The adapter of the SMS gateway whose API apps/sandbox documents.

import { err, ok } from '@prewatt/quantities';
import type { SmsGateway } from './index.ts';

const timeoutMs = 5_000;

export function createSmsGateway(o: {
  readonly baseUrl: string;
  readonly apiKey: string;
}): SmsGateway {
  return {
    send: async (message) => {
      try {
        const answer = await fetch(new URL('/sms/v1/messages', o.baseUrl), {
          method: 'POST',
          headers: { authorization: `Bearer ${o.apiKey}`, 'content-type': 'application/json' },
          body: JSON.stringify(message),
          signal: AbortSignal.timeout(timeoutMs),
        });
        if (answer.ok) return ok(undefined);
        return err(answer.status >= 400 && answer.status < 500 ? 'refused' : 'unreachable');
      } catch {
        return err('unreachable');
      }
    },
  };
}
