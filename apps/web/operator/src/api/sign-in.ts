// Signing in and out. The sign-in routes belong to better-auth and answer in its own shape, so
// their answers are told apart here and turned into a closed set of outcomes.

import { consoleApi, type Route, signInApi } from '@prewatt/api';
import { err, ok, type Result } from '@prewatt/quantities';
import { type Answer, type Client, refusalOf } from './client.ts';
import { type Failure, failureText } from './failure.ts';

export type SignInOutcome = 'signedIn' | 'codeNeeded';

export type CodeOutcome = Result<
  'signedIn',
  { readonly text: string; readonly startOver: boolean }
>;

export type SignInApi = {
  readonly withPassword: (
    email: string,
    password: string,
  ) => Promise<Result<SignInOutcome, string>>;
  /** `startOver`: the first step has expired and the password is needed again. */
  readonly withCode: (code: string) => Promise<CodeOutcome>;
  /** A code for a lost phone: good once. */
  readonly withBackupCode: (code: string) => Promise<CodeOutcome>;
  readonly signOut: () => Promise<Result<'signedOut', Failure>>;
  /** Ends this sign-in on all devices. */
  readonly signOutEverywhere: () => Promise<Result<'signedOut', Failure>>;
  /** The refusal is a sentence for the form. */
  readonly changePassword: (o: {
    readonly current: string;
    readonly next: string;
  }) => Promise<Result<'changed', string>>;
};

export function createSignInApi(client: Client): SignInApi {
  return {
    withPassword: async (email, password) => {
      const sent = await client.postRaw(signInApi.withPassword, { email, password });
      return sent.ok ? passwordOutcome(sent.value) : err(failureText(sent.error));
    },
    withCode: (code) => byCode(client, signInApi.withCode, { code, wrong: wrongDigits }),
    withBackupCode: (code) =>
      byCode(client, signInApi.withBackupCode, { code, wrong: wrongBackupCode }),
    signOut: () => left(client, signInApi.signOut),
    signOutEverywhere: () => left(client, consoleApi.signOutEverywhere),
    changePassword: async (asked) => {
      const sent = await client.postRaw(consoleApi.changePassword, asked);
      if (!sent.ok) return err(failureText(sent.error));
      return sent.value.status < 400 ? ok('changed') : err(failureText(refusalOf(sent.value)));
    },
  };
}

async function left(client: Client, route: Route): Promise<Result<'signedOut', Failure>> {
  const sent = await client.postRaw(route, {});
  if (!sent.ok) return sent;
  return sent.value.status < 400 ? ok('signedOut') : err(refusalOf(sent.value));
}

/** What the answer to e-mail and password means; the refusal is a sentence for the page. */
export function passwordOutcome(answer: Answer): Result<SignInOutcome, string> {
  if (answer.status < 400) {
    return ok(fieldOf(answer.body, 'twoFactorRedirect') === true ? 'codeNeeded' : 'signedIn');
  }
  if (answer.status === 401 || answer.status === 400 || answer.status === 422) {
    return err('E-mail or password is wrong. Check both and try again.');
  }
  if (answer.status === 429) return err(tooManyTries(answer));
  if (answer.status === 403) {
    if (fieldOf(answer.body, 'code') === 'INVALID_ORIGIN') {
      return err('The server does not know this address. Open the console at its public address.');
    }
    return err('This account may not sign in here. Ask an administrator of your utility.');
  }
  return err(failureText(refusalOf(answer)));
}

const wrongDigits = 'The code is wrong or has run out. Enter the one your authenticator shows now.';
const wrongBackupCode = 'The code is wrong, or was used before. Enter another one.';

async function byCode(
  client: Client,
  route: Route,
  o: { readonly code: string; readonly wrong: string },
): Promise<CodeOutcome> {
  const sent = await client.postRaw(route, { code: o.code });
  if (!sent.ok) return err({ text: failureText(sent.error), startOver: false });
  return codeOutcome(sent.value, o.wrong);
}

/** What the answer to a code means, in the words for a wrong one. */
function codeOutcome(answer: Answer, wrong: string): CodeOutcome {
  if (answer.status < 400) return ok('signedIn');
  if (answer.status === 429) return err({ text: tooManyTries(answer), startOver: false });
  const code = fieldOf(answer.body, 'code');
  if (code === 'INVALID_TWO_FACTOR_COOKIE' || code === 'TOO_MANY_ATTEMPTS_REQUEST_NEW_CODE') {
    return err({ text: 'This sign-in has expired. Enter your password again.', startOver: true });
  }
  if (answer.status === 401 || answer.status === 400) {
    return err({ text: wrong, startOver: false });
  }
  return err({ text: failureText(refusalOf(answer)), startOver: false });
}

function tooManyTries(answer: Answer): string {
  const failure = refusalOf(answer);
  const wait = failure.kind === 'problem' ? failure.retryAfterS : null;
  const bare = { ...failure, detail: 'Too many tries to sign in.', retryAfterS: wait ?? 60 };
  return failureText(bare);
}

function fieldOf(body: unknown, name: string): unknown {
  return typeof body === 'object' && body !== null
    ? (body as Record<string, unknown>)[name]
    : undefined;
}
