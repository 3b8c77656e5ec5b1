// Routes of what one person may do alone: the limits, their change, and the cuts for safety that
// are made within them or beyond.

import { type ControlLimitsAnswer, limitApi, type SafetyCut } from '@prewatt/api';
import { idFromUuid } from '@prewatt/quantities';
import type { FastifyInstance } from 'fastify';
import { on } from '../../base/http/on.ts';
import { forbidden, HttpProblem } from '../../base/http/problem.ts';
import { safetyCutsAlone, safetyCutsOf } from '../../metering/headend/index.ts';
import { type Approvals, problemOfApproval } from '../../registry/approvals/index.ts';
import { isSame, limitsNow, limitsOnly, spentAlone } from '../../registry/limits/index.ts';
import {
  createOperatorScope,
  type OperatorScope,
  type OperatorScopeDeps,
} from '../../registry/sign-in/index.ts';

export type LimitRoutesDeps = OperatorScopeDeps & {
  readonly approvals: Pick<Approvals, 'request'>;
};

export function limitRoutes(app: FastifyInstance, context: LimitRoutesDeps): void {
  const { scoped } = createOperatorScope(context);
  const { real } = context.clocks;

  on(app, limitApi.limits, ({ request }) => scoped(request, (s) => limitsAnswer(s, real.nowMs())));
  on(app, limitApi.propose, async ({ request, reply, readBody }) => {
    const body = readBody();
    const asked = await scoped(request, async (s) => {
      if (s.operator.role !== 'administrator') {
        throw forbidden('Only an administrator may ask for other limits.');
      }
      const made = await context.approvals.request(s.tx, {
        utilityId: s.utility.id,
        kind: 'controlLimits',
        requestId: body.requestId,
        payload: body,
        reason: body.reason,
        requestedBy: { operatorId: s.operator.operatorId, name: s.operator.name },
      });
      if (!made.ok) throw problemOfApproval(made.error);
      if (made.value.isNew && isSame(await limitsNow(s.tx, s.utility), body.limits)) {
        const detail = 'These limits hold already.';
        throw new HttpProblem({ status: 409, code: 'limitsUnchanged', title: 'Refused', detail });
      }
      return { approvalId: idFromUuid('approval', made.value.approvalId) };
    });
    return reply.code(202).send(asked);
  });
  on(app, limitApi.safetyCuts, ({ request }) =>
    scoped(
      request,
      async (s): Promise<{ rows: SafetyCut[]; nextCursor: null }> => ({
        rows: await safetyCutsOf(s.tx, { utilityId: s.utility.id, nowMs: s.nowMs }),
        nextCursor: null,
      }),
    ),
  );
}

async function limitsAnswer(s: OperatorScope, realNowMs: number): Promise<ControlLimitsAnswer> {
  const now = await limitsNow(s.tx, s.utility);
  const own = { utility: s.utility, operatorId: s.operator.operatorId, realNowMs };
  return {
    limits: limitsOnly(now),
    version: now.version,
    requestedBy: now.requestedBy,
    approvedBy: now.approvedBy,
    since: now.sinceMs === null ? null : new Date(now.sinceMs).toISOString(),
    own: {
      safetyCuts: await safetyCutsAlone(s.tx, own),
      valueMinor: (await spentAlone(s.tx, own)).toString(),
    },
  };
}
