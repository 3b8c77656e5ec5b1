// The operator's API over HTTP: signs in with credentials of the environment or of a prompt, and
// turns refusals into failures that say what to do. Nothing secret comes from the command line.

import {
  type AnsweringRoute,
  type AnswerOf,
  type OrNone,
  type Problem,
  pathOf,
  problemSchema,
  signInApi,
  type UncheckedCallInput,
} from '@prewatt/api';
import { err, ok, type Result } from '@prewatt/quantities';
import type { CommandContext, CommandResult, Failure, Options } from './command.ts';
import { forgetSession, keepSession, sessionOf } from './sessions.ts';

/** The part of a zod schema that the client uses. */
type Schema<T> = { readonly safeParse: (value: unknown) => { success: boolean; data?: T } };

export type HttpClient = {
  /** Calls a route that packages/api declares. */
  readonly call: <R extends AnsweringRoute>(
    route: R,
    ...input: OrNone<UncheckedCallInput<R>>
  ) => Promise<Result<AnswerOf<R>, Failure>>;
  /** For files, in and out: the answer as it comes, 2xx, however long it takes. */
  readonly request: (path: string, init?: RequestInit) => Promise<Result<Response, Failure>>;
  readonly signOut: () => Promise<void>;
};

export const defaultServer = 'http://127.0.0.1:7070';

/** --server, or PREWATT_SERVER, or a server of this machine. */
export const serverOf = (options: Options, { environment }: CommandContext): string =>
  options.text('server') ?? (environment['PREWATT_SERVER'] || defaultServer);
const timeoutMs = 60_000;

const fail = (code: string, message: string, advice?: string): Result<never, Failure> =>
  err({ exitCode: 1, code, message, ...(advice === undefined ? {} : { advice }) });

/** Signs in to the server at `serverUrl` as an operator, works, and signs out again. */
export async function withServer(
  context: CommandContext,
  serverUrl: string,
  work: (client: HttpClient) => Promise<CommandResult>,
): Promise<CommandResult> {
  const server = addressOf(serverUrl);
  if (!server.ok) return server;
  const kept = context.environment['PREWATT_OPERATOR_EMAIL']
    ? null
    : sessionOf(context, server.value.origin);
  if (kept !== null) return withSession({ context, server: server.value, kept }, work);
  const send = createSend(context, server.value, new Map());
  const entered = await enter(context, server.value, send);
  if (!entered.ok) return entered;
  const client = createClient(send);
  try {
    return await work(client);
  } finally {
    await client.signOut();
  }
}

/** With a session of before; it stays, and is forgotten once the server does not know it. */
async function withSession(
  o: {
    readonly context: CommandContext;
    readonly server: URL;
    readonly kept: Readonly<Record<string, string>>;
  },
  work: (client: HttpClient) => Promise<CommandResult>,
): Promise<CommandResult> {
  const { context, server } = o;
  const jar = new Map(Object.entries(o.kept));
  const result = await work(createClient(createSend(context, server, jar)));
  if (result.ok || result.error.code !== 'signedOut') return result;
  forgetSession(context, server.origin);
  const advice = 'Sign in again: prewatt auth sign-in.';
  return fail('signedOut', 'the session that was kept has ended', advice);
}

/** Asks who it is, and keeps the session for the commands that follow. */
export async function signInAndKeep(
  context: CommandContext,
  serverUrl: string,
): Promise<Result<void, Failure>> {
  const server = addressOf(serverUrl);
  if (!server.ok) return server;
  const jar = new Map<string, string>();
  const send = createSend(context, server.value, jar);
  const entered = await enter(context, server.value, send);
  if (!entered.ok) return entered;
  return keepSession(context, server.value.origin, Object.fromEntries(jar))
    ? ok(undefined)
    : fail('home', 'there is no home to keep the session in', 'Set HOME or XDG_CONFIG_HOME.');
}

/** Works as a till of a vendor, by its key. */
export async function withTill(
  context: CommandContext,
  till: { readonly url: string; readonly key: string },
  work: (client: HttpClient) => Promise<CommandResult>,
): Promise<CommandResult> {
  const server = addressOf(till.url);
  if (!server.ok) return server;
  const send = createSend(context, server.value, new Map());
  const asTill: Send = (path, init = {}) => {
    const headers = new Headers(init.headers);
    headers.set('authorization', `Bearer ${till.key}`);
    return send(path, { ...init, headers });
  };
  return work(createClient(asTill));
}

/** Passwords go over TLS, or stay on this machine. */
function addressOf(text: string): Result<URL, Failure> {
  const url = URL.canParse(text) ? new URL(text) : null;
  const local = ['localhost', '127.0.0.1', '[::1]'].includes(url?.hostname ?? '');
  if (url?.protocol === 'https:' || (url?.protocol === 'http:' && local)) return ok(url);
  const advice = 'Write an https address, or http of this machine.';
  const message = `--server ${text} is no address to sign in at`;
  return err({ exitCode: 2, code: 'server', message, advice });
}

type Send = (path: string, init?: RequestInit) => Promise<Result<Response, Failure>>;

