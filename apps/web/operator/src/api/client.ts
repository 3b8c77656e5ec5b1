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
  type Route,
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

type CallOptions = {
  readonly signal?: AbortSignal;
  /** The body of a route that takes a file: a picture as what it is, all else as text/csv. */
  readonly file?: Blob;
};
type RequestOptions = CallOptions & { readonly body?: unknown };

export type Client = {
  /** Calls a route that packages/api declares. */
  readonly call: <R extends AnsweringRoute>(
    route: R,
    ...input: OrNone<CallInput<R> & CallOptions>
  ) => Promise<Result<AnswerOf<R>, Failure>>;
  /** A POST whose answers the caller tells apart itself (sign-in). */
  readonly postRaw: (route: Route, body: object) => Promise<Result<Answer, Failure>>;
};

export function createClient(fetcher: typeof fetch): Client {
  const send = async (method: string, path: string, options: RequestOptions) => {
    const init: RequestInit = {
      method,
      credentials: 'same-origin',
      headers: requestHeaders(options),
    };
    if (options.file !== undefined) init.body = options.file;
    else if (options.body !== undefined) init.body = JSON.stringify(options.body);
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
      const { signal, body = {}, file, ...address } = (input ?? {}) as RequestOptions;
      const method = String(route.method);
      const sent = file === undefined ? { body } : { file };
      const path = pathOf(route, address as never);
      const options: RequestOptions = {
        ...(method === 'GET' ? {} : sent),
        ...(signal === undefined ? {} : { signal }),
      };
      return checked(route.answer, path, send(method, path, options)) as never;
    },
    postRaw: (route, body) => send('POST', route.path, { body }),
  };
}

function requestHeaders({ body, file }: RequestOptions): Record<string, string> {
  const accept = { accept: 'application/json, application/problem+json' };
  if (file !== undefined) {
    return { ...accept, 'content-type': file.type.startsWith('image/') ? file.type : 'text/csv' };
  }
  return body === undefined ? accept : { ...accept, 'content-type': 'application/json' };
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
