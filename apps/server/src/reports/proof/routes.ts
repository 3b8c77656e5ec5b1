// Routes of proof: runs, asking for one, and asking a second person about a wrong clock. Shapes:
// packages/api/src/proof.ts.

import { randomUUID } from 'node:crypto';
import { type ProofRun, type ProofRunPage, proofApi } from '@prewatt/api';
import { idFromUuid, isoOf } from '@prewatt/quantities';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { on } from '../../base/http/on.ts';
import { forbidden, notFound } from '../../base/http/problem.ts';
import { type Approvals, problemOfApproval } from '../../registry/approvals/index.ts';
import {
  createOperatorScope,
  type OperatorScopeDeps,
  refuseOtherOrigins,
  requireActing,
} from '../../registry/sign-in/index.ts';
import type { Proof } from './service.ts';

export type ProofRoutesDeps = OperatorScopeDeps & {
  readonly proof: Proof;
  readonly approvals: Pick<Approvals, 'request'>;
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
    on(app, proofApi.clock, async ({ request, reply, readBody }) => {
      const { from, to, ...body } = readBody();
      const asked = await scoped(request, async ({ tx, utility, operator }) => {
        if (operator.role !== 'administrator') {
          throw forbidden(`This is for the role administrator; yours is ${operator.role}.`);
        }
        const made = await context.approvals.request(tx, {
          utilityId: utility.id,
          kind: 'wrongClock',
          ...body,
          payload: { ...body, from: isoOf(Date.parse(from)), to: isoOf(Date.parse(to)) },
          requestedBy: { operatorId: operator.operatorId, name: operator.name },
        });
        if (!made.ok) throw problemOfApproval(made.error);
        return { approvalId: idFromUuid('approval', made.value.approvalId) };
      });
      return reply.code(202).send(asked);
    });
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
