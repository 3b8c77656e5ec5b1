// What routes are given, and the small helpers that every route shares: headers for sign-in,
// identifiers from paths.

import { type Id, type IdPrefix, parseId, uuidOf } from '@prewatt/quantities';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Services } from '../services.ts';
import { clientAddressHeader, type SignIn } from '../sign-in/index.ts';
import type { LiveHub } from './live-hub.ts';
import { notFound } from './problem.ts';

export type RouteContext = {
  readonly services: Services;
  readonly signIn: SignIn;
  readonly hub: LiveHub;
  readonly publicUrl: string;
};

/** The request's headers for better-auth, with the client's address as we see it. */
export function headersOf(request: FastifyRequest): Headers {
  const headers = new Headers();
  for (const [name, value] of Object.entries(request.headers)) {
    if (typeof value === 'string') headers.set(name, value);
  }
  headers.set(clientAddressHeader, request.ip);
  return headers;
}

/**
 * The UUID inside an identifier from a path; 404 for anything else, since nothing has such a name.
 */
export function uuidFromPath<P extends IdPrefix>(prefix: P, text: string): string {
  const id = parseId(prefix, text);
  if (!id.ok) throw notFound(prefix);
  return uuidOf(id.value as Id<IdPrefix>);
}

export function setCookies(reply: FastifyReply, cookies: readonly string[]): void {
  if (cookies.length > 0) reply.header('set-cookie', [...cookies]);
}
