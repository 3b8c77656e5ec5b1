// Calls to a provider: every way in which they go wrong is an answer without a status. Nothing is
// followed elsewhere, no answer is longer than a megabyte, none is waited for longer than stated.

import type { Answered } from '@prewatt/rails';

export type ProviderCall = (o: {
  /** The rail's name of the call, by which its answer is read. */
  readonly call: string;
  readonly method: 'GET' | 'POST' | 'PUT';
  readonly url: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** An object goes as JSON, a text as it is. */
  readonly body?: string | object;
}) => Promise<Answered>;

const longestAnswer = 1_000_000;

export function createProviderCall(o: {
  readonly fetch: typeof fetch;
  readonly timeoutMs: number;
}): ProviderCall {
  return async ({ call, method, url, headers, body }) => {
    const nothing: Answered = { call, httpStatus: null, raw: new Uint8Array() };
    try {
      const json = typeof body === 'object';
      const answer = await o.fetch(url, {
        method,
        redirect: 'error',
        headers: { ...(json ? { 'content-type': 'application/json' } : {}), ...headers },
        ...(body === undefined ? {} : { body: json ? JSON.stringify(body) : body }),
        signal: AbortSignal.timeout(o.timeoutMs),
      });
      const raw = new Uint8Array(await answer.arrayBuffer());
      return raw.length > longestAnswer ? nothing : { call, httpStatus: answer.status, raw };
    } catch {
      return nothing;
    }
  };
}
