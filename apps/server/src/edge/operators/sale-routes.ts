// Sales of a day, one sale, and the order to try a stuck one again.

import { type SaleListQuery, saleApi } from '@prewatt/api';
import { civilDateOf } from '@prewatt/quantities';
import type { FastifyInstance } from 'fastify';
import { on } from '../../base/http/on.ts';
import { HttpProblem, notFound } from '../../base/http/problem.ts';
import type { Vending } from '../../money/vending/index.ts';
import { type AuditLog, createListExport } from '../../registry/audit-log/index.ts';
import { placeOfConnection } from '../../registry/connections/index.ts';
import {
  createOperatorScope,
  type OperatorScope,
  type OperatorScopeDeps,
  requireActing,
} from '../../registry/sign-in/index.ts';
import { type SaleRange, saleFilePages, saleList, saleTotals } from './sale-list.ts';
import { saleDetail, saleRow } from './sales.ts';

export type SaleRoutesDeps = OperatorScopeDeps & {
  readonly auditLog: AuditLog;
  readonly vending: Vending;
};

export function saleRoutes(app: FastifyInstance, context: SaleRoutesDeps): void {
  const { scoped } = createOperatorScope(context);
  const sendExport = createListExport(scoped, context.auditLog);
  on(app, saleApi.list, ({ request, readQuery }) => {
    const query = readQuery();
    const { sort, order, cursor = null } = query;
    return scoped(request, (s) => saleList(s.tx, rangeOf(query, s), { sort, order, cursor }));
  });
  on(app, saleApi.totals, ({ request, readQuery }) => {
    const query = readQuery();
    return scoped(request, (s) => saleTotals(s.tx, rangeOf(query, s)));
  });
  on(app, saleApi.file, ({ request, readQuery, reply }) => {
    const query = readQuery();
    return sendExport({
      ...{ request, reply, query, name: 'sales', subject: 'saleList' },
      pages: (scope) => saleFilePages(context.database, rangeOf(query, scope)),
    });
  });
  on(app, saleApi.detail, ({ request, uuid }) => {
    const id = uuid('id');
    return scoped(request, async (s) => {
      const sale = await saleDetail(s.tx, s.utility, id);
      if (sale === null) throw notFound('sale');
      return sale;
    });
  });
  on(app, saleApi.retry, async ({ request, uuid }) => {
    const saleId = uuid('id');
    const { utility, connectionId } = await scoped(request, async (s) => {
      requireActing(s.operator);
      const sale = await s.tx
        .selectFrom('sales')
        .select('connection_id')
        .where('id', '=', saleId)
        .executeTakeFirst();
      if (sale === undefined) throw notFound('sale');
      const subject = request.params.id;
      await context.auditLog.record(s.tx, s.operator, { act: 'saleRetried', subject });
      return { utility: s.utility, connectionId: sale.connection_id };
    });
    const retried = await context.vending.retry(
      placeOfConnection(utility.id, connectionId),
      saleId,
    );
    if (!retried.ok) {
      throw new HttpProblem({
        status: 409,
        code: retried.error,
        title: 'Cannot be retried',
        detail: 'This sale is not stuck without a token; reload to see its present state.',
      });
    }
    return scoped(request, (s) => saleRow(s.tx, saleId));
  });
}

const mostDays = 366;

/** Both days are in it; one alone is a range of its own. */
function rangeOf(
  query: Pick<SaleListQuery, 'day' | 'from' | 'to' | 'state'>,
  { utility, nowMs }: Pick<OperatorScope, 'utility' | 'nowMs'>,
): SaleRange {
  const today = civilDateOf(nowMs, utility.zone);
  const day = query.day === 'today' ? today : query.day;
  const first = Temporal.PlainDate.from(query.from ?? query.to ?? day);
  const last = Temporal.PlainDate.from(query.to ?? query.from ?? day);
  const days = first.until(last).days;
  if (days < 0 || days >= mostDays) {
    throw new HttpProblem({
      status: 422,
      code: 'daysOutOfRange',
      title: 'These days cannot be listed',
      detail: `Choose a first day that is not after the last one, and at most ${mostDays} days.`,
    });
  }
  const startOf = (date: Temporal.PlainDate) =>
    date.toZonedDateTime(utility.zone).epochMilliseconds;
  return {
    ...{ utility, state: query.state },
    fromMs: startOf(first),
    untilMs: startOf(last.add({ days: 1 })),
  };
}
