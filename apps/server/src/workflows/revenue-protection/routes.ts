// Routes of the network, its losses and the list of homes. Shapes: packages/api/src/network.ts and
// revenue.ts.

import { networkApi, revenueApi } from '@prewatt/api';
import type { FastifyInstance } from 'fastify';
import { createCells } from '../../base/csv.ts';
import { on } from '../../base/http/on.ts';
import { forbidden, HttpProblem, notFound } from '../../base/http/problem.ts';
import type { NewUuid } from '../../base/ids.ts';
import type { AuditLog } from '../../registry/audit-log/index.ts';
import { placeOfConnection } from '../../registry/connections/index.ts';
import {
  createOperatorScope,
  type OperatorScopeDeps,
  refuseOtherOrigins,
  requireActing,
} from '../../registry/sign-in/index.ts';
import { type DecideRefusal, decidePlacement } from './findings.ts';
import { lossFile } from './loss-file.ts';
import { daysOfNode, networkOf } from './network-view.ts';
import { placementFindings, revenuePage } from './views.ts';

export type RevenueRoutesDeps = OperatorScopeDeps & {
  readonly auditLog: AuditLog;
  readonly newUuid: NewUuid;
  readonly publicUrl: string;
};

export function revenueRoutes(context: RevenueRoutesDeps) {
  const { auditLog, newUuid } = context;
  const { scoped, nowMs } = createOperatorScope(context);
  return async (app: FastifyInstance): Promise<void> => {
    refuseOtherOrigins(app, context.publicUrl);
    on(app, networkApi.view, ({ request }) =>
      scoped(request, ({ tx, utility }) => networkOf(tx, { utility, nowMs: nowMs() })),
    );
    on(app, networkApi.days, ({ request, uuid }) => {
      const nodeId = uuid('id');
      return scoped(request, async ({ tx, utility }) => {
        const days = await daysOfNode(tx, { utilityId: utility.id, nodeId });
        if (days === null) throw notFound('node');
        return days;
      });
    });
    on(app, networkApi.placements, ({ request }) =>
      scoped(request, async ({ tx, utility }) => ({
        rows: await placementFindings(tx, { utilityId: utility.id, nowMs: nowMs() }),
        nextCursor: null,
      })),
    );
    on(app, networkApi.decide, ({ request, readBody, uuid }) =>
      scoped(request, async ({ tx, utility, operator }) => {
        requireActing(operator);
        const { decision } = readBody();
        const place = placeOfConnection(utility.id, uuid('id'));
        const { operatorId } = operator;
        const decided = await decidePlacement(
          tx,
          { newUuid, nowMs },
          { place, decision, operatorId },
        );
        if (!decided.ok) throw problemOfPlacement(decided.error);
        const act = placementActs[decision];
        await auditLog.record(tx, operator, { act, subject: request.params.id });
        return {};
      }),
    );
    on(app, revenueApi.list, ({ request, readQuery }) => {
      const { standing, visits = null, cursor = '0' } = readQuery();
      return scoped(request, ({ tx, utility }) =>
        revenuePage(tx, {
          ...{ utilityId: utility.id, standing, visits, nowMs: nowMs(), offset: Number(cursor) },
        }),
      );
    });
    on(app, networkApi.file, async ({ request, reply }) => {
      const text = await scoped(request, async ({ tx, utility, operator }) => {
        if (operator.role === 'viewer') throw forbidden('Your sign-in may not export.');
        await auditLog.record(tx, operator, { act: 'exported', subject: 'losses' });
        return lossFile(await networkOf(tx, { utility, nowMs: nowMs() }), createCells(utility));
      });
      return reply
        .type('text/csv; charset=utf-8; header=present')
        .header('content-disposition', 'attachment; filename="losses.csv"')
        .header('cache-control', 'no-store')
        .send(text);
    });
  };
}

const placementActs = {
  confirmed: 'placementConfirmed',
  dismissed: 'placementDismissed',
  undone: 'placementUndone',
} as const;

function problemOfPlacement(code: DecideRefusal): HttpProblem {
  if (code === 'unknownFinding') return notFound('suggestion');
  if (code === 'placedSince') {
    return new HttpProblem({
      status: 409,
      code,
      title: 'Another place was brought in since',
      detail: 'Bring in the right place under Imports.',
    });
  }
  return new HttpProblem({
    status: 409,
    code,
    title: 'Somebody decided before',
    detail: 'Reload the page to see what was decided.',
  });
}
