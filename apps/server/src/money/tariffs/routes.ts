// Routes of tariffs: versions, changes and back-tests, and which tariff a connection has. Shapes:
// packages/api/src/tariffs.ts. A viewer reads; an operator proposes, tries and assigns.

import { Readable } from 'node:stream';
import {
  assignTariffBodySchema,
  type BackTestJson,
  type ConnectionTariff,
  meterTariffStandings,
  proposeTariffBodySchema,
  requestTariffApprovalBodySchema,
  startBackTestBodySchema,
  type TariffVersionDetail,
} from '@prewatt/api';
import { civilDateOf } from '@prewatt/quantities';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { parse } from '../../base/http/parse.ts';
import { uuidFromPath } from '../../base/http/paths.ts';
import { forbidden, notFound } from '../../base/http/problem.ts';
import { placeOfConnection } from '../../registry/connections/index.ts';
import type { Operator } from '../../registry/sign-in/index.ts';
import {
  createOperatorScope,
  refuseOtherOrigins,
  requireActing,
} from '../../registry/sign-in/index.ts';
import type { Assignments } from './assign.ts';
import { selectBackTest } from './back-test-store.ts';
import { type BulkAssignmentRoutesDeps, bulkAssignmentRoutes } from './bulk-assignment-routes.ts';
import type { TariffChanges } from './changes.ts';
import { answer } from './errors.ts';
import type { Tariffs } from './in-force.ts';
import { metersOfVersion } from './meter-view.ts';
import { backTestJson, listOf } from './views.ts';

export type TariffRoutesDeps = BulkAssignmentRoutesDeps & {
  readonly publicUrl: string;
  readonly tariffAssignments: Assignments;
  readonly tariffChanges: TariffChanges;
  readonly tariffs: Tariffs;
};

type ById = { Params: { id: string } };

/** Documents with many examples are larger than other requests. */
const documentLimit = { bodyLimit: 1_048_576 };
const rowsQuery = z.object({ order: z.enum(['payMore', 'payLess']).default('payMore') });
const metersQuery = z.object({
  standing: z.enum(meterTariffStandings).default('told'),
  cursor: z
    .string()
    .regex(/^\d{1,4}\.[0-9a-f-]{36}$/)
    .optional(),
});
const empty = z.strictObject({});

