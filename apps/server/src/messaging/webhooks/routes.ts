// Routes of administrators about webhooks. Each change stands in the audit log, without secrets.

import { type AuditAction, webhookApi } from '@prewatt/api';
import { ok, type Result } from '@prewatt/quantities';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { Tx } from '../../base/database.ts';
import { on } from '../../base/http/on.ts';
import { forbidden } from '../../base/http/problem.ts';
import type { AuditLog } from '../../registry/audit-log/index.ts';
import {
  createOperatorScope,
  type Operator,
  type OperatorScopeDeps,
  refuseOtherOrigins,
} from '../../registry/sign-in/index.ts';
import { problemOfRefusal, type WebhookRefusal } from './errors.ts';
import type { WebhookManaging } from './manage.ts';

export type WebhookRoutesDeps = OperatorScopeDeps & {
  readonly auditLog: AuditLog;
  readonly publicUrl: string;
  readonly webhooks: {
    readonly managing: WebhookManaging;
    readonly changed: (utilityId: string) => void;
  };
};

export function webhookRoutes(context: WebhookRoutesDeps) {
  return async (app: FastifyInstance): Promise<void> => {
    refuseOtherOrigins(app, context.publicUrl);
    readRoutes(app, context);
    secretRoutes(app, context);
    actRoutes(app, context);
  };
}

type Noted = { readonly act: AuditAction; readonly details?: Readonly<Record<string, string>> };

/** Answers to an administrator; with `noted` a change, which stands in the audit log. */
const createAsAdministrator = (context: WebhookRoutesDeps) => {
  const { scoped } = createOperatorScope(context);
  return async <T>(
    request: FastifyRequest,
    noted: Noted | null,
    work: (tx: Tx, by: Operator) => Promise<Result<T, WebhookRefusal>>,
  ): Promise<T> => {
    const done = await scoped(request, async ({ tx, operator }) => {
      if (operator.role !== 'administrator') {
        throw forbidden(`This is for the role administrator; yours is ${operator.role}.`);
      }
      const value = await work(tx, operator);
      if (!value.ok) throw problemOfRefusal(value.error);
      if (noted !== null) {
        const { id: subject = '' } = request.params as { readonly id?: string };
        await context.auditLog.record(tx, operator, { ...noted, subject });
      }
      return { value: value.value, utilityId: operator.utilityId };
    });
    if (noted !== null) context.webhooks.changed(done.utilityId);
    return done.value;
  };
};

function readRoutes(app: FastifyInstance, context: WebhookRoutesDeps): void {
  const { managing } = context.webhooks;
  const asAdministrator = createAsAdministrator(context);
  on(app, webhookApi.list, ({ request, uuid }) => {
    const id = uuid('id');
    return asAdministrator(request, null, async (tx, { utilityId }) => {
      const rows = await managing.list(tx, utilityId, id);
      return rows.ok ? ok({ rows: rows.value, nextCursor: null }) : rows;
    });
  });
  on(app, webhookApi.deliveries, ({ request, uuid, readQuery }) => {
    const endpointId = uuid('id');
    const { state = null, cursor = null } = readQuery();
    return asAdministrator(request, null, (tx, { utilityId }) =>
      managing.deliveries(tx, { utilityId, endpointId, state, cursor }),
    );
  });
}

function secretRoutes(app: FastifyInstance, context: WebhookRoutesDeps): void {
  const { managing } = context.webhooks;
  const asAdministrator = createAsAdministrator(context);
  on(app, webhookApi.create, ({ request, uuid, readBody }) => {
    const integrationId = uuid('id');
    const wish = readBody();
    const details = { url: wish.url, events: wish.events.join(' ') };
    return asAdministrator(request, { act: 'webhookMade', details }, (tx, { utilityId }) =>
      managing.make(tx, { ...wish, utilityId, integrationId }),
    );
  });
  on(app, webhookApi.rotate, ({ request, uuid, readBody }) => {
    const endpointId = uuid('id');
    const wish = readBody();
    return asAdministrator(request, { act: 'webhookSecretMade' }, (tx, { utilityId }) =>
      managing.rotate(tx, { ...wish, utilityId, endpointId }),
    );
  });
}

function actRoutes(app: FastifyInstance, context: WebhookRoutesDeps): void {
  const { managing } = context.webhooks;
  const asAdministrator = createAsAdministrator(context);
  on(app, webhookApi.setState, ({ request, uuid, readBody }) => {
    const endpointId = uuid('id');
    const { state } = readBody();
    const act = state === 'on' ? 'webhookTurnedOn' : 'webhookTurnedOff';
    return asAdministrator(request, { act }, (tx, { utilityId }) =>
      managing.setState(tx, { utilityId, endpointId, state }),
    );
  });
  on(app, webhookApi.test, ({ request, uuid, readBody }) => {
    const endpointId = uuid('id');
    readBody();
    return asAdministrator(request, { act: 'webhookTested' }, (tx, { utilityId }) =>
      managing.test(tx, { utilityId, endpointId }),
    );
  });
  on(app, webhookApi.replay, ({ request, uuid, readBody }) => {
    const endpointId = uuid('id');
    const wish = readBody();
    const noted = { act: 'webhookReplayed', details: { ...wish } } as const;
    return asAdministrator(request, noted, (tx, { utilityId }) => {
      const of = { utilityId, endpointId };
      if ('deliveryId' in wish) return managing.replayOne(tx, { ...of, ...wish });
      const span = { fromMs: Date.parse(wish.from), toMs: Date.parse(wish.to) };
      return managing.replaySpan(tx, { ...of, ...span });
    });
  });
}
