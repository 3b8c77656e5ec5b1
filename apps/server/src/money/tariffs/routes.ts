// Routes of tariffs: versions, changes and back-tests, and which tariff a connection has. Shapes:
// packages/api/src/tariffs.ts. A viewer reads; an operator proposes, tries and assigns.

import { Readable } from 'node:stream';
import {
  type BackTestJson,
  type ConnectionTariff,
  type TariffVersionDetail,
  tariffApi,
} from '@prewatt/api';
import { civilDateOf } from '@prewatt/quantities';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { on } from '../../base/http/on.ts';
import { forbidden, notFound } from '../../base/http/problem.ts';
import { placeOfConnection } from '../../registry/connections/index.ts';
import { createOperatorScope, refuseOtherOrigins } from '../../registry/sign-in/index.ts';
import type { Assignments } from './assign.ts';
import { selectBackTest } from './back-test-store.ts';
import {
  type BulkAssignmentRoutesDeps,
  bulkAssignmentRoutes,
  createActingOf,
} from './bulk-assignment-routes.ts';
import type { TariffChanges } from './changes.ts';
import { answer } from './errors.ts';
import type { Tariffs } from './in-force.ts';
import { metersOfVersion } from './meter-view.ts';
import { listTemplates, readTemplate } from './templates.ts';
import { backTestJson, listOf } from './views.ts';

export type TariffRoutesDeps = BulkAssignmentRoutesDeps & {
  readonly publicUrl: string;
  readonly tariffAssignments: Assignments;
  readonly tariffChanges: TariffChanges;
  readonly tariffs: Tariffs;
};

/** Documents with many examples are larger than other requests. */
const bodyLimit = 1_048_576;

export function tariffRoutes(context: TariffRoutesDeps) {
  return async (app: FastifyInstance): Promise<void> => {
    refuseOtherOrigins(app, context.publicUrl);
    templateRoutes(app, context);
    versionRoutes(app, context);
    changeRoutes(app, context);
    backTestRoutes(app, context);
    backTestRowRoutes(app, context);
    connectionRoutes(app, context);
    bulkAssignmentRoutes(app, context);
  };
}

/** A version as its page shows it; 404 where there is none. */
const versionOf = (
  context: TariffRoutesDeps,
  request: FastifyRequest,
  versionId: string,
): Promise<TariffVersionDetail> =>
  createOperatorScope(context).scoped(request, async ({ tx, utility }) => {
    const found = await context.tariffChanges.detail(tx, utility, versionId);
    if (found === null) throw notFound('version of a tariff');
    return found;
  });

function templateRoutes(app: FastifyInstance, context: TariffRoutesDeps): void {
  const { scoped } = createOperatorScope(context);
  on(app, tariffApi.templates, ({ request }) =>
    scoped(request, async () => ({ templates: await listTemplates() })),
  );
  on(app, tariffApi.template, ({ request, readQuery }) => {
    const { template } = readQuery();
    return scoped(request, async () => {
      const document = await readTemplate(template);
      if (document === null) throw notFound('template');
      return { document };
    });
  });
}

function versionRoutes(app: FastifyInstance, context: TariffRoutesDeps): void {
  const { scoped } = createOperatorScope(context);
  on(app, tariffApi.list, ({ request }) =>
    scoped(request, ({ tx, utility, nowMs }) =>
      listOf(tx, context.tariffs, { today: civilDateOf(nowMs, utility.zone) }),
    ),
  );
  on(app, tariffApi.version, ({ request, uuid }) => versionOf(context, request, uuid('id')));
  on(app, tariffApi.meters, ({ request, readQuery, uuid }) => {
    const versionId = uuid('id');
    const { standing, cursor = null } = readQuery();
    return scoped(request, ({ tx, operator: { utilityId } }) =>
      metersOfVersion(tx, { utilityId, versionId, standing, cursor }),
    );
  });
}

