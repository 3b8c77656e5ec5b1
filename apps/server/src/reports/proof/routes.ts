// Routes of proof: runs, and the act of asking for one. Shapes: packages/api/src/proof.ts.

import { randomUUID } from 'node:crypto';
import { type ProofRun, type ProofRunPage, proofApi } from '@prewatt/api';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { on } from '../../base/http/on.ts';
import { forbidden, notFound } from '../../base/http/problem.ts';
import type { AuditLog } from '../../registry/audit-log/index.ts';
import {
  createOperatorScope,
  type OperatorScopeDeps,
  refuseOtherOrigins,
  requireActing,
} from '../../registry/sign-in/index.ts';
import type { Proof } from './service.ts';
import { acknowledgeClock } from './wrong-clocks.ts';

export type ProofRoutesDeps = OperatorScopeDeps & {
  readonly proof: Proof;
  readonly auditLog: AuditLog;
  readonly publicUrl: string;
};

export function proofRoutes(context: ProofRoutesDeps) {
  const { proof } = context;
  const { operatorOf, scoped } = createOperatorScope(context);

  const oneRun = (request: FastifyRequest, runId: string): Promise<ProofRun> =>
    scoped(request, async ({ tx, utility }) => {
      const [run] = await proof.runs(tx, utility.id, runId);
      if (run === undefined) throw notFound('proof');
      return run;
    });

  return async (app: FastifyInstance): Promise<void> => {
    refuseOtherOrigins(app, context.publicUrl);
    on(app, proofApi.list, ({ request }) =>
      scoped(
        request,
        async ({ tx, utility }): Promise<ProofRunPage> => ({
          rows: await proof.runs(tx, utility.id),
          nextCursor: null,
        }),
      ),
    );
    on(app, proofApi.detail, ({ request, uuid }) => oneRun(request, uuid('id')));
    on(app, proofApi.clock, ({ request, readBody }) =>
      scoped(request, async ({ tx, operator }) => {
        if (operator.role !== 'administrator') {
          throw forbidden(`This is for the role administrator; yours is ${operator.role}.`);
        }
        await acknowledgeClock(tx, context.auditLog, { by: operator, said: readBody() });
        return { acknowledged: true as const };
      }),
    );
    on(app, proofApi.start, async ({ request, reply, readBody }) => {
      const operator = await operatorOf(request);
      requireActing(operator);
      const body = readBody();
      const { runId } = await proof.start(operator.utilityId, {
        requestId: `operator:${body.requestId ?? randomUUID()}`,
        requestedBy: operator.name,
      });
      return reply.code(202).send(await oneRun(request, runId));
    });
  };
}
