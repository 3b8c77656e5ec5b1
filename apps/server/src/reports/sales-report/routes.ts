// Routes of the report on sales.

import { reportApi, type SalesReportQuery, type SalesReportSums } from '@prewatt/api';
import { formatAmount } from '@prewatt/quantities';
import type { FastifyInstance } from 'fastify';
import { on } from '../../base/http/on.ts';
import { forbidden } from '../../base/http/problem.ts';
import { reportDays } from '../../base/http/report-days.ts';
import { sendTable, type TableCell } from '../../base/http/table-file.ts';
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
      const { as, ...query } = readQuery();
      const file = await scoped(request, async (scope) => {
        if (scope.operator.role === 'viewer') throw forbidden('Your sign-in may not export.');
        const details = { ...query, as };
        const entry = { act: 'exported', subject: 'salesReport', details } as const;
        await context.auditLog.record(scope.tx, scope.operator, entry);
        const { rows, total } = await salesReport(scope.tx, periodOf(query, scope));
        const { currency, zone } = scope.utility;
        const cells = (label: string, sums: SalesReportSums): readonly TableCell[] => [
          ...[label, { number: String(sums.sales) }],
          ...amounts.map((name) => ({ number: formatAmount(BigInt(sums[name]), currency) })),
          currency.code,
        ];
        const heads = ['sales', 'energy', 'tax', 'fees', 'total', 'debts', 'commission'];
        return {
          ...{ name: `sales-by-${query.by}`, zone },
          rows: [
            [query.by, ...heads, 'currency'],
            ...rows.map((row) => cells(row.label, row)),
            cells('total', total),
          ],
        };
      });
      return sendTable(reply, file, as);
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
