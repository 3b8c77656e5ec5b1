// Calls to a gateway over HTTP, and what they mean when the body says nothing. A request that never
// left is told apart from one without an answer: only the first is certainly not sent.

import { type Handed, later, refused, unknown } from './contract.ts';

export type GatewayCall = (o: {
  readonly method: 'GET' | 'POST';
  readonly url: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
}) => Promise<Called>;

export type Called =
  | { readonly kind: 'answered'; readonly status: number; readonly raw: Uint8Array }
  | { readonly kind: 'notSent' }
  | { readonly kind: 'unanswered' };

const longestAnswer = 1_000_000;
/** Codes of failures before a request has left. */
const beforeSending = new Set([
  ...['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN', 'EHOSTUNREACH', 'ENETUNREACH'],
  ...['UND_ERR_CONNECT_TIMEOUT', 'CERT_HAS_EXPIRED', 'DEPTH_ZERO_SELF_SIGNED_CERT'],
]);

export function createGatewayCall(o: {
  readonly fetch: typeof fetch;
  readonly timeoutMs: number;
}): GatewayCall {
  return async ({ method, url, headers, body }) => {
    try {
      const answer = await o.fetch(url, {
        method,
        redirect: 'error',
        ...(headers === undefined ? {} : { headers }),
        ...(body === undefined ? {} : { body }),
        signal: AbortSignal.timeout(o.timeoutMs),
      });
      const raw = new Uint8Array(await answer.arrayBuffer());
      if (raw.length > longestAnswer) return { kind: 'unanswered' };
      return { kind: 'answered', status: answer.status, raw };
    } catch (thrown) {
      const { cause } = thrown as { readonly cause?: { readonly code?: string } };
      return { kind: beforeSending.has(cause?.code ?? '') ? 'notSent' : 'unanswered' };
    }
  };
}

/** What a call without a readable body means. */
export function handedByStatus(called: Called): Handed {
  if (called.kind === 'notSent') return later('the gateway cannot be reached');
  if (called.kind === 'unanswered') return unknown('no answer came');
  const { status } = called;
  if (status === 429) return later('the gateway asks us to send less at once');
  if (status === 401 || status === 403) return later('the gateway does not take our credentials');
  if (status >= 400 && status < 500 && status !== 408) {
    return refused(`the gateway answered ${status}`);
  }
  return unknown(`the gateway answered ${status} with nothing that can be read`);
}
