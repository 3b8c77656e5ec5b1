// The route of the record of acts. For administrators, and viewers who look after them.

import { actApi } from '@prewatt/api';
import type { FastifyInstance } from 'fastify';
import { on } from '../../base/http/on.ts';
import { forbidden } from '../../base/http/problem.ts';
import { createOperatorScope, type OperatorScopeDeps } from '../sign-in/index.ts';
import type { Acts } from './service.ts';

export type ActRoutesDeps = OperatorScopeDeps & {
  readonly acts: Acts;
};

export function actRoutes(context: ActRoutesDeps) {
  const { scoped } = createOperatorScope(context);
  return async (app: FastifyInstance): Promise<void> => {
    on(app, actApi.list, ({ request, readQuery }) => {
      const query = readQuery();
      return scoped(request, async ({ tx, operator }) => {
        if (operator.role === 'operator') {
          throw forbidden('This is for the role administrator or viewer; yours is operator.');
        }
        return context.acts.list(tx, operator.utilityId, query);
      });
    });
  };
}
