// The page about a limit token of the soft landing: what it does, why it was sent, its digits, and
// how the limit goes again. It only reads.

import { pageRoutes } from '@prewatt/api';
import { idFromUuid } from '@prewatt/quantities';
import { renderPowerLimit } from '@prewatt/web/consumer';
import type { FastifyInstance } from 'fastify';
import { on } from '../../base/http/on.ts';
import { limitShown } from '../../workflows/soft-landing/index.ts';
import type { PagesContext } from './pages.ts';

export function limitPages(app: FastifyInstance, o: PagesContext): void {
  on(app, pageRoutes.powerLimit, async ({ request, reply, uuid }) => {
    const id = uuid('id');
    const { view, utility } = await o.onConnection(request, id, async (scope) => ({
      view: {
        connection: {
          connectionId: idFromUuid('connection', scope.connection.connectionId),
          name: scope.connection.name,
        },
        limit: await limitShown(scope.tx, scope),
      },
      utility: scope.utility,
    }));
    return o.page(reply, renderPowerLimit(o.frame(request, reply, utility), view));
  });
}
