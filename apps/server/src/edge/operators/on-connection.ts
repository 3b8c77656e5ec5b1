// How a route works on the connection that its path names: in the operator's scope, with the
// connection found or refused.

import type { FastifyRequest } from 'fastify';
import type { Connection } from '../../registry/connections/index.ts';
import type { OperatorScope } from '../../registry/sign-in/index.ts';

export type ById = { Params: { id: string } };
export type Scope = OperatorScope & { readonly connection: Connection };
export type OnConnection = <T>(
  request: FastifyRequest<ById>,
  work: (scope: Scope) => Promise<T>,
) => Promise<T>;
