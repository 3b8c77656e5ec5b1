// The page about a limit token of the soft landing: what it does, why it was sent, its digits, and
// how the limit goes again. It only reads.

import { idFromUuid } from '@prewatt/quantities';
import { renderPowerLimit } from '@prewatt/web/consumer';
import type { FastifyInstance } from 'fastify';
import { uuidFromPath } from '../../base/http/paths.ts';
import { limitShown } from '../../workflows/soft-landing/index.ts';
import type { PagesContext } from './pages.ts';

export function limitPages(app: FastifyInstance, o: PagesContext): void {
  app.get<{ Params: { id: string } }>('/connections/:id/power-limit', async (request, reply) => {
    const id = uuidFromPath('connection', request.params.id);
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
