// Routes of proof: runs, and the act of asking for one. Shapes: packages/api/src/proof.ts.

import { randomUUID } from 'node:crypto';
import { type ProofRun, type ProofRunPage, startProofSchema } from '@prewatt/api';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { type RouteContext, uuidFromPath } from '../http/context.ts';
import { createOperatorScope, requireActing } from '../http/operator-scope.ts';
import { refuseOtherOrigins } from '../http/origin.ts';
import { parse } from '../http/parse.ts';
import { notFound } from '../http/problem.ts';

export function proofRoutes(context: RouteContext) {
  const { proof } = context.services;
  const { operatorOf, scoped } = createOperatorScope(context);

  const oneRun = (request: FastifyRequest, runId: string): Promise<ProofRun> =>
    scoped(request, async ({ tx, utility }) => {
      const [run] = await proof.runs(tx, utility.id, runId);
      if (run === undefined) throw notFound('proof');
      return run;
    });

  return async (app: FastifyInstance): Promise<void> => {
    refuseOtherOrigins(app, context.publicUrl);
    app.get('/api/operator/proof/runs', (request) =>
      scoped(
        request,
        async ({ tx, utility }): Promise<ProofRunPage> => ({
          rows: await proof.runs(tx, utility.id),
          nextCursor: null,
        }),
      ),
    );
    app.get<{ Params: { id: string } }>('/api/operator/proof/runs/:id', (request) =>
      oneRun(request, uuidFromPath('proof', request.params.id)),
    );
    app.post('/api/operator/proof/runs', async (request, reply) => {
      const operator = await operatorOf(request);
      requireActing(operator);
      const body = parse(startProofSchema, request.body ?? {});
      const { runId } = await proof.start(operator.utilityId, {
        requestId: `operator:${body.requestId ?? randomUUID()}`,
        requestedBy: operator.name,
      });
      return reply.code(202).send(await oneRun(request, runId));
    });
  };
}
