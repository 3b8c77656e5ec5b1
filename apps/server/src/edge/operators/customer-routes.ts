// Who the customer of a home is, changed by an operator.

import { connectionApi } from '@prewatt/api';
import type { FastifyInstance } from 'fastify';
import { on } from '../../base/http/on.ts';
import { HttpProblem } from '../../base/http/problem.ts';
import type { Clocks } from '../../base/time.ts';
import type { Messages } from '../../messaging/messages/index.ts';
import type { AuditLog } from '../../registry/audit-log/index.ts';
import { requireActing } from '../../registry/sign-in/index.ts';
import { type CustomerRefusal, changeCustomer } from '../../workflows/onboarding/index.ts';
import type { OnConnection } from './scope.ts';

export type CustomerRoutesDeps = {
  readonly messages: Messages;
  readonly auditLog: AuditLog;
  readonly clocks: Clocks;
};

const refusals: Record<CustomerRefusal, { readonly title: string; readonly detail: string }> = {
  phoneFormat: {
    title: 'No phone number',
    detail: 'Write it as it is dialled at home, or with + and the country’s code.',
  },
  connectionClosed: {
    title: 'The connection is closed',
    detail: 'It has no customer any more. Open the connection that is in use.',
  },
};

export function customerRoutes(
  app: FastifyInstance,
  context: CustomerRoutesDeps,
  onConnection: OnConnection,
): void {
  on(app, connectionApi.customer, async ({ request, readBody }) => {
    const { name, phone, reason } = readBody();
    const changed = await onConnection(request, (s) => {
      requireActing(s.operator);
      return changeCustomer(context, s.tx, {
        ...{ utility: s.utility, connection: s.connection, by: s.operator, reason },
        customer: { name, phone },
        nowMs: context.clocks.business.nowMs(),
      });
    });
    if (changed.ok) return changed.value;
    const code = changed.error;
    throw new HttpProblem({ status: 422, code, ...refusals[code] });
  });
}