/** Sends with the cookies of before, and keeps those that come. */
function createSend(context: CommandContext, server: URL, jar: Map<string, string>): Send {
  return async (path, init = {}) => {
    const headers = new Headers(init.headers);
    // Sign-in asks where a request comes from, as it asks a browser.
    headers.set('origin', server.origin);
    const cookie = [...jar].map((pair) => pair.join('=')).join('; ');
    if (cookie !== '') headers.set('cookie', cookie);
    try {
      const url = new URL(path, server);
      const answer = await context.fetch(url, { ...init, headers, redirect: 'error' });
      for (const line of answer.headers.getSetCookie()) {
        const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(line) ?? [];
        if (/;\s*max-age=0/i.test(line)) jar.delete(name);
        else jar.set(name, value);
      }
      return ok(answer);
    } catch (error) {
      const advice = unknownAuthority.test(why(error))
        ? 'This machine does not know who signed its certificate: set NODE_EXTRA_CA_CERTS to the file of your authority (PEM).'
        : 'Check --server, and that the server runs.';
      return fail('unreachable', `${server.origin} does not answer (${why(error)})`, advice);
    }
  };
}

const json = (body: unknown): RequestInit => ({
  method: 'POST',
  headers: { 'content-type': 'application/json' },
  body: JSON.stringify(body),
  signal: AbortSignal.timeout(timeoutMs),
});

function createClient(send: Send): HttpClient {
  const request: HttpClient['request'] = async (path, init) => {
    const answer = await send(path, init);
    if (!answer.ok || answer.value.ok) return answer;
    return err(await failureOf(answer.value));
  };
  const checked = async <T>(
    schema: Schema<T>,
    path: string,
    init: RequestInit,
  ): Promise<Result<T, Failure>> => {
    const answer = await request(path, init);
    if (!answer.ok) return answer;
    const data = schema.safeParse(await bodyOf(answer.value));
    if (data.success && data.data !== undefined) return ok(data.data);
    const advice = 'Use the command of the same version as the server.';
    return fail('answer', `the server’s answer to ${path} is not what was expected`, advice);
  };
  return {
    call: (route, ...[input]) => {
      const { body = {}, ...address } = (input ?? {}) as { readonly body?: object };
      const init = route.method === 'GET' ? { signal: AbortSignal.timeout(timeoutMs) } : json(body);
      return checked(route.answer, pathOf(route, address as never), init) as never;
    },
    request,
    signOut: async () => {
      await send(pathOf(signInApi.signOut), json({}));
    },
  };
}

async function enter(
  context: CommandContext,
  server: URL,
  send: Send,
): Promise<Result<void, Failure>> {
  const given = (name: string): string | null => context.environment[name] || null;
  const email = given('PREWATT_OPERATOR_EMAIL') ?? (await context.ask('Email: ', 'shown'));
  const password =
    given('PREWATT_OPERATOR_PASSWORD') ?? (await context.ask('Password: ', 'hidden'));
  if (email === null || password === null) {
    return fail(
      'credentials',
      `no operator to sign in as at ${server.origin}`,
      'Set PREWATT_OPERATOR_EMAIL and PREWATT_OPERATOR_PASSWORD, or: prewatt auth sign-in.',
    );
  }
  const signIn = () => send(pathOf(signInApi.withPassword), json({ email, password }));
  let answer = await signIn();
  if (!answer.ok) return answer;
  const waitSeconds = answer.value.status === 429 ? secondsToWait(answer.value) : null;
  if (waitSeconds !== null) {
    context.printError(`too many sign-ins in a minute; waiting ${waitSeconds} s\n`);
    await context.sleep(waitSeconds * 1_000);
    answer = await signIn();
    if (!answer.ok) return answer;
  }
  const { status } = answer.value;
  if (status === 401) return fail('signedOut', 'wrong email or password');
  if (status === 403) {
    const advice = 'Use the address under which people reach it, its PUBLIC_URL.';
    return fail('origin', 'the server takes no sign-ins at this address', advice);
  }
  if (status === 429) return fail('tooManyRequests', 'too many sign-ins', 'Wait a minute.');
  if (!answer.value.ok) return err(await failureOf(answer.value));
  const body = await bodyOf(answer.value);
  if ((body as { twoFactorRedirect?: unknown } | null)?.twoFactorRedirect !== true) {
    return ok(undefined);
  }
  const code =
    given('PREWATT_OPERATOR_CODE') ?? (await context.ask('Code of the second factor: ', 'shown'));
  if (code === null) {
    const advice = 'Set PREWATT_OPERATOR_CODE, or run it at a terminal.';
    return fail('secondFactor', 'this sign-in asks for a second factor', advice);
  }
  const verified = await send(pathOf(signInApi.withCode), json({ code }));
  if (!verified.ok) return verified;
  return verified.value.status === 200 ? ok(undefined) : fail('secondFactor', 'wrong code');
}

const bodyOf = (answer: Response): Promise<unknown> => answer.json().catch(() => null);

async function failureOf(answer: Response): Promise<Failure> {
  const problem = problemSchema.safeParse(await bodyOf(answer));
  const { code, title, detail }: Pick<Problem, 'code' | 'title' | 'detail'> = problem.success
    ? problem.data
    : { code: 'refused', title: `the server refused (${answer.status})`, detail: '' };
  return { exitCode: 1, code, message: title, ...(detail === '' ? {} : { advice: detail }) };
}

/** Codes of TLS for a certificate of nobody that is trusted here. */
const unknownAuthority = /^(DEPTH_ZERO_)?SELF_SIGNED_CERT|^UNABLE_TO_(VERIFY_LEAF|GET_ISSUER)/;

function why(error: unknown): string {
  const { cause, message } = error as { cause?: { code?: string }; message?: string };
  return cause?.code ?? message ?? 'no reason given';
}

/**
 * Each command signs in, so that a script of many meets the server's limit. 1 to 60; null when the
 * server does not say.
 */
function secondsToWait(answer: Response): number | null {
  const seconds = Number(answer.headers.get('x-retry-after') ?? Number.NaN);
  return Number.isInteger(seconds) && seconds > 0 && seconds <= 60 ? seconds : null;
}
