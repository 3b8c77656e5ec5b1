// Routes of limit tokens of the soft landing: lists to read. Lifting one at once is an engineering
// token like any other. Shapes: packages/api/src/soft-landing.ts.

import { landingStateSchema } from '@prewatt/api';
import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import { parse } from '../../base/http/parse.ts';
import { uuidFromPath } from '../../base/http/paths.ts';
import { placeOfConnection } from '../../registry/connections/index.ts';
import { createOperatorScope, type OperatorScopeDeps } from '../../registry/sign-in/index.ts';
import type { Landings } from './index.ts';

export type SoftLandingRoutesDeps = OperatorScopeDeps & {
  readonly landings: Landings;
};

const listQuery = z.object({
  state: z.union([landingStateSchema, z.literal('all')]).default('all'),
  cursor: z.uuid().optional(),
});

export function softLandingRoutes(context: SoftLandingRoutesDeps) {
  const { landings } = context;
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
