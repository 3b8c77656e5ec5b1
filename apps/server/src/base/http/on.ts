// How the server registers a route that packages/api declares: the handler gets what came in by the
// declaration's schemas.

import type { BodyOf, ParamsOf, QueryOf, Route } from '@prewatt/api';
import type {
  FastifyInstance,
  FastifyReply,
  FastifyRequest,
  HTTPMethods,
  RouteShorthandOptions,
} from 'fastify';
import { parse } from './parse.ts';
import { uuidFromPath } from './paths.ts';

export type RouteCall<R extends Route> = {
  readonly request: FastifyRequest<{ Params: ParamsOf<R> }>;
  readonly reply: FastifyReply;
  /** What was asked; throws a 400 that names the first field that does not fit. */
  readonly readQuery: () => QueryOf<R>;
  /** What was sent; throws a 400 likewise. */
  readonly readBody: () => BodyOf<R>;
  /** The UUID of an identifier in the path; throws a 404 for anything else. */
  readonly uuid: (name: keyof R['params'] & string) => string;
};

type Handler<R extends Route> = (call: RouteCall<R>) => unknown;
type Options = Pick<RouteShorthandOptions, 'bodyLimit' | 'config' | 'preHandler'>;

/**
 * Registers the route. The handler decides when query and body are read, so that whoever may not
 * ask hears that first. The framework's options stand beside the handler: `{ bodyLimit, handler }`.
 */
export function on<R extends Route>(
  app: FastifyInstance,
  route: R,
  given: Handler<R> | (Options & { readonly handler: Handler<R> }),
): void {
  const { handler, ...options } = typeof given === 'function' ? { handler: given } : given;
  app.route({
    ...options,
    method: route.method as HTTPMethods | HTTPMethods[],
    url: route.path,
    handler: (request, reply) => handler(callOf(route, request, reply)),
  });
}

function callOf<R extends Route>(
  route: R,
  request: FastifyRequest,
  reply: FastifyReply,
): RouteCall<R> {
  const { query, body, params = {} } = route;
  return {
    request: request as FastifyRequest<{ Params: ParamsOf<R> }>,
    reply,
    readQuery: () => parse(declared(query), request.query) as QueryOf<R>,
    readBody: () => parse(declared(body), request.body) as BodyOf<R>,
    uuid: (name) =>
      uuidFromPath(declared(params[name]), (request.params as Record<string, string>)[name] ?? ''),
  };
}

function declared<T>(shape: T | undefined): T {
  if (shape === undefined) throw new Error('the route declares no such part');
  return shape;
}
