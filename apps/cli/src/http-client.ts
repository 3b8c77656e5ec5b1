// The way to a server: an operator signs in, asks, and signs out. Credentials come from the
// environment or a prompt, never from the command line; a refusal is told as the server words it.

import { type Problem, problemSchema } from '@prewatt/api';
import type { CommandResult } from './command.ts';

/** Effects that commands of the network use, beyond those of every command. */
export type NetworkEffects = {
  readonly fetch: typeof globalThis.fetch;
  /** A file as a Blob that is read as it is sent. */
  readonly openFile: (path: string) => Promise<Blob>;
  /** Writes to standard output, and waits until it takes more. */
  readonly write: (bytes: Uint8Array) => Promise<void>;
  /** What a person types, unseen when it is a secret; null without a terminal. */
  readonly ask: (label: string, o: { readonly secret: boolean }) => Promise<string | null>;
  readonly sleep: (ms: number) => Promise<void>;
};

export type HttpClient = {
  /** The answer of a path such as /api/operator/me; throws RefusedByServer unless it is 2xx. */
  readonly request: (path: string, init?: RequestInit) => Promise<Response>;
  readonly signOut: () => Promise<void>;
};

/** A refusal on its way to the command's exit: not a bug. */
export class RefusedByServer extends Error {
  readonly problem: Pick<Problem, 'code' | 'detail'>;

  constructor(code: string, detail: string) {
    super(code);
    this.problem = { code, detail };
  }
}

export const defaultServer = 'http://127.0.0.1:7070';

type SignInDeps = {
  readonly effects: NetworkEffects;
  readonly environment: Readonly<Record<string, string | undefined>>;
};

/** Signs in at `server`, works, and signs out again; refusals become the command's result. */
export async function withServer(
  o: SignInDeps & { readonly server: string | undefined },
  work: (client: HttpClient) => Promise<CommandResult>,
): Promise<CommandResult> {
  try {
    const client = await signIn(o, addressOf(o.server ?? defaultServer));
    try {
      return await work(client);
    } finally {
      await client.signOut();
    }
  } catch (error) {
    if (!(error instanceof RefusedByServer)) throw error;
    const { code, detail } = error.problem;
    return { ok: false, error: { exitCode: 1, code, message: detail } };
  }
}

/** Passwords go over TLS, or stay on this machine. */
function addressOf(text: string): URL {
  const url = URL.canParse(text) ? new URL(text) : null;
  const local = ['localhost', '127.0.0.1', '[::1]'].includes(url?.hostname ?? '');
  if (url?.protocol === 'https:' || (url?.protocol === 'http:' && local)) return url;
  throw new RefusedByServer(
    'server',
    `--server ${text}: write an https address, or http of this machine`,
  );
}

async function signIn(o: SignInDeps, server: URL): Promise<HttpClient> {
  const { effects, environment } = o;
  const cookies = new Map<string, string>();
  const send = async (path: string, init: RequestInit = {}): Promise<Response> => {
    const headers = new Headers(init.headers);
    headers.set('origin', server.origin);
    if (cookies.size > 0) {
      headers.set('cookie', [...cookies].map((pair) => pair.join('=')).join('; '));
    }
    const answer = await effects
      .fetch(new URL(path, server), { ...init, headers, redirect: 'error' })
      .catch((error: unknown) => {
        throw new RefusedByServer(
          'unreachable',
          `${server.origin} does not answer (${why(error)})`,
        );
      });
    for (const line of answer.headers.getSetCookie()) {
      const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(line) ?? [];
      if (/;\s*max-age=0/i.test(line)) cookies.delete(name);
      else cookies.set(name, value);
    }
    return answer;
  };
  const postJson = (path: string, body: object): Promise<Response> =>
    send(path, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
  const secretOf = async (name: string, label: string, secret: boolean): Promise<string> => {
    const value = environment[name] ?? (await effects.ask(label, { secret }));
    if (value !== null && value !== '') return value;
    throw new RefusedByServer('signIn', `set ${name}, or run this in a terminal to be asked`);
  };

  const email = await secretOf('PREWATT_OPERATOR_EMAIL', 'Email: ', false);
  const password = await secretOf('PREWATT_OPERATOR_PASSWORD', 'Password: ', true);
  const first = await postJson('/api/auth/sign-in/email', { email, password });
  if (first.status === 429)
    throw new RefusedByServer('tooManyRequests', 'wait a minute, try again');
  if (!first.ok) throw new RefusedByServer('signIn', `${email} is not let in with this password`);
  const answer: unknown = await first.json();
  if (isSecondFactor(answer)) {
    const code = await secretOf('PREWATT_OPERATOR_CODE', 'Code of your authenticator: ', false);
    const second = await postJson('/api/auth/two-factor/verify-totp', { code });
    if (!second.ok) throw new RefusedByServer('signIn', 'the code is not right, or too old');
  }
  return {
    request: async (path, init) => {
      const response = await send(path, init);
      if (response.ok) return response;
      throw await refusalOf(response);
    },
    signOut: async () => {
      await postJson('/api/auth/sign-out', {}).catch(() => undefined);
    },
  };
}

const isSecondFactor = (answer: unknown): boolean =>
  typeof answer === 'object' && answer !== null && 'twoFactorRedirect' in answer;

async function refusalOf(response: Response): Promise<RefusedByServer> {
  const parsed = problemSchema.safeParse(await response.json().catch(() => null));
  if (!parsed.success) return new RefusedByServer('server', `the server said ${response.status}`);
  const { code, title, detail } = parsed.data;
  return new RefusedByServer(code, `${title}. ${detail}`);
}

function why(error: unknown): string {
  const { cause, message } = error as { cause?: { code?: string }; message?: string };
  return cause?.code ?? message ?? 'no reason given';
}
