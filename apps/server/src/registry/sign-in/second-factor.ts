// A second factor that somebody turns on or off stands in the audit log. better-auth does it; a
// code by which one signs in has no session yet, and is no change.

import type { Session } from './auth.ts';
import { clientAddressHeader } from './origins.ts';

const acts = [
  ['/two-factor/verify-totp', 'secondFactorOn'],
  ['/two-factor/disable', 'secondFactorOff'],
] as const;

export const withFactorNoted =
  (
    handler: (request: Request) => Promise<Response>,
    sessionOf: (headers: Headers) => Promise<Session | null>,
    note: (kind: 'secondFactorOn' | 'secondFactorOff', email: string, address: string) => void,
  ) =>
  async (request: Request): Promise<Response> => {
    const { pathname } = new URL(request.url);
    const act = acts.find(([path]) => pathname.endsWith(path));
    const session = act === undefined ? null : await sessionOf(request.headers);
    const answer = await handler(request);
    if (act !== undefined && session !== null && answer.ok) {
      note(act[1], session.user.email, request.headers.get(clientAddressHeader) ?? '');
    }
    return answer;
  };
