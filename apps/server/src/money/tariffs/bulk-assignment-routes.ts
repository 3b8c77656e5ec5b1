// Routes of assignments to many connections. Shapes: packages/api/src/assignments.ts. A viewer
// reads; an operator makes a list, tries it and asks for approval.

import { Readable } from 'node:stream';
import { type AssignmentJson, assignmentApi } from '@prewatt/api';
import { civilDateOf } from '@prewatt/quantities';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { on } from '../../base/http/on.ts';
import { forbidden, notFound } from '../../base/http/problem.ts';
import type { Operator } from '../../registry/sign-in/index.ts';
import {
  createOperatorScope,
  type OperatorScopeDeps,
  requireActing,
} from '../../registry/sign-in/index.ts';
import { type BackTests, foundRows } from './back-test.ts';
import type { BulkAssignments } from './bulk-assignment.ts';
import { assignmentOf, newestAssignments } from './bulk-assignment-views.ts';
import { answer } from './errors.ts';

export type BulkAssignmentRoutesDeps = OperatorScopeDeps & {
  readonly backTests: BackTests;
  readonly bulkAssignments: BulkAssignments;
};

/** 20,000 lines with facts. */
const bodyLimit = 4_194_304;

/** Who asks, and that they may act; a viewer is refused. */
export function createActingOf(context: OperatorScopeDeps) {
  const { operatorOf } = createOperatorScope(context);
  return async (request: FastifyRequest): Promise<Operator> => {
    const operator = await operatorOf(request);
    requireActing(operator);
    return operator;
  };
}

export function bulkAssignmentRoutes(
  app: FastifyInstance,
  context: BulkAssignmentRoutesDeps,
): void {
  readRoutes(app, context);
  makeRoute(app, context);
  actingRoutes(app, context);
}

const detailOf = (
  context: BulkAssignmentRoutesDeps,
  request: FastifyRequest,
  batchId: string,
): Promise<AssignmentJson> =>
  createOperatorScope(context).scoped(request, async ({ tx, utility, nowMs }) => {
    const today = civilDateOf(nowMs, utility.zone);
    const found = await assignmentOf(tx, { utility, today }, batchId);
    if (found === null) throw notFound('assignment to many connections');
    return found;
  });

function readRoutes(app: FastifyInstance, context: BulkAssignmentRoutesDeps): void {
  const { operatorOf, scoped } = createOperatorScope(context);
  on(app, assignmentApi.list, ({ request }) =>
    scoped(request, ({ tx, utility, nowMs }) =>
      newestAssignments(tx, { utility, today: civilDateOf(nowMs, utility.zone) }),
    ),
  );
  on(app, assignmentApi.detail, ({ request, uuid }) => detailOf(context, request, uuid('id')));
  on(app, assignmentApi.rows, ({ request, readQuery, uuid }) => {
    const assignmentId = uuid('id');
    const { order } = readQuery();
    return scoped(request, ({ tx, utility, operator, nowMs }) =>
      foundRows(
        tx,
        { assignmentId },
        {
          order,
          today: civilDateOf(nowMs, utility.zone),
          showsFlags: operator.role !== 'viewer',
        },
      ),
    );
  });
  on(app, assignmentApi.file, async ({ request, reply, uuid }) => {
    const assignmentId = uuid('id');
    const operator = await operatorOf(request);
    if (operator.role === 'viewer') throw forbidden('Your sign-in may not export.');
    await detailOf(context, request, assignmentId);
    return reply
      .type('text/csv; charset=utf-8; header=present')
      .header('content-disposition', 'attachment; filename="assignment.csv"')
      .header('cache-control', 'no-store')
      .send(Readable.from(context.backTests.csv(operator.utilityId, { assignmentId })));
  });
}

function makeRoute(app: FastifyInstance, context: BulkAssignmentRoutesDeps): void {
  const actingOf = createActingOf(context);
  on(app, assignmentApi.make, {
    bodyLimit,
    handler: async ({ request, reply, readBody }) => {
      const by = await actingOf(request);
      const { batchId, isNew } = answer(await context.bulkAssignments.make(by, readBody()));
      return reply.code(isNew ? 202 : 200).send(await detailOf(context, request, batchId));
    },
  });
}

function actingRoutes(app: FastifyInstance, context: BulkAssignmentRoutesDeps): void {
  const { bulkAssignments } = context;
  const actingOf = createActingOf(context);
  on(app, assignmentApi.requestApproval, async ({ request, readBody, uuid }) => {
    const batchId = uuid('id');
    const by = await actingOf(request);
    const { requestId } = readBody();
    answer(await bulkAssignments.requestApproval(by, { batchId, requestId }));
    return detailOf(context, request, batchId);
  });
  on(app, assignmentApi.withdraw, async ({ request, readBody, uuid }) => {
    const batchId = uuid('id');
    const by = await actingOf(request);
    readBody();
    answer(await bulkAssignments.withdraw(by, batchId));
    return detailOf(context, request, batchId);
  });
  on(app, assignmentApi.undo, async ({ request, reply, readBody, uuid }) => {
    const by = await actingOf(request);
    const body = readBody();
    const undone = answer(await bulkAssignments.undo(by, { ...body, batchId: uuid('id') }));
    const detail = await detailOf(context, request, undone.batchId);
    return reply.code(undone.isNew ? 202 : 200).send(detail);
  });
}
