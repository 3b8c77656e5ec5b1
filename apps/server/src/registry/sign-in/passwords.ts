// Passwords of operators: signing in by one, and changing it, both behind the brakes.

import type { Auth, Session } from './auth.ts';
import { type Doors, signInPath } from './doors.ts';
import { clientAddressHeader } from './origins.ts';
import { inWords } from './wait-text.ts';

export type PasswordAnswer =
  | { readonly kind: 'changed'; readonly cookies: readonly string[] }
  | { readonly kind: 'wrong' }
  | { readonly kind: 'wait'; readonly seconds: number };

/** better-auth's own HTTP handler, for the operators' console, behind the brakes on passwords. */
export const passwordHandler =
  (
    handler: (request: Request) => Promise<Response>,
    doors: Doors,
    note: (
      kind: 'signedIn' | 'signInFailed' | 'signInBraked',
      email: string,
      address: string,
    ) => void,
  ) =>
  async (request: Request): Promise<Response> => {
    const address = request.headers.get(clientAddressHeader) ?? '';
    const email = await emailOf(request);
    const wait = email === null ? null : await doors.tryPassword(email, address);
    if (email !== null && wait !== null) {
      note('signInBraked', email, address);
      return tooManyTries(wait);
    }
    const answer = await handler(request);
    if (email !== null && answer.status === 401) note('signInFailed', email, address);
    if (!answer.ok) return answer;
    if (email !== null) await doors.passwordWasRight(email, address);
    const signedIn = await signedInBy(answer);
    if (signedIn !== null) {
      note('signedIn', signedIn, address);
      await doors.remember(signedIn, address);
    }
    return answer;
  };

/** Whose password a request tries; null for any other request. */
async function emailOf(request: Request): Promise<string | null> {
  if (!new URL(request.url).pathname.endsWith(signInPath)) return null;
  const { email } = (await jsonOf(request)) as { email?: unknown };
  return typeof email === 'string' ? email : '';
}

/** Whom an answer of better-auth signs in, with the second factor where there is one. */
async function signedInBy(answer: Response): Promise<string | null> {
  if (!answer.headers.getSetCookie().some((cookie) => cookie.includes('session_token=')))
    return null;
  const { user } = (await jsonOf(answer)) as { user?: { email?: unknown } };
  return typeof user?.email === 'string' ? user.email : null;
}

async function jsonOf(message: Request | Response): Promise<object> {
  try {
    return Object(await message.clone().json());
  } catch {
    return {};
  }
}

/** Of a password that was tried too often. */
export const tooManyTries = (seconds: number): Response =>
  Response.json(
    {
      code: 'TOO_MANY_TRIES',
      message: `Too many wrong passwords. Wait ${inWords(seconds)}, then try again.`,
    },
    { status: 429, headers: { 'retry-after': String(seconds) } },
  );

/** Asks for the old one; all other sessions end, and this one gets new cookies. */
export const passwordChanger =
  (auth: Auth, doors: Doors) =>
  async (
    headers: Headers,
    o: { readonly session: Session; readonly current: string; readonly next: string },
  ): Promise<PasswordAnswer> => {
    const address = headers.get(clientAddressHeader) ?? '';
    const { email } = o.session.user;
    const seconds = await doors.tryPassword(email, address);
    if (seconds !== null) return { kind: 'wait', seconds };
    const answer = await auth.api
      .changePassword({
        headers,
        body: { currentPassword: o.current, newPassword: o.next, revokeOtherSessions: true },
        asResponse: true,
      })
      .catch(() => null);
    if (answer?.ok !== true) return { kind: 'wrong' };
    await doors.passwordWasRight(email, address);
    return { kind: 'changed', cookies: answer.headers.getSetCookie() };
  };
