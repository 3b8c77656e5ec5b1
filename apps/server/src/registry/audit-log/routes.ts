// The route of the record of acts. For administrators, and viewers who look after them.

import { actQuerySchema } from '@prewatt/api';
import type { FastifyInstance } from 'fastify';
import { parse } from '../../base/http/parse.ts';
import { forbidden } from '../../base/http/problem.ts';
import { createOperatorScope, type OperatorScopeDeps } from '../sign-in/index.ts';
import type { Acts } from './service.ts';

export type ActRoutesDeps = OperatorScopeDeps & {
  readonly acts: Acts;
};

export function actRoutes(context: ActRoutesDeps) {
  const { scoped } = createOperatorScope(context);
  return async (app: FastifyInstance): Promise<void> => {
    app.get('/api/operator/acts', (request) => {
      const query = parse(actQuerySchema, request.query);
      return scoped(request, async ({ tx, operator }) => {
        if (operator.role === 'operator') {
          throw forbidden('This is for the role administrator or viewer; yours is operator.');
        }
        return context.acts.list(tx, operator.utilityId, query);
      });
    });
  };
}
