// Routes of budgets: what an hour and a day bring at most, how much of it is used, and how an
// administrator asks for another one.

import { budgetApi } from '@prewatt/api';
import { idFromUuid } from '@prewatt/quantities';
import type { FastifyInstance } from 'fastify';
import { on } from '../../base/http/on.ts';
import { badRequest, forbidden, HttpProblem } from '../../base/http/problem.ts';
import { nearVendors } from '../../money/vendors/index.ts';
import { type Approvals, problemOfApproval } from '../../registry/approvals/index.ts';
import { budgetsNow, isSameBudget, nearBudgets } from '../../registry/limits/index.ts';
import { createOperatorScope, type OperatorScopeDeps } from '../../registry/sign-in/index.ts';

export type BudgetRoutesDeps = OperatorScopeDeps & {
  readonly approvals: Pick<Approvals, 'request'>;
};

export function budgetRoutes(app: FastifyInstance, context: BudgetRoutesDeps): void {
  const { scoped } = createOperatorScope(context);
  const { real } = context.clocks;

  on(app, budgetApi.budgets, ({ request }) =>
    scoped(request, async ({ tx, utility, operator }) => {
      const of = { utilityId: utility.id, realNowMs: real.nowMs() };
      const budgets = await budgetsNow(tx, { ...of, operatorId: operator.operatorId });
      const near = [...(await nearBudgets(tx, of)), ...(await nearVendors(tx, of))];
      return { budgets: [...budgets], near };
    }),
  );
  on(app, budgetApi.propose, async ({ request, reply, readBody }) => {
    const body = readBody();
    if ((body.budget === 'freeCredit') !== (body.limits.energyPerHourWh !== null)) {
      throw badRequest('Energy is limited for free credit, and for nothing else.');
    }
    if ((body.limits.energyPerHourWh === null) !== (body.limits.energyPerDayWh === null)) {
      throw badRequest('Energy is limited for an hour and for a day.');
    }
    const asked = await scoped(request, async ({ tx, utility, operator }) => {
      if (operator.role !== 'administrator') {
        throw forbidden('Only an administrator may ask for another budget.');
      }
      const { operatorId, name } = operator;
      const made = await context.approvals.request(tx, {
        ...{ utilityId: utility.id, kind: 'budget', requestId: body.requestId },
        ...{ payload: body, reason: body.reason, requestedBy: { operatorId, name } },
      });
      if (!made.ok) throw problemOfApproval(made.error);
      const of = { utilityId: utility.id, operatorId, realNowMs: real.nowMs() };
      const now = (await budgetsNow(tx, of)).find(({ budget }) => budget === body.budget);
      if (made.value.isNew && now !== undefined && isSameBudget(now.limits, body.limits)) {
        const detail = 'This budget holds already.';
        throw new HttpProblem({ status: 409, code: 'budgetUnchanged', title: 'Refused', detail });
      }
      return { approvalId: idFromUuid('approval', made.value.approvalId) };
    });
    return reply.code(202).send(asked);
  });
}
