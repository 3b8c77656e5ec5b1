// Routes of the operator's JSON API. The utility is the operator's own; a viewer reads, the others
// act.

import {
  type FailingUpkeep,
  type LiveEvent,
  meterListQuerySchema,
  type OperatorMe,
} from '@prewatt/api';
import { idFromUuid, startOfDayMs, zonedAt } from '@prewatt/quantities';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { z } from 'zod';
import type { LiveHub } from '../../base/http/live-hub.ts';
import { parse } from '../../base/http/parse.ts';
import { uuidFromPath } from '../../base/http/paths.ts';
import { HttpProblem, notFound } from '../../base/http/problem.ts';
import type { LiveNotice } from '../../base/live.ts';
import type { Tariffs } from '../../money/tariffs/index.ts';
import type { Vending } from '../../money/vending/index.ts';
import type { Acts } from '../../registry/audit-log/index.ts';
import {
  type Connection,
  loadConnection,
  placeOfConnection,
} from '../../registry/connections/index.ts';
import {
  createOperatorScope,
  type OperatorScope,
  refuseOtherOrigins,
  requireActing,
} from '../../registry/sign-in/index.ts';
import type { Utility } from '../../registry/utilities/index.ts';
import { type CommandRoutesDeps, commandRoutes } from './command-routes.ts';
import {
  commandsOf,
  connectionDetail,
  eventsOf,
  messagesOf,
  tokensOf,
  usageOf,
} from './connection.ts';
import { type LimitRoutesDeps, limitRoutes } from './limit-routes.ts';
import { type LinkRoutesDeps, linkRoutes } from './link-routes.ts';
import { meterViewOf } from './meter-view.ts';
import { meterFacets, meterPage, meterRowsOf, overviewOf } from './meters.ts';
import { readingRoutes } from './reading-routes.ts';
import { attentionPage, saleDetail, salePage, saleRow } from './sales.ts';
import { failingUpkeep, type UpkeepDeps } from './upkeep.ts';

export type OperatorRoutesDeps = CommandRoutesDeps &
  LimitRoutesDeps &
  LinkRoutesDeps &
  UpkeepDeps & {
    readonly acts: Acts;
    readonly hub: LiveHub;
    readonly publicUrl: string;
    readonly tariffs: Tariffs;
    readonly vending: Vending;
  };

const cursor = z.string().max(500).optional();
const salesQuery = z.object({
  day: z.union([z.literal('today'), z.iso.date()]).default('today'),
  cursor,
});
const usageQuery = z.object({ days: z.coerce.number().int().min(1).max(92).default(14) });
const pagingQuery = z.object({ cursor });

