// Routes of a shop's phone. Each finds out whose request it is before it reads a form.

import type { FastifyInstance } from 'fastify';
import { batchPages } from './batch-routes.ts';
import { cardPages } from './card-routes.ts';
import { createTillContext, type TillPageDeps } from './context.ts';
import { doorPages } from './door-routes.ts';
import { floatPages } from './float-routes.ts';
import { salePages } from './sale-routes.ts';
import { shiftPages } from './shift-routes.ts';

export function tillPageRoutes(deps: TillPageDeps) {
  const context = createTillContext(deps);
  return async (app: FastifyInstance): Promise<void> => {
    doorPages(app, context);
    salePages(app, context);
    shiftPages(app, context);
    batchPages(app, context);
    floatPages(app, context);
    cardPages(app, context);
  };
}
