// Routes of limit tokens of the soft landing: lists to read. Lifting one at once is an engineering
// token like any other. Shapes: packages/api/src/landings.ts.

import { landingStateSchema } from '@prewatt/api';
import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import { placeOfConnection } from '../connections/index.ts';
import { type RouteContext, uuidFromPath } from '../http/context.ts';
import { createOperatorScope } from '../http/operator-scope.ts';
import { parse } from '../http/parse.ts';

const listQuery = z.object({
  state: z.union([landingStateSchema, z.literal('all')]).default('all'),
  cursor: z.uuid().optional(),
});

export function landingRoutes(context: RouteContext) {
  const { landings } = context.services;
  const { scoped } = createOperatorScope(context);
  return async (app: FastifyInstance): Promise<void> => {
    app.get('/api/operator/landings', (request) => {
      const { state, cursor = null } = parse(listQuery, request.query);
      return scoped(request, ({ tx, utility }) =>
        landings.page(tx, { utilityId: utility.id, state, cursor }),
      );
    });
    app.get<{ Params: { id: string } }>('/api/operator/connections/:id/landings', (request) => {
      const id = uuidFromPath('connection', request.params.id);
      return scoped(request, ({ tx, utility }) =>
        landings.page(tx, {
          utilityId: utility.id,
          state: 'all',
          cursor: null,
          of: placeOfConnection(utility.id, id),
        }),
      );
    });
  };
}
