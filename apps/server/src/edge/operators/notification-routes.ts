// Routes of operators about what providers have sent: the list, one with its bytes, and judging it
// again. Who read the bytes, which have names and phone numbers of payers, stands in the audit log.

import { type NotificationRow, notificationApi, notificationsRefused } from '@prewatt/api';
import {
  type Currency,
  formatMoney,
  idFromUuid,
  isoOf,
  parseId,
  uuidOf,
} from '@prewatt/quantities';
import { exponentOf } from '@prewatt/rails';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { on } from '../../base/http/on.ts';
import { HttpProblem, notFound } from '../../base/http/problem.ts';
import {
  type Judged,
  type KeptNotifications,
  type Password,
  shown,
} from '../../money/kept-notifications/index.ts';
import type { AuditLog } from '../../registry/audit-log/index.ts';
import {
  createOperatorScope,
  type OperatorScopeDeps,
  refuseOtherOrigins,
  requireActing,
} from '../../registry/sign-in/index.ts';
import type { Utility } from '../../registry/utilities/index.ts';
import { type ListedNotification, listNotifications, notificationOf } from './notifications.ts';

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
  readonly keptNotifications: Pick<KeptNotifications, 'rawOf' | 'noteFailed' | 'noteJudged'>;
  readonly payments: {
    readonly notificationAgain: (
      providerName: string,
      rawOf: (passwords: readonly Password[]) => Raw,
    ) => Promise<Judged | null>;
    readonly providerNames: readonly string[];
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
    const { show = null, provider = null, payment = null, ...query } = readQuery();
    const { search = '', cursor = null } = query;
    const named = payment === null ? null : parseId('payment', payment);
    const providers = [...context.payments.providerNames];
    if (named !== null && !named.ok) return { rows: [], nextCursor: null, providers };
    return scoped(request, async ({ tx, utility }) => {
      const { page, nextCursor } = await listNotifications(tx, {
        ...{ utilityId: utility.id, currency: utility.currency, provider, cursor, show, search },
        ...daysOf(query, utility),
        paymentId: named === null ? null : uuidOf(named.value),
      });
      return { rows: page.map((row) => rowOf(row, utility)), nextCursor, providers };
    });
  });
}

/** Both days are in it. */
function daysOf(
  { from, to }: { readonly from?: string | undefined; readonly to?: string | undefined },
  { zone }: Utility,
): { readonly fromMs: number | null; readonly untilMs: number | null } {
  const startOf = (day: string, daysOn: number): number =>
    Temporal.PlainDate.from(day).add({ days: daysOn }).toZonedDateTime(zone).epochMilliseconds;
  return {
    fromMs: from === undefined ? null : startOf(from, 0),
    untilMs: to === undefined ? null : startOf(to, 1),
  };
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
      return { row, utility, operator };
    });

  on(app, notificationApi.detail, async ({ request, uuid }) => {
    const { row, utility } = await take(request, { id: uuid('id'), act: 'notificationRead' });
    return {
      ...rowOf(row, utility),
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
    const { row, operator } = await take(request, {
      ...{ id: uuid('id'), act: 'notificationReplayed' },
    });
    const judged = await context.payments.notificationAgain(row.provider, (passwords) => {
      const { body: rawBody, headers, ...rest } = context.keptNotifications.rawOf(row, passwords);
      return { ...rest, rawBody, header: (name) => headers[name] };
    });
    if (judged === null) throw providerGone(row.provider);
    const { made } = judged;
    const place = { utilityId: row.utility_id, id: row.id };
    await context.keptNotifications.noteJudged(place, { ...judged, by: operator.operatorId });
    // One that is not believed any more, as under another secret, was not acted on now either.
    if (row.failed_at !== null && !notificationsRefused.includes(made)) {
      await context.keptNotifications.noteFailed(place, false);
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

const rowOf = (row: ListedNotification, { currency }: Utility): NotificationRow => ({
  notificationId: idFromUuid('notification', row.id),
  provider: row.provider,
  heardAt: isoOf(row.heard_at),
  times: row.times,
  lastHeardAt: isoOf(row.last_heard_at),
  made: row.made,
  failedAt: row.failed_at === null ? null : isoOf(row.failed_at),
  address: row.address,
  ...amountOf(row, currency),
  providerReference: row.provider_reference,
  phoneEnd: row.phone_end,
  became: row.became,
  isMoneyAgain: row.is_money_again,
  judged:
    row.judged_at === null || row.judged_made === null
      ? null
      : { at: isoOf(row.judged_at), made: row.judged_made, by: row.judged_by_name ?? 'somebody' },
  paymentId: row.payment_id === null ? null : idFromUuid('payment', row.payment_id),
  saleId: row.sale_id === null ? null : idFromUuid('sale', row.sale_id),
  bytes: row.bytes,
});

/** In its own currency, with the decimals that it has by ISO 4217. */
function amountOf(
  row: ListedNotification,
  currency: Currency,
): Pick<NotificationRow, 'amountText' | 'isAmountOfPayment'> {
  const said = row.amount_minor;
  const minor = said ?? row.payment_minor;
  if (minor === null) return { amountText: null, isAmountOfPayment: false };
  const code = (said === null ? null : row.currency_code) ?? currency.code;
  const scale = code === currency.code ? currency.scale : exponentOf(code);
  return { amountText: formatMoney(minor, { code, scale }), isAmountOfPayment: said === null };
}
