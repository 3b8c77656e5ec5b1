// What there is to read about one connection.

import { connectionApi } from '@prewatt/api';
import type { FastifyInstance } from 'fastify';
import { on } from '../../base/http/on.ts';
import type { Tariffs } from '../../money/tariffs/index.ts';
import {
  commandsOf,
  connectionDetail,
  eventsOf,
  messagesOf,
  tokensOf,
  usageOf,
} from './connection.ts';
import { meterViewOf } from './meter-view.ts';
import { salePage } from './sales.ts';
import type { OnConnection } from './scope.ts';

export type ConnectionRoutesDeps = { readonly tariffs: Tariffs };

export function connectionRoutes(
  app: FastifyInstance,
  context: ConnectionRoutesDeps,
  onConnection: OnConnection,
): void {
  on(app, connectionApi.detail, ({ request }) =>
    onConnection(request, (s) =>
      connectionDetail(s.tx, s.utility, { ...s, tariffs: context.tariffs }),
    ),
  );
  on(app, connectionApi.meter, ({ request }) =>
    onConnection(request, (s) => meterViewOf(s.tx, s.connection)),
  );
  on(app, connectionApi.usage, ({ request, readQuery }) => {
    const { days } = readQuery();
    return onConnection(request, (s) => usageOf(s.tx, s.utility, { ...s, days }));
  });
  on(app, connectionApi.sales, ({ request, readQuery }) => {
    const query = readQuery();
    return onConnection(request, (s) =>
      salePage(s.tx, s.utility, {
        connectionId: s.connection.connectionId,
        cursor: query.cursor ?? null,
      }),
    );
  });
  const lists = {
    tokens: tokensOf,
    events: eventsOf,
    commands: commandsOf,
    messages: messagesOf,
  };
  for (const name of ['tokens', 'events', 'commands', 'messages'] as const) {
    on(app, connectionApi[name], ({ request, readQuery }) => {
      const { cursor = null } = readQuery();
      return onConnection(request, async (s): Promise<unknown> => lists[name](s.tx, s, cursor));
    });
  }
}
