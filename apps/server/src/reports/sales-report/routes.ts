// Routes of the report on sales.

import { reportApi, type SalesReportQuery, type SalesReportSums } from '@prewatt/api';
import { formatAmount } from '@prewatt/quantities';
import type { FastifyInstance } from 'fastify';
import { csvLines } from '../../base/csv.ts';
import { on } from '../../base/http/on.ts';
import { forbidden } from '../../base/http/problem.ts';
import { reportDays } from '../../base/http/report-days.ts';
import type { AuditLog } from '../../registry/audit-log/index.ts';
import {
  createOperatorScope,
  type OperatorScope,
  type OperatorScopeDeps,
} from '../../registry/sign-in/index.ts';
import { reportTransfers, type SalesPeriod, salesReport } from './store.ts';

export type SalesReportRoutesDeps = OperatorScopeDeps & {
  readonly auditLog: Pick<AuditLog, 'record'>;
};

export function salesReportRoutes(context: SalesReportRoutesDeps) {
  const { scoped } = createOperatorScope(context);
  return async (app: FastifyInstance): Promise<void> => {
    on(app, reportApi.sales, ({ request, readQuery }) => {
      const query = readQuery();
      return scoped(request, (scope) => salesReport(scope.tx, periodOf(query, scope)));
    });
    on(app, reportApi.transfers, ({ request, readQuery }) => {
      const { key, cursor = null, ...query } = readQuery();
      return scoped(request, (scope) =>
        reportTransfers(scope.tx, periodOf(query, scope), { key, cursor }),
      );
    });
    on(app, reportApi.salesFile, async ({ request, readQuery, reply }) => {
      const query = readQuery();
      const text = await scoped(request, async (scope) => {
        if (scope.operator.role === 'viewer') throw forbidden('Your sign-in may not export.');
        const entry = { act: 'exported', subject: 'salesReport', details: query } as const;
        await context.auditLog.record(scope.tx, scope.operator, entry);
        const { rows, total } = await salesReport(scope.tx, periodOf(query, scope));
        const { currency } = scope.utility;
        const cells = (label: string, sums: SalesReportSums) => [
          ...[label, String(sums.sales)],
          ...amounts.map((name) => formatAmount(BigInt(sums[name]), currency)),
          currency.code,
        ];
        return csvLines([
          [query.by, 'sales', 'energy', 'tax', 'fees', 'total', 'debts', 'commission', 'currency'],
          ...rows.map((row) => cells(row.label, row)),
          cells('total', total),
        ]);
      });
      return reply
        .type('text/csv; charset=utf-8; header=present')
        .header('content-disposition', `attachment; filename="sales-by-${query.by}.csv"`)
        .header('cache-control', 'no-store')
        .send(text);
    });
  };
}

const amounts = [
  ...(['energyMinor', 'taxMinor', 'feesMinor', 'totalMinor'] as const),
  ...(['debtsMinor', 'commissionMinor'] as const),
];

const periodOf = (query: SalesReportQuery, { utility }: OperatorScope): SalesPeriod => ({
  ...reportDays(query, utility.zone),
  zone: utility.zone,
  by: query.by,
});
