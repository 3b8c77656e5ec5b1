// Routes of approvals. What is asked for comes in through the feature that it concerns; here it is
// read and decided. Shapes: packages/api/src/approvals.ts.

import { approvalApi } from '@prewatt/api';
import type { Result } from '@prewatt/quantities';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { on } from '../../base/http/on.ts';
import { notFound } from '../../base/http/problem.ts';
import { createOperatorScope, refuseOtherOrigins, requireActing } from '../sign-in/index.ts';
import { type EmergencyRoutesDeps, emergencyRoutes } from './emergency-routes.ts';
import { type ApprovalRefusal, problemOfApproval } from './errors.ts';

export type ApprovalRoutesDeps = EmergencyRoutesDeps & { readonly publicUrl: string };

export function approvalRoutes(context: ApprovalRoutesDeps) {
  const { approvals } = context;
  const { operatorOf, scoped } = createOperatorScope(context);

  const decisionOf = async (request: FastifyRequest, approvalId: string) => {
    const by = await operatorOf(request);
    requireActing(by);
    return { utilityId: by.utilityId, approvalId, by };
  };

  return async (app: FastifyInstance): Promise<void> => {
    refuseOtherOrigins(app, context.publicUrl);
    emergencyRoutes(app, context);
    on(app, approvalApi.list, ({ request, readQuery }) => {
      const { state, cursor = null } = readQuery();
      return scoped(request, ({ tx, utility }) =>
        approvals.list(tx, { utilityId: utility.id, state, cursor }),
      );
    });
    on(app, approvalApi.counts, ({ request }) =>
      scoped(request, ({ tx, operator }) => approvals.counts(tx, operator)),
    );
    on(app, approvalApi.detail, ({ request, uuid }) => {
      const approvalId = uuid('id');
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
    on(app, approvalApi.approve, async ({ request, readBody, uuid }) => {
      readBody();
      return answer(await approvals.approve(await decisionOf(request, uuid('id'))));
    });
    on(app, approvalApi.decline, async ({ request, readBody, uuid }) => {
      const { reason } = readBody();
      const decision = await decisionOf(request, uuid('id'));
      return answer(await approvals.decline({ ...decision, reason }));
    });
    on(app, approvalApi.withdraw, async ({ request, readBody, uuid }) => {
      const { reason } = readBody();
      const decision = await decisionOf(request, uuid('id'));
      return answer(await approvals.withdraw({ ...decision, reason }));
    });
  };
}

function answer<T>(result: Result<T, ApprovalRefusal>): T {
  if (!result.ok) throw problemOfApproval(result.error);
  return result.value;
}
