// Routes of assignments to many connections. Shapes: packages/api/src/assignments.ts. A viewer
// reads; an operator makes a list, tries it and asks for approval.

import { Readable } from 'node:stream';
import {
  type AssignmentJson,
  newAssignmentSchema,
  requestAssignmentSchema,
  undoAssignmentSchema,
} from '@prewatt/api';
import { civilDateOf } from '@prewatt/quantities';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { parse } from '../../base/http/parse.ts';
import { uuidFromPath } from '../../base/http/paths.ts';
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

type ById = { Params: { id: string } };

const root = '/api/operator/tariffs/assignments';
/** 20,000 lines with facts. */
const bodyLimit = 4_194_304;
const rowsQuery = z.object({ order: z.enum(['payMore', 'payLess']).default('payMore') });
const empty = z.strictObject({});

export function bulkAssignmentRoutes(context: BulkAssignmentRoutesDeps) {
  const { bulkAssignments, backTests } = context;
  const { operatorOf, scoped } = createOperatorScope(context);

  const actingOf = async (request: FastifyRequest): Promise<Operator> => {
    const operator = await operatorOf(request);
    requireActing(operator);
    return operator;
  };
  const idOf = (request: FastifyRequest<ById>): string =>
    uuidFromPath('assignment', request.params.id);

  const detail = (request: FastifyRequest, batchId: string): Promise<AssignmentJson> =>
    scoped(request, async ({ tx, utility, nowMs }) => {
      const today = civilDateOf(nowMs, utility.zone);
      const found = await assignmentOf(tx, { utility, today }, batchId);
      if (found === null) throw notFound('assignment to many connections');
      return found;
    });

  const readRoutes = (app: FastifyInstance): void => {
    app.get(root, (request) =>
      scoped(request, ({ tx, utility, nowMs }) =>
        newestAssignments(tx, { utility, today: civilDateOf(nowMs, utility.zone) }),
      ),
    );
    app.get<ById>(`${root}/:id`, (request) => detail(request, idOf(request)));
    app.get<ById>(`${root}/:id/rows`, (request) => {
      const assignmentId = idOf(request);
      const { order } = parse(rowsQuery, request.query);
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
    app.get<ById>(`${root}/:id/rows.csv`, async (request, reply) => {
      const assignmentId = idOf(request);
      const operator = await operatorOf(request);
      if (operator.role === 'viewer') throw forbidden('Your sign-in may not export.');
      await detail(request, assignmentId);
      return reply
        .type('text/csv; charset=utf-8; header=present')
        .header('content-disposition', 'attachment; filename="assignment.csv"')
        .header('cache-control', 'no-store')
        .send(Readable.from(backTests.csv(operator.utilityId, { assignmentId })));
    });
  };

  const actingRoutes = (app: FastifyInstance): void => {
    // The body is read after the sign-in is known, so that a stranger sends no megabytes.
    const onRequest = async (request: FastifyRequest): Promise<void> => {
      await actingOf(request);
    };
    app.post(root, { bodyLimit, onRequest }, async (request, reply) => {
      const by = await actingOf(request);
      const body = parse(newAssignmentSchema, request.body);
      const { batchId, isNew } = answer(await bulkAssignments.make(by, body));
      return reply.code(isNew ? 202 : 200).send(await detail(request, batchId));
    });
    app.post<ById>(`${root}/:id/request-approval`, async (request) => {
      const batchId = idOf(request);
      const by = await actingOf(request);
      const { requestId } = parse(requestAssignmentSchema, request.body);
      answer(await bulkAssignments.requestApproval(by, { batchId, requestId }));
      return detail(request, batchId);
    });
    app.post<ById>(`${root}/:id/withdraw`, async (request) => {
      const batchId = idOf(request);
      const by = await actingOf(request);
      parse(empty, request.body ?? {});
      answer(await bulkAssignments.withdraw(by, batchId));
      return detail(request, batchId);
    });
    app.post<ById>(`${root}/:id/undo`, async (request, reply) => {
      const by = await actingOf(request);
      const body = parse(undoAssignmentSchema, request.body);
      const undone = answer(await bulkAssignments.undo(by, { ...body, batchId: idOf(request) }));
      return reply.code(undone.isNew ? 202 : 200).send(await detail(request, undone.batchId));
    });
  };

  return (app: FastifyInstance): void => {
    readRoutes(app);
    actingRoutes(app);
  };
}
