// Anti-forgery for HTML forms. A cookie (HttpOnly, SameSite=Lax) names the visitor; each form
// carries the server's signature over that name and the session that the page was made for. Whoever
// plants a cookie in somebody's browser, or has signed in as somebody else, has no value that fits.

import { createHmac, randomBytes } from 'node:crypto';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { HttpProblem } from '../../base/http/problem.ts';
import { isSameText } from '../../base/same-text.ts';
import { cookiePrefix } from './origins.ts';

declare module 'fastify' {
  interface FastifyInstance {
    readonly formKey: Buffer;
  }
}

const cookieNameOf = (publicUrl: string): string => `${cookiePrefix(publicUrl)}.form`;
const format = /^[0-9a-f]{64}$/;

/** Forms of this application are signed with a key of their own, made of the sessions' secret. */
export function signForms(app: FastifyInstance, secret: string): void {
  app.decorate('formKey', createHmac('sha256', secret).update('forms').digest());
}

/** The value for this visitor's forms; sets the cookie when there is none. */
export function formValue(request: FastifyRequest, reply: FastifyReply, publicUrl: string): string {
  const cookieName = cookieNameOf(publicUrl);
  const known = request.cookies[cookieName];
  if (known !== undefined && format.test(known)) return valueFor(request, known, publicUrl);
  const fresh = randomBytes(32).toString('hex');
  const secure = publicUrl.startsWith('https:');
  reply.setCookie(cookieName, fresh, { path: '/', httpOnly: true, sameSite: 'lax', secure });
  return valueFor(request, fresh, publicUrl);
}

function valueFor(request: FastifyRequest, visitor: string, publicUrl: string): string {
  const session = sessionCookie(request, publicUrl);
  const key = request.server.formKey;
  return createHmac('sha256', key).update(`${visitor} ${session}`).digest('hex');
}

/** Empty where there is none; whether it is a session's still, it does not say. */
export function sessionCookie(request: FastifyRequest, publicUrl: string): string {
  const name = `${cookiePrefix(publicUrl)}.session_token`;
  return request.cookies[`__Secure-${name}`] ?? request.cookies[name] ?? '';
}

/** Refuses a form that did not come from one of our pages, made for this visitor and session. */
export function checkForm(request: FastifyRequest, publicUrl: string): Record<string, string> {
  const body = (request.body ?? {}) as Record<string, unknown>;
  const visitor = request.cookies[cookieNameOf(publicUrl)] ?? '';
  const given = typeof body['csrf'] === 'string' ? body['csrf'] : '';
  const fits =
    format.test(visitor) &&
    format.test(given) &&
    isSameText(given, valueFor(request, visitor, publicUrl));
  if (!fits) {
    throw new HttpProblem({
      status: 403,
      code: 'formExpired',
      title: 'Please try again',
      detail:
        'This page was open too long or came from elsewhere. Go back, reload it and try again.',
    });
  }
  return Object.fromEntries(
    Object.entries(body).filter((entry): entry is [string, string] => typeof entry[1] === 'string'),
  );
}
