// Pages of one connection that only read: its credit and use, live; its purchases; its prices.

import { type LiveReading, pageRoutes } from '@prewatt/api';
import { renderHome, renderPrices, renderPurchases, renderUse } from '@prewatt/web/consumer';
import type { FastifyInstance } from 'fastify';
import { on } from '../../base/http/on.ts';
import { sessionIdOf } from '../../registry/sign-in/index.ts';
import { liveReading } from './live-reading.ts';
import { concernsConnection, type PagesContext } from './pages.ts';
import { pricesView } from './prices.ts';
import { useView } from './use.ts';
import { homeView, purchasesView } from './views.ts';

export function connectionPages(app: FastifyInstance, context: PagesContext): void {
  const { page, frame, onConnection, inScope } = context;

  on(app, pageRoutes.home, async ({ request, reply, uuid }) => {
    const id = uuid('id');
    const { view, utility } = await onConnection(request, id, async (scope, places) => ({
      view: await homeView(scope.tx, {
        ...scope,
        places,
        tariffs: context.tariffs,
      }),
      utility: scope.utility,
    }));
    return page(reply, renderHome(frame(request, reply, utility), view));
  });

  on(app, pageRoutes.homeLive, async ({ request, reply, uuid }) => {
    const id = uuid('id');
    const place = await onConnection(request, id, async ({ connection }) => connection);
    context.hub.stream(request, reply, {
      sessionId: await sessionIdOf(context.signIn, request),
      concerns: (notice) => concernsConnection(notice, id),
      update: async (send) => {
        const live: LiveReading = await inScope(request, place, (scope) =>
          liveReading(scope.tx, { ...scope, tariffs: context.tariffs }),
        );
        send('live', live);
      },
    });
  });

  on(app, pageRoutes.purchases, async ({ request, reply, uuid, readQuery }) => {
    const id = uuid('id');
    const { cursor = null } = readQuery();
    const before = cursor !== null && /^[0-9a-f-]{36}$/.test(cursor) ? cursor : null;
    const { view, utility } = await onConnection(request, id, async (scope) => ({
      view: await purchasesView(scope.tx, { ...scope, before }),
      utility: scope.utility,
    }));
    return page(reply, renderPurchases(frame(request, reply, utility), view));
  });

  on(app, pageRoutes.use, async ({ request, reply, uuid, readQuery }) => {
    const id = uuid('id');
    const { by = 'week', at = null, until = null } = readQuery();
    const { view, utility } = await onConnection(request, id, async (scope) => ({
      view: await useView(scope.tx, { ...scope, tariffs: context.tariffs, by, at, until }),
      utility: scope.utility,
    }));
    return page(reply, renderUse(frame(request, reply, utility), view));
  });

  on(app, pageRoutes.prices, async ({ request, reply, uuid }) => {
    const id = uuid('id');
    const { view, utility } = await onConnection(request, id, async (scope) => ({
      view: await pricesView(scope.tx, { ...scope, tariffs: context.tariffs }),
      utility: scope.utility,
    }));
    return page(reply, renderPrices(frame(request, reply, utility), view));
  });
}
