// Routes of vending keys: what is loaded, and the loading of one. A component goes in and never
// comes out. Shapes: packages/api/src/keys.ts.

import { keyApi } from '@prewatt/api';
import type { Result } from '@prewatt/quantities';
import type { FastifyInstance } from 'fastify';
import { on } from '../../base/http/on.ts';
import { forbidden } from '../../base/http/problem.ts';
import type { AuditLog } from '../../registry/audit-log/index.ts';
import type { Operator } from '../../registry/sign-in/index.ts';
import {
  createOperatorScope,
  type OperatorScopeDeps,
  refuseOtherOrigins,
} from '../../registry/sign-in/index.ts';
import { type KeyLoadRefusal, problemOfKeyLoad } from './errors.ts';
import type { KeyLoading } from './index.ts';

export type KeyRoutesDeps = OperatorScopeDeps & {
  readonly auditLog: AuditLog;
  readonly keyLoading: KeyLoading;
  readonly publicUrl: string;
};

/** Components are typed by people; a program that tries many has none. */
const rateLimit = { max: 20, timeWindow: 60_000 };

function requireAdministrator(operator: Operator): void {
  if (operator.role !== 'administrator') {
    throw forbidden(`This is for the role administrator; yours is ${operator.role}.`);
  }
}

export function keyRoutes(context: KeyRoutesDeps) {
  const { keyLoading, auditLog } = context;
  const { scoped } = createOperatorScope(context);

  return async (app: FastifyInstance): Promise<void> => {
    refuseOtherOrigins(app, context.publicUrl);
    on(app, keyApi.list, ({ request }) =>
      scoped(request, async ({ tx, utility, nowMs }) => ({
        rows: await keyLoading.listKeys(tx, { utilityId: utility.id, nowMs }),
      })),
    );
    on(app, keyApi.loads, ({ request }) =>
      scoped(request, async ({ tx }) => ({ rows: await keyLoading.listLoads(tx) })),
    );
    on(app, keyApi.openLoad, {
      config: { rateLimit },
      handler: ({ request, readBody }) => {
        const body = readBody();
        return scoped(request, async ({ tx, utility, operator }) => {
          requireAdministrator(operator);
          const asked = { utilityId: utility.id, by: operator, body };
          const { loadId } = answer(await keyLoading.openLoad(tx, asked));
          return keyLoading.loadOf(tx, loadId);
        });
      },
    });
    on(app, keyApi.enterComponent, {
      config: { rateLimit },
      handler: ({ request, readBody, uuid }) => {
        const loadId = uuid('id');
        const body = readBody();
        const component = Buffer.from(body.component, 'hex');
        return scoped(request, async ({ tx, utility, operator }) => {
          requireAdministrator(operator);
          const entered = await keyLoading.enterComponent(tx, {
            utilityId: utility.id,
            by: operator,
            loadId,
            component,
            checkValue: body.checkValue ?? null,
          });
          component.fill(0);
          answer(entered);
          return keyLoading.loadOf(tx, loadId);
        });
      },
    });
    on(app, keyApi.closeLoad, ({ request, readBody, uuid }) => {
      const loadId = uuid('id');
      readBody();
      return scoped(request, async ({ tx, utility, operator }) => {
        requireAdministrator(operator);
        answer(await keyLoading.closeLoad(tx, { utilityId: utility.id, loadId }));
        const subject = request.params.id;
        await auditLog.record(tx, operator, { act: 'keyLoadClosed', subject });
        return keyLoading.loadOf(tx, loadId);
      });
    });
  };
}

function answer<T>(result: Result<T, KeyLoadRefusal>): T {
  if (!result.ok) throw problemOfKeyLoad(result.error);
  return result.value;
}
