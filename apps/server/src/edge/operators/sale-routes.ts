// Sales of a day, one sale, and the order to try a stuck one again.

import { saleApi } from '@prewatt/api';
import { startOfDayMs, zonedAt } from '@prewatt/quantities';
import type { FastifyInstance } from 'fastify';
import { on } from '../../base/http/on.ts';
import { HttpProblem, notFound } from '../../base/http/problem.ts';
import type { Vending } from '../../money/vending/index.ts';
import type { AuditLog } from '../../registry/audit-log/index.ts';
import { placeOfConnection } from '../../registry/connections/index.ts';
import {
  createOperatorScope,
  type OperatorScopeDeps,
  requireActing,
} from '../../registry/sign-in/index.ts';
import { saleDetail, salePage, saleRow } from './sales.ts';

export type SaleRoutesDeps = OperatorScopeDeps & {
  readonly auditLog: AuditLog;
  readonly vending: Vending;
};

export function saleRoutes(app: FastifyInstance, context: SaleRoutesDeps): void {
  const { scoped } = createOperatorScope(context);
  on(app, saleApi.list, ({ request, readQuery }) => {
    const query = readQuery();
    return scoped(request, (s) => {
      const { zone } = s.utility;
      const start =
        query.day === 'today'
          ? startOfDayMs(s.nowMs, zone)
          : Temporal.PlainDate.from(query.day).toZonedDateTime(zone).epochMilliseconds;
      const end = zonedAt(start, zone).add({ days: 1 }).epochMilliseconds;
      return salePage(s.tx, s.utility, {
        fromMs: start,
        toMs: end,
        cursor: query.cursor ?? null,
      });
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
