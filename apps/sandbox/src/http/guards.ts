// Who may call: API keys for machines, the same origin for forms; and one shape for every refusal.

import type { FastifyReply, FastifyRequest } from 'fastify';
import type { z } from 'zod';
import { secretMatches } from '../checkouts.ts';
import { errorPage } from '../pages/layout.ts';

/** Sends the API's refusal: `{ "error": code, "message": what to do }`. */
export function refuse(reply: FastifyReply, status: number, error: string, message: string) {
  return reply.code(status).send({ error, message });
}

/** Whether the caller holds the key; answers 401 when not. */
export function hasKey(request: FastifyRequest, reply: FastifyReply, key: string): boolean {
  const presented = /^Bearer (\S+)$/.exec(request.headers.authorization ?? '')?.[1];
  if (presented !== undefined && secretMatches(presented, key)) return true;
  reply.header('www-authenticate', 'Bearer');
  refuse(reply, 401, 'unauthorized', 'Send the header authorization: Bearer <key>.');
  return false;
}

/** Each fault with its field, for answers and pages. */
export function faultsOf(error: z.ZodError): string {
  return error.issues.map((i) => `${i.path.join('.') || 'body'}: ${i.message}`).join('; ');
}

/**
 * Whether a form was sent by a page of ours; answers 403 when not. Browsers name the origin of
 * every POST, so its absence is a refusal too.
 */
export function isSameOrigin(request: FastifyRequest, reply: FastifyReply): boolean {
  const { origin, host } = request.headers;
  if (origin !== undefined && host !== undefined && origin === `http://${host}`) return true;
  sendPage(reply, 403, errorPage('Not from here', 'Open the page here and press its button.'));
  return false;
}

/**
 * A page, under a policy that lets nothing foreign in; `formTarget` is an address that a form's
 * answer may lead to.
 */
export function sendPage(
  reply: FastifyReply,
  status: number,
  text: string,
  formTarget?: string,
): FastifyReply {
  const targets = formTarget === undefined ? '' : ` ${new URL(formTarget).origin}`;
  return reply
    .code(status)
    .header(
      'content-security-policy',
      `default-src 'self'; base-uri 'none'; frame-ancestors 'none'; form-action 'self'${targets}`,
    )
    .header('x-content-type-options', 'nosniff')
    .header('referrer-policy', 'same-origin')
    .header('cache-control', 'no-store')
    .type('text/html; charset=utf-8')
    .send(text);
}
