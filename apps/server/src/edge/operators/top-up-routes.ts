// What operators see of a home's automatic top-ups, and the stop that only they lift.

import { topUpApi } from '@prewatt/api';
import { idFromUuid } from '@prewatt/quantities';
import type { FastifyInstance } from 'fastify';
import { on } from '../../base/http/on.ts';
import { HttpProblem } from '../../base/http/problem.ts';
import type { AuditLog } from '../../registry/audit-log/index.ts';
import { requireActing } from '../../registry/sign-in/index.ts';
import { allowRule, stopRule, topUpAnswer } from '../../workflows/top-ups/index.ts';
import type { OnConnection } from './scope.ts';

export type TopUpRoutesDeps = { readonly auditLog: AuditLog };

const nothingTo = (code: string, detail: string): HttpProblem =>
  new HttpProblem({ status: 409, code, title: 'Nothing to change', detail });

export function topUpRoutes(
  app: FastifyInstance,
  context: TopUpRoutesDeps,
  onConnection: OnConnection,
): void {
  on(app, topUpApi.view, ({ request }) => onConnection(request, (s) => topUpAnswer(s.tx, s)));

  on(app, topUpApi.stop, ({ request, readBody }) => {
    const { reason } = readBody();
    return onConnection(request, async (s) => {
      requireActing(s.operator);
      const { operatorId } = s.operator;
      const stopped = await stopRule(s.tx, s.connection, { operatorId, reason, nowMs: s.nowMs });
      if (!stopped) {
        throw nothingTo('nothingToStop', 'There is no automatic top-up, or it is stopped already.');
      }
      const subject = idFromUuid('connection', s.connection.connectionId);
      const details = { reason };
      await context.auditLog.record(s.tx, s.operator, { act: 'topUpStopped', subject, details });
      return topUpAnswer(s.tx, s);
    });
  });

  on(app, topUpApi.allow, ({ request, readBody }) => {
    const { reason } = readBody();
    return onConnection(request, async (s) => {
      requireActing(s.operator);
      if (!(await allowRule(s.tx, s.connection, s.nowMs))) {
        throw nothingTo('notStopped', 'Nobody has stopped it.');
      }
      const subject = idFromUuid('connection', s.connection.connectionId);
      const details = { reason };
      await context.auditLog.record(s.tx, s.operator, { act: 'topUpAllowed', subject, details });
      return topUpAnswer(s.tx, s);
    });
  });
}
