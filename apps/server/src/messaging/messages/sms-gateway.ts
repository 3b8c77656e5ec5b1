// Where text messages go, and the adapter of the SMS gateway whose API apps/sandbox documents.

import { err, ok, type Result } from '@prewatt/quantities';

/** Where text messages go: an SMS gateway. Sending the same id twice delivers once. */
export type SmsGateway = {
  readonly send: (message: {
    readonly id: string;
    readonly to: string;
    readonly text: string;
  }) => Promise<Result<void, 'unreachable' | 'refused'>>;
};

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
