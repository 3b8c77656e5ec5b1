// Routes of approvals. What is asked for comes in through the feature that it concerns; here it is
// read and decided. Shapes: packages/api/src/approvals.ts.

import { approvalRefuseBodySchema, approvalStates } from '@prewatt/api';
import type { Result } from '@prewatt/quantities';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { parse } from '../../base/http/parse.ts';
import { uuidFromPath } from '../../base/http/paths.ts';
import { notFound } from '../../base/http/problem.ts';
import {
  createOperatorScope,
  type OperatorScopeDeps,
  refuseOtherOrigins,
  requireActing,
} from '../sign-in/index.ts';
import { type ApprovalRefusal, problemOfApproval } from './errors.ts';
import type { Approvals } from './service.ts';

export type ApprovalRoutesDeps = OperatorScopeDeps & {
  readonly approvals: Approvals;
  readonly publicUrl: string;
};

type ById = { Params: { id: string } };

const listQuery = z.object({
  state: z.enum([...approvalStates, 'all']).default('awaiting'),
  cursor: z.uuid().optional(),
});

export function approvalRoutes(context: ApprovalRoutesDeps) {
  const { approvals } = context;
  const { operatorOf, scoped } = createOperatorScope(context);

  const decisionOf = async (request: FastifyRequest<ById>) => {
    const approvalId = uuidFromPath('approval', request.params.id);
    const by = await operatorOf(request);
    requireActing(by);
    return { utilityId: by.utilityId, approvalId, by };
  };

  return async (app: FastifyInstance): Promise<void> => {
    refuseOtherOrigins(app, context.publicUrl);
    app.get('/api/operator/approvals', (request) => {
      const query = parse(listQuery, request.query);
      return scoped(request, ({ tx, utility }) =>
        approvals.list(tx, {
          utilityId: utility.id,
          state: query.state,
          cursor: query.cursor ?? null,
        }),
      );
    });
    app.get('/api/operator/approvals/counts', (request) =>
      scoped(request, ({ tx, operator }) => approvals.counts(tx, operator)),
    );
    app.get<ById>('/api/operator/approvals/:id', (request) => {
      const approvalId = uuidFromPath('approval', request.params.id);
      return scoped(request, async ({ tx, utility, operator }) => {
        const detail = await approvals.detail(tx, {
          utilityId: utility.id,
          approvalId,
          by: operator,
        });
        if (detail === null) throw notFound('approval');
        return detail;
      });
    });
    app.post<ById>('/api/operator/approvals/:id/approve', async (request) => {
      parse(z.strictObject({}), request.body ?? {});
      return answer(await approvals.approve(await decisionOf(request)));
    });
    app.post<ById>('/api/operator/approvals/:id/decline', async (request) => {
      const { reason } = parse(approvalRefuseBodySchema, request.body);
      return answer(await approvals.decline({ ...(await decisionOf(request)), reason }));
    });
    app.post<ById>('/api/operator/approvals/:id/withdraw', async (request) => {
      const { reason } = parse(approvalRefuseBodySchema, request.body);
      return answer(await approvals.withdraw({ ...(await decisionOf(request)), reason }));
    });
  };
}

function answer<T>(result: Result<T, ApprovalRefusal>): T {
  if (!result.ok) throw problemOfApproval(result.error);
  return result.value;
}
