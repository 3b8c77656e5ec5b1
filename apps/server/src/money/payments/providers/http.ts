// Calls to a provider: every way in which they go wrong is an answer without a status. Nothing is
// followed elsewhere, no answer is longer than a megabyte, none is waited for longer than stated.
// Each provider has calls of its own: so many at once, and none while it wants to be left alone.

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
/** At once to one provider; what comes beside them is told that nothing is known. */
const mostAtOnce = 64;
/** However long a provider says that it wants to be left alone. */
const longestQuietMs = 120_000;

type Deps = {
  readonly fetch: typeof fetch;
  readonly nowMs: () => number;
  readonly timeoutMs: number;
};

export function createProviderCall(o: Deps): ProviderCall {
  let underWay = 0;
  let quietUntilMs = Number.NEGATIVE_INFINITY;
  return async (asked) => {
    const said = (httpStatus: number | null): Answered => ({
      ...{ call: asked.call, httpStatus, raw: new Uint8Array() },
    });
    // As they would answer: too many requests.
    if (o.nowMs() < quietUntilMs) return { ...said(429), isUnsent: true };
    if (underWay >= mostAtOnce) return { ...said(429), isUnsent: true };
    underWay += 1;
    try {
      const { answer, raw } = await send(o, asked);
      if (answer.status === 429) quietUntilMs = o.nowMs() + quietMs(answer, o.nowMs());
      return raw === null ? said(null) : { call: asked.call, httpStatus: answer.status, raw };
    } catch (error) {
      return neverLeft(error) ? { ...said(null), isUnsent: true } : said(null);
    } finally {
      underWay -= 1;
    }
  };
}

/**
 * Whether nobody was asked for money: it did not leave, or was turned away at their door. A
 * time-out or a server's fault says nothing of that.
 */
export const isTurnedAway = ({ isUnsent, httpStatus }: Answered): boolean =>
  isUnsent === true || httpStatus === 429;

/** No name, no way, nobody there, or not the one we want: before the first byte of a request. */
const beforeSending =
  /^(ENOTFOUND|EAI_[A-Z]+|ECONNREFUSED|EHOSTUNREACH|ENETUNREACH|UND_ERR_CONNECT_TIMEOUT|ERR_TLS_CERT_ALTNAME_INVALID|CERT_[A-Z_]+|[A-Z_]*SELF_SIGNED_CERT[A-Z_]*|UNABLE_TO_[A-Z_]+)$/;

const neverLeft = (error: unknown): boolean => {
  const cause: unknown = error instanceof Error ? error.cause : null;
  if (!(cause instanceof Error)) return false;
  return 'code' in cause && typeof cause.code === 'string' && beforeSending.test(cause.code);
};

async function send(o: Deps, { method, url, headers, body }: Parameters<ProviderCall>[0]) {
  const json = typeof body === 'object';
  const answer = await o.fetch(url, {
    method,
    redirect: 'error',
    headers: { ...(json ? { 'content-type': 'application/json' } : {}), ...headers },
    ...(body === undefined ? {} : { body: json ? JSON.stringify(body) : body }),
    signal: AbortSignal.timeout(o.timeoutMs),
  });
  return { answer, raw: await bodyOf(answer) };
}

/** Null when it is longer than an answer may be: the rest is not read. */
async function bodyOf(answer: Response): Promise<Uint8Array | null> {
  const parts: Uint8Array[] = [];
  let length = 0;
  for await (const part of answer.body ?? []) {
    length += part.length;
    if (length > longestAnswer) return null;
    parts.push(part);
  }
  return Buffer.concat(parts);
}

/** Of `Retry-After`, in seconds or as a date; nothing without one. */
function quietMs(answer: Response, nowMs: number): number {
  const given = answer.headers.get('retry-after')?.trim() ?? '';
  const ms = /^\d{1,6}$/.test(given) ? Number(given) * 1_000 : Date.parse(given) - nowMs;
  return Number.isFinite(ms) ? Math.min(Math.max(ms, 0), longestQuietMs) : 0;
}
