// Routes of limit tokens of the soft landing: lists to read. Lifting one at once is an engineering
// token like any other. Shapes: packages/api/src/soft-landing.ts.

import { softLandingApi } from '@prewatt/api';
import type { FastifyInstance } from 'fastify';
import { on } from '../../base/http/on.ts';
import { placeOfConnection } from '../../registry/connections/index.ts';
import { createOperatorScope, type OperatorScopeDeps } from '../../registry/sign-in/index.ts';
import type { Landings } from './index.ts';

export type SoftLandingRoutesDeps = OperatorScopeDeps & {
  readonly landings: Landings;
};

export function softLandingRoutes(context: SoftLandingRoutesDeps) {
  const { landings } = context;
  const { scoped } = createOperatorScope(context);
  return async (app: FastifyInstance): Promise<void> => {
    on(app, softLandingApi.list, ({ request, readQuery }) => {
      const { state, cursor = null } = readQuery();
      return scoped(request, ({ tx, utility }) =>
        landings.page(tx, { utilityId: utility.id, state, cursor }),
      );
    });
    on(app, softLandingApi.ofConnection, ({ request, uuid }) => {
      const id = uuid('id');
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
