// The only place that calls the server. Every answer is checked against the schema of @prewatt/api
// before anything is drawn from it; a refusal, a dead link and a wrong shape come back as a
// Failure, never as an exception.

import {
  type AnsweringRoute,
  type AnswerOf,
  type CallInput,
  type OrNone,
  pathOf,
  problemSchema,
} from '@prewatt/api';
import { err, ok, type Result } from '@prewatt/quantities';
import { bareStatusFailure, type Failure, problemFailure } from './failure.ts';

/** The part of a zod schema that the client uses. */
export type Schema<T> = {
  readonly safeParse: (input: unknown) =>
    | { readonly success: true; readonly data: T }
    | {
        readonly success: false;
        readonly error: {
          readonly issues: readonly {
            readonly path: readonly PropertyKey[];
            readonly message: string;
          }[];
        };
      };
};

export type Answer = { readonly status: number; readonly headers: Headers; readonly body: unknown };

export type RequestOptions = {
  /** Sent as JSON, unless a content type says that it is text already. */
  readonly body?: unknown;
  readonly contentType?: string;
  readonly signal?: AbortSignal;
};

export type Client = {
  /** Calls a route that packages/api declares. */
  readonly call: <R extends AnsweringRoute>(
    route: R,
    ...input: OrNone<CallInput<R> & { readonly signal?: AbortSignal }>
  ) => Promise<Result<AnswerOf<R>, Failure>>;
  readonly get: <T>(
    schema: Schema<T>,
    path: string,
    options?: RequestOptions,
  ) => Promise<Result<T, Failure>>;
  readonly post: <T>(
    schema: Schema<T>,
    path: string,
    options?: RequestOptions,
  ) => Promise<Result<T, Failure>>;
  /** A POST whose answers the caller tells apart itself (sign-in). */
  readonly postRaw: (path: string, body: unknown) => Promise<Result<Answer, Failure>>;
};

export function createClient(fetcher: typeof fetch): Client {
  const send = async (method: string, path: string, options: RequestOptions) => {
    const init: RequestInit = {
      method,
      credentials: 'same-origin',
      headers: requestHeaders(options),
    };
    if (options.body !== undefined) init.body = bodyToSend(options);
    if (options.signal !== undefined) init.signal = options.signal;
    let response: Response;
    try {
      response = await fetcher(path, init);
    } catch {
      return err({ kind: 'network' } satisfies Failure);
    }
    return ok({
      status: response.status,
      headers: response.headers,
      body: await bodyOf(response),
    } satisfies Answer);
  };
  const checked = async <T>(
    schema: Schema<T>,
    path: string,
    sent: Promise<Result<Answer, Failure>>,
  ) => {
    const answer = await sent;
    return answer.ok ? readAnswer(schema, path, answer.value) : answer;
  };
  return {
    call: (route, ...[input]) => {
      const { signal, body, ...address } = (input ?? {}) as RequestOptions;
      const path = pathOf(route, address as never);
      const method = String(route.method);
      const options: RequestOptions = {
        ...(method === 'GET' ? {} : { body: body ?? {} }),
        ...(signal === undefined ? {} : { signal }),
      };
      return checked(route.answer, path, send(method, path, options)) as never;
    },
    get: (schema, path, options = {}) => checked(schema, path, send('GET', path, options)),
    post: (schema, path, options = {}) =>
      checked(schema, path, send('POST', path, { body: {}, ...options })),
    postRaw: (path, body) => send('POST', path, { body }),
  };
}

function requestHeaders(options: RequestOptions): Record<string, string> {
  const accept = { accept: 'application/json, application/problem+json' };
  if (options.body === undefined) return accept;
  return { ...accept, 'content-type': options.contentType ?? 'application/json' };
}

function bodyToSend({ body, contentType }: RequestOptions): BodyInit {
  return contentType === undefined ? JSON.stringify(body) : (body as Blob | string);
}

async function bodyOf(response: Response): Promise<unknown> {
  try {
    return await response.json();
  } catch {
    return undefined;
  }
}

function readAnswer<T>(schema: Schema<T>, path: string, answer: Answer): Result<T, Failure> {
  if (answer.status >= 400) return err(refusalOf(answer));
  const parsed = schema.safeParse(answer.body);
  if (parsed.success) return ok(parsed.data);
  const first = parsed.error.issues[0];
  const where = first === undefined || first.path.length === 0 ? 'body' : first.path.join('.');
  const issue = `${where}: ${first?.message ?? 'unreadable'}`;
  return err({ kind: 'mismatch', path: path.split('?')[0] ?? path, issue });
}

/** The refusal in an answer of 400 or above; problem details when they are there. */
export function refusalOf(answer: Answer): Failure {
  const wait = retryAfterSeconds(answer.headers);
  const problem = problemSchema.safeParse(answer.body);
  return problem.success
    ? problemFailure(problem.data, wait)
    : bareStatusFailure(answer.status, wait);
}

/**
 * Seconds to wait, from Retry-After (RFC 9110, 10.2.3) or the X-Retry-After that better-auth sends;
 * null when unsaid.
 */
export function retryAfterSeconds(headers: Headers): number | null {
  const text = headers.get('retry-after') ?? headers.get('x-retry-after');
  if (text === null || !/^\d{1,6}$/.test(text.trim())) return null;
  return Math.max(1, Number(text));
}
