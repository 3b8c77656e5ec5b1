// What there is to read about one connection.

import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import { parse } from '../../base/http/parse.ts';
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
import type { ById, OnConnection } from './scope.ts';

export type ConnectionRoutesDeps = { readonly tariffs: Tariffs };

const usageQuery = z.object({ days: z.coerce.number().int().min(1).max(92).default(14) });
const pagingQuery = z.object({ cursor: z.string().max(500).optional() });

export function connectionRoutes(
  app: FastifyInstance,
  context: ConnectionRoutesDeps,
  onConnection: OnConnection,
): void {
  app.get<ById>('/api/operator/connections/:id', (request) =>
    onConnection(request, (s) =>
      connectionDetail(s.tx, s.utility, { ...s, tariffs: context.tariffs }),
    ),
  );
  app.get<ById>('/api/operator/connections/:id/meter', (request) =>
    onConnection(request, (s) => meterViewOf(s.tx, s.connection)),
  );
  app.get<ById>('/api/operator/connections/:id/usage', (request) => {
    const { days } = parse(usageQuery, request.query);
    return onConnection(request, (s) => usageOf(s.tx, s.utility, { ...s, days }));
  });
  app.get<ById>('/api/operator/connections/:id/sales', (request) => {
    const query = parse(pagingQuery, request.query);
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
  for (const [name, list] of Object.entries(lists)) {
    app.get<ById>(`/api/operator/connections/:id/${name}`, (request) => {
      const query = parse(pagingQuery, request.query);
      return onConnection(
        request,
        async (s): Promise<unknown> => list(s.tx, s, query.cursor ?? null),
      );
    });
  }
}