function changeRoutes(app: FastifyInstance, context: TariffRoutesDeps): void {
  const { tariffChanges, backTests } = context;
  const actingOf = createActingOf(context);
  on(app, tariffApi.propose, {
    bodyLimit,
    handler: async ({ request, reply, readBody }) => {
      const by = await actingOf(request);
      const { thenAsk, ...proposal } = readBody();
      const { requestId } = proposal;
      const { versionId, isNew } = answer(await tariffChanges.propose(by, proposal));
      // A repeat after a lost answer starts it only if the first try did not come so far.
      if (thenAsk !== undefined) {
        answer(await backTests.start(by, { requestId, versionId, ...thenAsk, asks: true }));
      }
      return reply.code(isNew ? 201 : 200).send(await versionOf(context, request, versionId));
    },
  });
  on(app, tariffApi.requestApproval, async ({ request, readBody, uuid }) => {
    const versionId = uuid('id');
    const by = await actingOf(request);
    const { requestId } = readBody();
    answer(await tariffChanges.requestApproval({ versionId, by, requestId }));
    return versionOf(context, request, versionId);
  });
  on(app, tariffApi.withdraw, async ({ request, readBody, uuid }) => {
    const versionId = uuid('id');
    const by = await actingOf(request);
    readBody();
    answer(await tariffChanges.withdraw({ versionId, by }));
    return versionOf(context, request, versionId);
  });
}

/** A back-test and how far it is; 404 where there is none. */
const backTestOf = (
  context: TariffRoutesDeps,
  request: FastifyRequest,
  backTestId: string,
): Promise<BackTestJson> =>
  createOperatorScope(context).scoped(request, async ({ tx, utility }) => {
    const found = await selectBackTest(tx, { backTestId, lock: false });
    if (found === null) throw notFound('back-test');
    return backTestJson(found, utility);
  });

function backTestRoutes(app: FastifyInstance, context: TariffRoutesDeps): void {
  const { backTests } = context;
  const actingOf = createActingOf(context);
  on(app, tariffApi.startBackTest, async ({ request, reply, readBody, uuid }) => {
    const versionId = uuid('id');
    const by = await actingOf(request);
    const body = readBody();
    const { backTestId, isNew } = answer(await backTests.start(by, { ...body, versionId }));
    return reply.code(isNew ? 202 : 200).send(await backTestOf(context, request, backTestId));
  });
  on(app, tariffApi.backTest, ({ request, uuid }) => backTestOf(context, request, uuid('id')));
}

function backTestRowRoutes(app: FastifyInstance, context: TariffRoutesDeps): void {
  const { backTests } = context;
  const { operatorOf, scoped } = createOperatorScope(context);
  on(app, tariffApi.backTestRows, ({ request, readQuery, uuid }) => {
    const backTestId = uuid('id');
    const { order } = readQuery();
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
  on(app, tariffApi.backTestFile, async ({ request, reply, uuid }) => {
    const backTestId = uuid('id');
    const operator = await operatorOf(request);
    if (operator.role === 'viewer') throw forbidden('Your sign-in may not export.');
    await backTestOf(context, request, backTestId);
    return reply
      .type('text/csv; charset=utf-8; header=present')
      .header('content-disposition', 'attachment; filename="back-test.csv"')
      .header('cache-control', 'no-store')
      .send(Readable.from(backTests.csv(operator.utilityId, { backTestId })));
  });
}

function connectionRoutes(app: FastifyInstance, context: TariffRoutesDeps): void {
  const { tariffAssignments } = context;
  const { scoped } = createOperatorScope(context);
  const actingOf = createActingOf(context);
  const tariffOf = (request: FastifyRequest, connectionId: string): Promise<ConnectionTariff> =>
    scoped(request, async ({ tx, utility }) => {
      const place = placeOfConnection(utility.id, connectionId);
      const found = await tariffAssignments.of(tx, place);
      if (found === null) throw notFound('connection');
      return found;
    });
  on(app, tariffApi.ofConnection, ({ request, uuid }) => tariffOf(request, uuid('id')));
  on(app, tariffApi.assign, async ({ request, readBody, uuid }) => {
    const connectionId = uuid('id');
    const by = await actingOf(request);
    const body = readBody();
    const place = placeOfConnection(by.utilityId, connectionId);
    answer(await tariffAssignments.assign(by, place, body));
    return tariffOf(request, connectionId);
  });
}
