// Routes of administrators about integrations. Each change stands in the audit log, without keys.

import { integrationApi } from '@prewatt/api';
import { err, idFromUuid, ok, type Result } from '@prewatt/quantities';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { Tx } from '../../base/database.ts';
import { on } from '../../base/http/on.ts';
import { forbidden } from '../../base/http/problem.ts';
import type { AuditLog } from '../audit-log/index.ts';
import {
  createOperatorScope,
  type Operator,
  type OperatorScopeDeps,
  refuseOtherOrigins,
} from '../sign-in/index.ts';
import { type IntegrationRefusal, problemOfRefusal } from './errors.ts';
import type { IntegrationManaging } from './manage.ts';

export type IntegrationRoutesDeps = OperatorScopeDeps & {
  readonly auditLog: AuditLog;
  readonly publicUrl: string;
  readonly integrations: IntegrationManaging;
};

export function integrationRoutes(context: IntegrationRoutesDeps) {
  return async (app: FastifyInstance): Promise<void> => {
    refuseOtherOrigins(app, context.publicUrl);
    readRoutes(app, context);
    makeRoutes(app, context);
    revokeRoute(app, context);
  };
}

const createAsAdministrator = (context: IntegrationRoutesDeps) => {
  const { scoped } = createOperatorScope(context);
  return <T>(
    request: FastifyRequest,
    work: (tx: Tx, by: Operator) => Promise<Result<T, IntegrationRefusal>>,
  ): Promise<T> =>
    scoped(request, async ({ tx, operator }) => {
      if (operator.role !== 'administrator') {
        throw forbidden(`This is for the role administrator; yours is ${operator.role}.`);
      }
      const done = await work(tx, operator);
      if (!done.ok) throw problemOfRefusal(done.error);
      return done.value;
    });
};

function readRoutes(app: FastifyInstance, context: IntegrationRoutesDeps): void {
  const { integrations } = context;
  const asAdministrator = createAsAdministrator(context);
  on(app, integrationApi.list, ({ request }) =>
    asAdministrator(request, async (tx, { utilityId }) =>
      ok({ rows: await integrations.list(tx, utilityId), nextCursor: null }),
    ),
  );
  on(app, integrationApi.detail, ({ request, uuid }) => {
    const id = uuid('id');
    return asAdministrator(request, async (tx, { utilityId }) => {
      const one = await integrations.detail(tx, utilityId, id);
      return one === null ? err('unknownIntegration') : ok(one);
    });
  });
}

function makeRoutes(app: FastifyInstance, context: IntegrationRoutesDeps): void {
  const { integrations, auditLog } = context;
  const asAdministrator = createAsAdministrator(context);
  on(app, integrationApi.create, ({ request, readBody }) => {
    const wish = readBody();
    return asAdministrator(request, async (tx, by) => {
      const made = await integrations.make(tx, by, wish);
      if (!made.ok) return made;
      const { integrationId: subject } = made.value.integration;
      const details = { name: wish.name, scopes: wish.scopes.join(' ') };
      await auditLog.record(tx, by, { act: 'integrationMade', subject, details });
      return made;
    });
  });
  on(app, integrationApi.rotate, ({ request, uuid, readBody }) => {
    const integrationId = uuid('id');
    const wish = readBody();
    return asAdministrator(request, async (tx, by) => {
      const made = await integrations.rotate(tx, by, { ...wish, integrationId });
      if (!made.ok) return made;
      const { name } = made.value.integration;
      const details = { name, overlapHours: String(wish.overlapHours) };
      const subject = idFromUuid('integration', integrationId);
      await auditLog.record(tx, by, { act: 'integrationKeyMade', subject, details });
      return made;
    });
  });
}

function revokeRoute(app: FastifyInstance, context: IntegrationRoutesDeps): void {
  const { integrations, auditLog } = context;
  const asAdministrator = createAsAdministrator(context);
  on(app, integrationApi.revoke, ({ request, uuid, readBody }) => {
    const integrationId = uuid('id');
    const { reason } = readBody();
    return asAdministrator(request, async (tx, by) => {
      const done = await integrations.revoke(tx, by, { integrationId, reason });
      if (!done.ok) return done;
      const { integration, isNew } = done.value;
      if (isNew) {
        const { name, integrationId: subject } = integration;
        const details = { name, reason };
        await auditLog.record(tx, by, { act: 'integrationRevoked', subject, details });
      }
      return ok(integration);
    });
  });
}
