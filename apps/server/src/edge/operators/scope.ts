// What routes about one connection share: a connection of another utility is not found.

import type { FastifyRequest } from 'fastify';
import { uuidFromPath } from '../../base/http/paths.ts';
import { notFound } from '../../base/http/problem.ts';
import {
  type Connection,
  loadConnection,
  placeOfConnection,
} from '../../registry/connections/index.ts';
import {
  createOperatorScope,
  type OperatorScope,
  type OperatorScopeDeps,
} from '../../registry/sign-in/index.ts';

export type ById = { Params: { id: string } };
export type ConnectionScope = OperatorScope & { readonly connection: Connection };
export type OnConnection = <T>(
  request: FastifyRequest<ById>,
  work: (scope: ConnectionScope) => Promise<T>,
) => Promise<T>;

export function createOnConnection(context: OperatorScopeDeps): OnConnection {
  const { scoped } = createOperatorScope(context);
  return (request, work) => {
    const id = uuidFromPath('connection', request.params.id);
    return scoped(request, async (scope) => {
      const connection = await loadConnection(scope.tx, placeOfConnection(scope.utility.id, id));
      if (connection === null) throw notFound('connection');
      return work({ ...scope, connection });
    });
  };
}