export function operatorRoutes(context: OperatorRoutesDeps) {
  const { nowMs, operatorOf, scoped, staffScoped } = createOperatorScope(context);

  type ById = { Params: { id: string } };
  const onConnection = <T>(
    request: FastifyRequest<ById>,
    work: (scope: OperatorScope & { readonly connection: Connection }) => Promise<T>,
  ): Promise<T> => {
    const id = uuidFromPath('connection', request.params.id);
    return scoped(request, async (scope) => {
      const connection = await loadConnection(scope.tx, placeOfConnection(scope.utility.id, id));
      if (connection === null) throw notFound('connection');
      return work({ ...scope, connection });
    });
  };

  const failingFor = ({ id }: Utility): readonly FailingUpkeep[] =>
    failingUpkeep(context.sweepReports(), {
      utilityId: id,
      realNowMs: context.clocks.real.nowMs(),
    });

  const listRoutes = (app: FastifyInstance): void => {
    app.get('/api/operator/me', (request) =>
      staffScoped(
        request,
        async ({ operator, utility }): Promise<OperatorMe> => ({
          name: operator.name,
          email: operator.email,
          role: operator.role,
          utility: { name: utility.name, zone: utility.zone, currency: utility.currency },
          now: new Date(nowMs()).toISOString(),
          clockSpeed: context.clocks.speed,
        }),
      ),
    );
    app.get('/api/operator/overview', (request) =>
      scoped(request, async (s) => {
        const overview = await overviewOf(s.tx, s.utility, s.nowMs);
        return { ...overview, attention: overview.attention + failingFor(s.utility).length };
      }),
    );
    app.get('/api/operator/meters', (request) => {
      const query = parse(meterListQuerySchema, request.query);
      return scoped(request, (s) =>
        meterPage(s.tx, s.utility, { ...query, cursor: query.cursor ?? null, nowMs: s.nowMs }),
      );
    });
    app.get('/api/operator/meters/counts', (request) => {
      const query = parse(meterListQuerySchema, request.query);
      return scoped(request, (s) => meterFacets(s.tx, s.utility, { ...query, nowMs: s.nowMs }));
    });
    app.get('/api/operator/sales', (request) => {
      const query = parse(salesQuery, request.query);
      return scoped(request, (s) => {
        const { zone } = s.utility;
        const start =
          query.day === 'today'
            ? startOfDayMs(s.nowMs, zone)
            : Temporal.PlainDate.from(query.day).toZonedDateTime(zone).epochMilliseconds;
        const end = zonedAt(start, zone).add({ days: 1 }).epochMilliseconds;
        return salePage(s.tx, s.utility, {
          fromMs: start,
          toMs: end,
          cursor: query.cursor ?? null,
        });
      });
    });
    app.get('/api/operator/attention', (request) =>
      scoped(request, (s) => attentionPage(s.tx, s.utility)),
    );
    app.get('/api/operator/upkeep', (request) =>
      scoped(request, async (s) => ({ rows: failingFor(s.utility), nextCursor: null })),
    );
    app.get<ById>('/api/operator/sales/:id', (request) => {
      const id = uuidFromPath('sale', request.params.id);
      return scoped(request, async (s) => {
        const sale = await saleDetail(s.tx, id);
        if (sale === null) throw notFound('sale');
        return sale;
      });
    });
  };

  const connectionRoutes = (app: FastifyInstance): void => {
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
  };

  const actionRoutes = (app: FastifyInstance): void => {
    app.post<ById>('/api/operator/sales/:id/retry', async (request) => {
      const saleId = uuidFromPath('sale', request.params.id);
      const { utility, connectionId } = await scoped(request, async (s) => {
        requireActing(s.operator);
        const sale = await s.tx
          .selectFrom('sales')
          .select('connection_id')
          .where('id', '=', saleId)
          .executeTakeFirst();
        if (sale === undefined) throw notFound('sale');
        const subject = request.params.id;
        await context.acts.record(s.tx, s.operator, { act: 'saleRetried', subject });
        return { utility: s.utility, connectionId: sale.connection_id };
      });
      const retried = await context.vending.retry(
        placeOfConnection(utility.id, connectionId),
        saleId,
      );
      if (!retried.ok) {
        throw new HttpProblem({
          status: 409,
          code: retried.error,
          title: 'Cannot be retried',
          detail: 'This sale is not stuck without a token; reload to see its present state.',
        });
      }
      return scoped(request, (s) => saleRow(s.tx, saleId));
    });
  };

  const liveRoute = (app: FastifyInstance): void => {
    app.get('/api/operator/live', async (request, reply) => {
      const operator = await operatorOf(request);
      const utility = await context.utilities.get(operator.utilityId);
      context.hub.stream(request, reply, {
        concerns: (notice) => notice.utilityId === utility.id && notice.kind !== 'command',
        update: async (send, notices) => {
          for (const event of await eventsFor(utility, notices)) send('message', event);
        },
      });
    });
  };

  const eventsFor = async (
    utility: Utility,
    notices: readonly LiveNotice[],
  ): Promise<LiveEvent[]> => {
    const events = new Map<string, LiveEvent>();
    const changed = new Set<string>();
    for (const notice of notices) {
      if (notice.kind === 'meters') for (const id of notice.connectionIds) changed.add(id);
      if (notice.kind === 'command' || notice.kind === 'meters') continue;
      if (notice.kind === 'approval') {
        const approvalId = idFromUuid('approval', notice.approvalId);
        events.set(approvalId, { kind: 'approval', approvalId });
        continue;
      }
      const connectionId = idFromUuid('connection', notice.connectionId);
      if (notice.kind === 'sale') {
        const saleId = idFromUuid('sale', notice.saleId);
        events.set(saleId, { kind: 'sale', connectionId, saleId });
      } else {
        events.set(connectionId, { kind: 'connection', connectionId });
      }
    }
    if (changed.size > 0) {
      const rows = await context.database.inUtility(utility.id, (tx) =>
        meterRowsOf(tx, utility, { connectionIds: [...changed], nowMs: nowMs() }),
      );
      events.set('meters', {
        kind: 'meters',
        rows: rows.map(({ owedEnergyWh: _, ...row }) => row),
      });
    }
    return [...events.values()];
  };

  return async (app: FastifyInstance): Promise<void> => {
    refuseOtherOrigins(app, context.publicUrl);
    listRoutes(app);
    connectionRoutes(app);
    actionRoutes(app);
    commandRoutes(app, context, onConnection);
    readingRoutes(app, context, onConnection);
    linkRoutes(app, context, onConnection);
    limitRoutes(app, context);
    liveRoute(app);
  };
}
