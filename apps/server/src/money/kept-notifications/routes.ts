// Routes of operators about what providers have sent: the list, one with its bytes, and judging it
// again. Who read the bytes, which have names and phone numbers of payers, stands in the audit log.

import {
  type NotificationMade,
  type NotificationRow,
  notificationApi,
  notificationMades,
  notificationsRefused,
} from '@prewatt/api';
import { idFromUuid, isoOf, parseId, uuidOf } from '@prewatt/quantities';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { on } from '../../base/http/on.ts';
import { HttpProblem, notFound } from '../../base/http/problem.ts';
import type { AuditLog } from '../../registry/audit-log/index.ts';
import {
  createOperatorScope,
  type OperatorScopeDeps,
  refuseOtherOrigins,
  requireActing,
} from '../../registry/sign-in/index.ts';
import type { KeptNotifications } from './keep.ts';
import { type Password, shown } from './masks.ts';
import { listNotifications, notificationOf } from './store.ts';

/** What the adapter of a provider is given. */
type Raw = {
  readonly rawBody: Buffer;
  readonly header: (name: string) => string | undefined;
  readonly path: readonly string[];
  readonly address: string;
  readonly heardAtMs: number;
};

export type NotificationRoutesDeps = OperatorScopeDeps & {
  readonly publicUrl: string;
  readonly auditLog: AuditLog;
  readonly keptNotifications: Pick<KeptNotifications, 'rawOf' | 'noteFailed'>;
  readonly payments: {
    readonly notificationAgain: (
      providerName: string,
      rawOf: (passwords: readonly Password[]) => Raw,
    ) => Promise<NotificationMade | null>;
  };
};

export function notificationRoutes(context: NotificationRoutesDeps) {
  return async (app: FastifyInstance): Promise<void> => {
    refuseOtherOrigins(app, context.publicUrl);
    listRoute(app, context);
    oneRoutes(app, context);
  };
}

function listRoute(app: FastifyInstance, context: NotificationRoutesDeps): void {
  const { scoped } = createOperatorScope(context);
  on(app, notificationApi.list, ({ request, readQuery }) => {
    const { show = null, provider = null, payment = null, cursor = null } = readQuery();
    const named = payment === null ? null : parseId('payment', payment);
    if (named !== null && !named.ok) return { rows: [], nextCursor: null };
    return scoped(request, async ({ tx, utility }) => {
      const { page, nextCursor } = await listNotifications(tx, {
        ...{ utilityId: utility.id, provider, cursor, made: madesOf(show) },
        paymentId: named === null ? null : uuidOf(named.value),
        onlyFailed: show === 'failed',
      });
      return { rows: page.map(rowOf), nextCursor };
    });
  });
}

function madesOf(show: 'taken' | 'refused' | 'failed' | null): readonly NotificationMade[] | null {
  if (show === 'refused') return notificationsRefused;
  if (show !== 'taken') return null;
  return notificationMades.filter((made) => !notificationsRefused.includes(made));
}

function oneRoutes(app: FastifyInstance, context: NotificationRoutesDeps): void {
  const { scoped } = createOperatorScope(context);
  /** The row, and that somebody has read it or had it judged again. */
  const take = (
    request: FastifyRequest,
    o: { readonly id: string; readonly act: 'notificationRead' | 'notificationReplayed' },
  ) =>
    scoped(request, async ({ tx, utility, operator }) => {
      if (o.act === 'notificationReplayed') requireActing(operator);
      const row = await notificationOf(tx, utility.id, o.id);
      if (row === undefined) throw notFound('notification');
      const subject = idFromUuid('notification', row.id);
      const details = { provider: row.provider };
      await context.auditLog.record(tx, operator, { act: o.act, subject, details });
      return row;
    });

  on(app, notificationApi.detail, async ({ request, uuid }) => {
    const row = await take(request, { id: uuid('id'), act: 'notificationRead' });
    const bytes = row.body.length;
    return {
      ...rowOf({ ...row, bytes }),
      path: row.path.split('/').map(shown).join('/'),
      headers: Object.fromEntries(
        Object.entries(JSON.parse(row.headers) as Record<string, string>).map(([name, value]) => [
          name,
          shown(value),
        ]),
      ),
      bodyBase64: row.body.toString('base64'),
      bodyText: textOf(row.body),
    };
  });

  on(app, notificationApi.replay, async ({ request, uuid, readBody }) => {
    readBody();
    const row = await take(request, { id: uuid('id'), act: 'notificationReplayed' });
    const made = await context.payments.notificationAgain(row.provider, (passwords) => {
      const { body: rawBody, headers, ...rest } = context.keptNotifications.rawOf(row, passwords);
      return { ...rest, rawBody, header: (name) => headers[name] };
    });
    if (made === null) throw providerGone(row.provider);
    // One that is not believed any more, as under another secret, was not acted on now either.
    if (row.failed_at !== null && !notificationsRefused.includes(made)) {
      await context.keptNotifications.noteFailed({ utilityId: row.utility_id, id: row.id }, false);
    }
    return { made };
  });
}

const providerGone = (provider: string): HttpProblem =>
  new HttpProblem({
    status: 409,
    code: 'unknownProvider',
    title: 'Not judged again',
    detail: `The provider ${provider} is no longer set up, and nobody else can judge it.`,
  });

function textOf(body: Buffer): string | null {
  try {
    const text = new TextDecoder('utf-8', { fatal: true }).decode(body);
    return text.includes('\0') ? null : text;
  } catch {
    return null;
  }
}

type Row = Awaited<ReturnType<typeof listNotifications>>['page'][number];

const rowOf = (row: Row): NotificationRow => ({
  notificationId: idFromUuid('notification', row.id),
  provider: row.provider,
  heardAt: isoOf(row.heard_at),
  times: row.times,
  lastHeardAt: isoOf(row.last_heard_at),
  made: row.made,
  failedAt: row.failed_at === null ? null : isoOf(row.failed_at),
  address: row.address,
  paymentId: row.payment_id === null ? null : idFromUuid('payment', row.payment_id),
  saleId: row.sale_id === null ? null : idFromUuid('sale', row.sale_id),
  bytes: row.bytes,
});
