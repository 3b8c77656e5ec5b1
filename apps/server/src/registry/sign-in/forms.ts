// Anti-forgery for HTML forms: a random value in an HttpOnly, SameSite=Lax cookie, repeated in each
// form.

import { randomBytes, timingSafeEqual } from 'node:crypto';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { HttpProblem } from '../../base/http/problem.ts';
import { cookiePrefix } from './origins.ts';

const cookieNameOf = (publicUrl: string): string => `${cookiePrefix(publicUrl)}.form`;
const format = /^[0-9a-f]{64}$/;

/** The value for this visitor's forms; sets the cookie when there is none. */
export function formValue(request: FastifyRequest, reply: FastifyReply, publicUrl: string): string {
  const cookieName = cookieNameOf(publicUrl);
  const known = request.cookies[cookieName];
  if (known !== undefined && format.test(known)) return known;
  const fresh = randomBytes(32).toString('hex');
  const secure = publicUrl.startsWith('https:');
  reply.setCookie(cookieName, fresh, { path: '/', httpOnly: true, sameSite: 'lax', secure });
  return fresh;
}

/** Refuses a form that did not come from one of our pages. */
export function checkForm(request: FastifyRequest, publicUrl: string): Record<string, string> {
  const body = (request.body ?? {}) as Record<string, unknown>;
  const cookie = request.cookies[cookieNameOf(publicUrl)] ?? '';
  const given = typeof body['csrf'] === 'string' ? body['csrf'] : '';
  const fits =
    format.test(cookie) &&
    format.test(given) &&
    timingSafeEqual(Buffer.from(cookie), Buffer.from(given));
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
