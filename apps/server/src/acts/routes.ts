// The route of the record of acts. For administrators, and viewers who look after them.

import { actQuerySchema } from '@prewatt/api';
import type { FastifyInstance } from 'fastify';
import type { RouteContext } from '../http/context.ts';
import { createOperatorScope } from '../http/operator-scope.ts';
import { parse } from '../http/parse.ts';
import { forbidden } from '../http/problem.ts';

export function actRoutes(context: RouteContext) {
  const { scoped } = createOperatorScope(context);
  return async (app: FastifyInstance): Promise<void> => {
    app.get('/api/operator/acts', (request) => {
      const query = parse(actQuerySchema, request.query);
      return scoped(request, async ({ tx, operator }) => {
        if (operator.role === 'operator') {
          throw forbidden('This is for the role administrator or viewer; yours is operator.');
        }
        return context.services.acts.list(tx, operator.utilityId, query);
      });
    });
  };
}