export function tariffRoutes(context: TariffRoutesDeps) {
  const { tariffs, tariffChanges, backTests, tariffAssignments } = context;
  const { operatorOf, scoped } = createOperatorScope(context);

  const actingOf = async (request: FastifyRequest): Promise<Operator> => {
    const operator = await operatorOf(request);
    requireActing(operator);
    return operator;
  };

  const detail = (request: FastifyRequest, versionId: string): Promise<TariffVersionDetail> =>
    scoped(request, async ({ tx, utility }) => {
      const found = await tariffChanges.detail(tx, utility, versionId);
      if (found === null) throw notFound('version of a tariff');
      return found;
    });

  const backTestOf = (request: FastifyRequest, backTestId: string): Promise<BackTestJson> =>
    scoped(request, async ({ tx, utility }) => {
      const found = await selectBackTest(tx, { backTestId, lock: false });
      if (found === null) throw notFound('back-test');
      return backTestJson(found, utility);
    });

  const versionRoutes = (app: FastifyInstance): void => {
    app.get('/api/operator/tariffs', (request) =>
      scoped(request, ({ tx, utility, nowMs }) =>
        listOf(tx, tariffs, { today: civilDateOf(nowMs, utility.zone) }),
      ),
    );
    app.get<ById>('/api/operator/tariffs/versions/:id', (request) =>
      detail(request, uuidFromPath('tariff', request.params.id)),
    );
    app.get<ById>('/api/operator/tariffs/versions/:id/meters', (request) => {
      const versionId = uuidFromPath('tariff', request.params.id);
      const { standing, cursor } = parse(metersQuery, request.query);
      return scoped(request, ({ tx, operator }) =>
        metersOfVersion(tx, {
          ...{ utilityId: operator.utilityId, versionId, standing },
          cursor: cursor ?? null,
        }),
      );
    });
    app.post('/api/operator/tariffs/changes', documentLimit, async (request, reply) => {
      const by = await actingOf(request);
      const proposal = parse(proposeTariffBodySchema, request.body);
      const { versionId, isNew } = answer(await tariffChanges.propose(by, proposal));
      return reply.code(isNew ? 201 : 200).send(await detail(request, versionId));
    });
    app.post<ById>('/api/operator/tariffs/versions/:id/request-approval', async (request) => {
      const versionId = uuidFromPath('tariff', request.params.id);
      const by = await actingOf(request);
      const { requestId } = parse(requestTariffApprovalBodySchema, request.body);
      answer(await tariffChanges.requestApproval({ versionId, by, requestId }));
      return detail(request, versionId);
    });
    app.post<ById>('/api/operator/tariffs/versions/:id/withdraw', async (request) => {
      const versionId = uuidFromPath('tariff', request.params.id);
      const by = await actingOf(request);
      parse(empty, request.body ?? {});
      answer(await tariffChanges.withdraw({ versionId, by }));
      return detail(request, versionId);
    });
  };

  const backTestRoutes = (app: FastifyInstance): void => {
    app.post<ById>('/api/operator/tariffs/versions/:id/back-tests', async (request, reply) => {
      const versionId = uuidFromPath('tariff', request.params.id);
      const by = await actingOf(request);
      const body = parse(startBackTestBodySchema, request.body);
      const { backTestId, isNew } = answer(await backTests.start(by, { ...body, versionId }));
      return reply.code(isNew ? 202 : 200).send(await backTestOf(request, backTestId));
    });
    app.get<ById>('/api/operator/tariffs/back-tests/:id', (request) =>
      backTestOf(request, uuidFromPath('backTest', request.params.id)),
    );
    app.get<ById>('/api/operator/tariffs/back-tests/:id/rows', (request) => {
      const backTestId = uuidFromPath('backTest', request.params.id);
      const { order } = parse(rowsQuery, request.query);
      return scoped(request, ({ tx, utility, operator, nowMs }) =>
        backTests.rows(
          tx,
          { backTestId },
          {
            order,
            today: civilDateOf(nowMs, utility.zone),
            showsFlags: operator.role !== 'viewer',
          },
        ),
      );
    });
    app.get<ById>('/api/operator/tariffs/back-tests/:id/rows.csv', async (request, reply) => {
      const backTestId = uuidFromPath('backTest', request.params.id);
      const operator = await operatorOf(request);
      if (operator.role === 'viewer') throw forbidden('Your sign-in may not export.');
      await backTestOf(request, backTestId);
      return reply
        .type('text/csv; charset=utf-8; header=present')
        .header('content-disposition', 'attachment; filename="back-test.csv"')
        .header('cache-control', 'no-store')
        .send(Readable.from(backTests.csv(operator.utilityId, { backTestId })));
    });
  };

  const connectionRoutes = (app: FastifyInstance): void => {
    const tariffOf = (request: FastifyRequest, connectionId: string): Promise<ConnectionTariff> =>
      scoped(request, async ({ tx, utility }) => {
        const place = placeOfConnection(utility.id, connectionId);
        const found = await tariffAssignments.of(tx, place);
        if (found === null) throw notFound('connection');
        return found;
      });
    app.get<ById>('/api/operator/connections/:id/tariff', (request) =>
      tariffOf(request, uuidFromPath('connection', request.params.id)),
    );
    app.post<ById>('/api/operator/connections/:id/tariff', async (request) => {
      const connectionId = uuidFromPath('connection', request.params.id);
      const by = await actingOf(request);
      const body = parse(assignTariffBodySchema, request.body);
      const place = placeOfConnection(by.utilityId, connectionId);
      answer(await tariffAssignments.assign(by, place, body));
      return tariffOf(request, connectionId);
    });
  };

  return async (app: FastifyInstance): Promise<void> => {
    refuseOtherOrigins(app, context.publicUrl);
    versionRoutes(app);
    backTestRoutes(app);
    connectionRoutes(app);
    bulkAssignmentRoutes(context)(app);
  };
}
