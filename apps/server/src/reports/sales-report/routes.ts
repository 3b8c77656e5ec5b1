// Routes of the report on sales.

import { reportApi, type SalesReportQuery, type SalesReportSums } from '@prewatt/api';
import { formatAmount } from '@prewatt/quantities';
import type { FastifyInstance } from 'fastify';
import { on } from '../../base/http/on.ts';
import { reportDays } from '../../base/http/report-days.ts';
import type { TableCell } from '../../base/http/table-file.ts';
import { type AuditLog, createTableExport } from '../../registry/audit-log/index.ts';
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
  const sendExport = createTableExport(scoped, context.auditLog);
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
    on(app, reportApi.salesFile, ({ request, readQuery, reply }) => {
      const { as, ...query } = readQuery();
      return sendExport({
        ...{ request, reply, as, subject: 'salesReport', details: query },
        name: `sales-by-${query.by}`,
        rows: async (scope) => {
          const { rows, total } = await salesReport(scope.tx, periodOf(query, scope));
          const { currency } = scope.utility;
          const cells = (label: string, sums: SalesReportSums): readonly TableCell[] => [
            ...[label, { number: String(sums.sales) }],
            ...amounts.map((name) => ({ number: formatAmount(BigInt(sums[name]), currency) })),
            currency.code,
          ];
          const heads = ['sales', 'energy', 'tax', 'fees', 'total', 'debts', 'commission'];
          return [
            [query.by, ...heads, 'currency'],
            ...rows.map((row) => cells(row.label, row)),
            cells('total', total),
          ];
        },
      });
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
