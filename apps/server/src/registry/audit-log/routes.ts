// The route of the audit log. For administrators, and viewers who look after them.

import { auditLogApi } from '@prewatt/api';
import type { FastifyInstance } from 'fastify';
import { on } from '../../base/http/on.ts';
import { forbidden } from '../../base/http/problem.ts';
import { createOperatorScope, type OperatorScopeDeps } from '../sign-in/index.ts';
import type { AuditLog } from './service.ts';

export type AuditLogRoutesDeps = OperatorScopeDeps & {
  readonly auditLog: AuditLog;
};

export function auditLogRoutes(context: AuditLogRoutesDeps) {
  const { scoped } = createOperatorScope(context);
  return async (app: FastifyInstance): Promise<void> => {
    on(app, auditLogApi.list, ({ request, readQuery }) => {
      const query = readQuery();
      return scoped(request, async ({ tx, operator }) => {
        if (operator.role === 'operator') {
          throw forbidden('This is for the role administrator or viewer; yours is operator.');
        }
        return context.auditLog.list(tx, operator.utilityId, query);
      });
    });
  };
}
