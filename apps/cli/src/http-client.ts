// The operator's API over HTTP: signs in with credentials of the environment or of a prompt, and
// turns refusals into failures that say what to do. Nothing secret comes from the command line.

import { type Problem, problemSchema } from '@prewatt/api';
import { err, ok, type Result } from '@prewatt/quantities';
import type { CommandContext, CommandResult, Failure } from './command.ts';

/** The part of a zod schema that the client uses. */
type Schema<T> = { readonly safeParse: (value: unknown) => { success: boolean; data?: T } };

export type HttpClient = {
  readonly get: <T>(path: string, schema: Schema<T>) => Promise<Result<T, Failure>>;
  readonly post: <T>(path: string, body: unknown, schema: Schema<T>) => Promise<Result<T, Failure>>;
  readonly signOut: () => Promise<void>;
};

export const defaultServer = 'http://127.0.0.1:7070';
const timeoutMs = 60_000;

type HttpAnswer = { readonly status: number; readonly body: unknown };

const fail = (code: string, message: string, advice?: string): Result<never, Failure> =>
  err({ exitCode: 1, code, message, ...(advice === undefined ? {} : { advice }) });

/** Signs in to the server at `serverUrl` as an operator, works, and signs out again. */
export async function withServer(
  context: CommandContext,
  serverUrl: string,
  work: (client: HttpClient) => Promise<CommandResult>,
): Promise<CommandResult> {
  const client = await signIn(context, serverUrl);
  if (!client.ok) return client;
  try {
    return await work(client.value);
  } finally {
    await client.value.signOut();
  }
}

async function signIn(
  context: CommandContext,
  serverUrl: string,
): Promise<Result<HttpClient, Failure>> {
  if (!URL.canParse(serverUrl)) return fail('server', `not an address: ${serverUrl}`);
  const server = new URL(serverUrl);
  const jar = new Map<string, string>();

  const send = async (path: string, body?: unknown): Promise<Result<HttpAnswer, Failure>> => {
    const cookie = [...jar].map(([name, value]) => `${name}=${value}`).join('; ');
    try {
      const answer = await context.fetch(new URL(path, server), {
        method: body === undefined ? 'GET' : 'POST',
        headers: {
          accept: 'application/json',
          // Sign-in asks where a request comes from, as it asks a browser.
          origin: server.origin,
          ...(cookie === '' ? {} : { cookie }),
          ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
        redirect: 'error',
        signal: AbortSignal.timeout(timeoutMs),
      });
      for (const line of answer.headers.getSetCookie()) {
        const [pair = ''] = line.split(';');
        const cut = pair.indexOf('=');
        jar.set(pair.slice(0, cut), pair.slice(cut + 1));
      }
      const text = await answer.text();
      return ok({ status: answer.status, body: parsed(text) });
    } catch {
      const advice = 'Check --server, and that the server runs.';
      return fail('unreachable', `${server.origin} does not answer`, advice);
    }
  };

  const checked = async <T>(
    schema: Schema<T>,
    path: string,
    body?: unknown,
  ): Promise<Result<T, Failure>> => {
    const answer = await send(path, body);
    if (!answer.ok) return answer;
    if (answer.value.status >= 400) return err(failureOf(answer.value));
    const data = schema.safeParse(answer.value.body);
    if (data.success && data.data !== undefined) return ok(data.data);
    const advice = 'Use the command of the same version as the server.';
    return fail('answer', `the server’s answer to ${path} is not what was expected`, advice);
  };

  const entered = await enter(context, send);
  if (!entered.ok) return entered;
  return ok({
    get: (path, schema) => checked(schema, path),
    post: (path, body, schema) => checked(schema, path, body),
    signOut: async () => {
      await send('/api/auth/sign-out', {});
    },
  });
}

type Send = (path: string, body?: unknown) => Promise<Result<HttpAnswer, Failure>>;

async function enter(context: CommandContext, send: Send): Promise<Result<void, Failure>> {
  const { PREWATT_OPERATOR_EMAIL, PREWATT_OPERATOR_PASSWORD } = context.environment;
  const email = PREWATT_OPERATOR_EMAIL ?? (await context.ask('Email: ', 'shown'));
  const password = PREWATT_OPERATOR_PASSWORD ?? (await context.ask('Password: ', 'hidden'));
  if (email === null || password === null) {
    return fail(
      'credentials',
      'no operator to sign in as',
      'Set PREWATT_OPERATOR_EMAIL and PREWATT_OPERATOR_PASSWORD, or run it at a terminal.',
    );
  }
  const answer = await send('/api/auth/sign-in/email', { email, password });
  if (!answer.ok) return answer;
  const { status, body } = answer.value;
  if (status === 401) return fail('signedOut', 'wrong email or password');
  if (status === 403) {
    const advice = 'Use the address under which people reach it, its PUBLIC_URL.';
    return fail('origin', 'the server takes no sign-ins at this address', advice);
  }
  if (status === 429) return fail('tooManyRequests', 'too many sign-ins', 'Wait a minute.');
  if (status >= 400) return err(failureOf(answer.value));
  if ((body as { twoFactorRedirect?: unknown } | null)?.twoFactorRedirect !== true) {
    return ok(undefined);
  }
  const code = await context.ask('Code of the second factor: ', 'shown');
  if (code === null) {
    return fail('secondFactor', 'this sign-in asks for a second factor', 'Run it at a terminal.');
  }
  const verified = await send('/api/auth/two-factor/verify-totp', { code });
  if (!verified.ok) return verified;
  return verified.value.status === 200 ? ok(undefined) : fail('secondFactor', 'wrong code');
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

function failureOf(answer: HttpAnswer): Failure {
  const problem = problemSchema.safeParse(answer.body);
  const { code, title, detail }: Pick<Problem, 'code' | 'title' | 'detail'> = problem.success
    ? problem.data
    : { code: 'refused', title: `the server refused (${answer.status})`, detail: '' };
  return { exitCode: 1, code, message: title, ...(detail === '' ? {} : { advice: detail }) };
}
