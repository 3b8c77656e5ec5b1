// Headers between a request and better-auth.

import type { FastifyReply, FastifyRequest } from 'fastify';
import { clientAddressHeader } from './origins.ts';

/** The request's headers for better-auth, with the client's address as we see it. */
export function headersOf(request: FastifyRequest): Headers {
  const headers = new Headers();
  for (const [name, value] of Object.entries(request.headers)) {
    if (typeof value === 'string') headers.set(name, value);
  }
  headers.set(clientAddressHeader, request.ip);
  return headers;
}

export function setCookies(reply: FastifyReply, cookies: readonly string[]): void {
  if (cookies.length > 0) reply.header('set-cookie', [...cookies]);
}
