// A second factor that somebody turns on or off stands in the audit log, and the password that this
// asks for is tried behind the same brakes as at sign-in. better-auth does it; a code by which one
// signs in has no session yet, and is no change.

import { signInApi } from '@prewatt/api';
import type { Session } from './auth.ts';
import type { Doors } from './doors.ts';
import { clientAddressHeader } from './origins.ts';
import { tooManyTries } from './passwords.ts';

const acts = [
  ['/two-factor/verify-totp', 'secondFactorOn'],
  ['/two-factor/disable', 'secondFactorOff'],
] as const;

export const withFactorNoted =
  (
    handler: (request: Request) => Promise<Response>,
    o: {
      readonly sessionOf: (headers: Headers) => Promise<Session | null>;
      readonly note: (
        kind: 'secondFactorOn' | 'secondFactorOff',
        email: string,
        address: string,
      ) => void;
      /** Where it is required: a session of the password alone acts no more by a later factor. */
      readonly endSessionsBefore: ((userId: string, ms: number) => Promise<void>) | null;
    },
  ) =>
  async (request: Request): Promise<Response> => {
    const { pathname } = new URL(request.url);
    const act = acts.find(([path]) => pathname.endsWith(path));
    const session = act === undefined ? null : await o.sessionOf(request.headers);
    const beganMs = Date.now();
    const answer = await handler(request);
    if (act !== undefined && session !== null && answer.ok) {
      o.note(act[1], session.user.email, request.headers.get(clientAddressHeader) ?? '');
      const isNew = act[1] === 'secondFactorOn' && session.user.twoFactorEnabled !== true;
      if (isNew) await o.endSessionsBefore?.(session.user.id, beganMs);
    }
    return answer;
  };

const asksPassword: readonly string[] = [
  signInApi.enableSecondFactor.path,
  signInApi.disableSecondFactor.path,
  signInApi.secondFactorUri.path,
];

/** Whoever finds a console open guesses its password no faster here than at sign-in. */
export const withFactorBraked =
  (
    handler: (request: Request) => Promise<Response>,
    o: {
      readonly doors: Doors;
      readonly sessionOf: (headers: Headers) => Promise<Session | null>;
      readonly note: (
        kind: 'signInFailed' | 'signInBraked',
        email: string,
        address: string,
      ) => void;
    },
  ) =>
  async (request: Request): Promise<Response> => {
    const asked = asksPassword.includes(new URL(request.url).pathname);
    const session = asked ? await o.sessionOf(request.headers) : null;
    if (session === null) return handler(request);
    const address = request.headers.get(clientAddressHeader) ?? '';
    const { email } = session.user;
    const wait = await o.doors.tryPassword(email, address);
    if (wait !== null) {
      o.note('signInBraked', email, address);
      return tooManyTries(wait);
    }
    const answer = await handler(request);
    if (answer.ok) await o.doors.passwordWasRight(email, address);
    else o.note('signInFailed', email, address);
    return answer;
  };
