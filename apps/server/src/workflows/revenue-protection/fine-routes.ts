// Routes of rules for fines, and of the letter that says what is asked.

import { caseApi } from '@prewatt/api';
import { idFromUuid } from '@prewatt/quantities';
import type { FastifyInstance } from 'fastify';
import { on } from '../../base/http/on.ts';
import { HttpProblem, notFound } from '../../base/http/problem.ts';
import {
  createOperatorScope,
  type OperatorScopeDeps,
  requireActing,
} from '../../registry/sign-in/index.ts';
import { caseDetail } from './case-views.ts';
import { type FineRuleRefusal, fineRulesOf, setFineRule } from './fines.ts';
import { letterOf } from './letter.ts';

const words: Readonly<Record<FineRuleRefusal, readonly [409 | 422, string]>> = {
  requestIdReused: [409, 'This request id was used for something else; take a new one.'],
  unknownTariff: [422, 'There is no such tariff.'],
};

export function fineRoutes(app: FastifyInstance, context: OperatorScopeDeps): void {
  const { scoped, nowMs } = createOperatorScope(context);
  on(app, caseApi.fineRules, ({ request }) =>
    scoped(request, ({ tx, utility }) => fineRulesOf(tx, utility.id)),
  );
  on(app, caseApi.setFineRule, ({ request, readBody }) =>
    scoped(request, async ({ tx, utility, operator }) => {
      requireActing(operator);
      const { operatorId } = operator;
      const of = { utilityId: utility.id, operatorId, nowMs: nowMs() };
      const set = await setFineRule(tx, { ...of, asked: readBody() });
      if (set.ok) return {};
      const [status, detail] = words[set.error];
      throw new HttpProblem({ status, code: set.error, title: 'This rule is not taken', detail });
    }),
  );
  on(app, caseApi.letter, async ({ request, reply, uuid }) => {
    const caseId = uuid('id');
    const bytes = await scoped(request, async ({ tx, utility }) => {
      const detail = await caseDetail(tx, { utility, caseId });
      return detail === null ? null : letterOf(detail, utility, nowMs());
    });
    if (bytes === null) throw notFound('letter');
    const name = `letter-${idFromUuid('case', caseId).slice(-12)}.pdf`;
    return reply
      .type('application/pdf')
      .header('content-disposition', `attachment; filename="${name}"`)
      .header('cache-control', 'no-store')
      .send(bytes);
  });
}
