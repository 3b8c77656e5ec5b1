// Routes of the reports on homes: what is owed by age, and who was off supply.

import { type OffSupplyQuery, reportApi } from '@prewatt/api';
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
import { debtReport, owedDebts } from './debts.ts';
import { type OffSupplyPeriod, offSupplyRows, offSupplyTotal } from './off-supply.ts';

export type HomeReportRoutesDeps = OperatorScopeDeps & {
  readonly auditLog: Pick<AuditLog, 'record'>;
};

/** Of one file. */
const mostRows = 200_000;

export function homeReportRoutes(context: HomeReportRoutesDeps) {
  const { scoped } = createOperatorScope(context);

  /** The export is in the audit log before the file leaves. */
  const noteExport = async (
    scope: OperatorScope,
    subject: 'debtReport' | 'offSupplyReport',
    details: Readonly<Record<string, string>>,
  ): Promise<void> => {
    if (scope.operator.role === 'viewer') throw forbidden('Your sign-in may not export.');
    await context.auditLog.record(scope.tx, scope.operator, { act: 'exported', subject, details });
  };

  return async (app: FastifyInstance): Promise<void> => {
    on(app, reportApi.debts, ({ request }) =>
      scoped(request, ({ tx, nowMs }) => debtReport(tx, nowMs)),
    );
    on(app, reportApi.debtsOfAge, ({ request, readQuery }) => {
      const { age, cursor = null } = readQuery();
      return scoped(request, ({ tx, nowMs }) => owedDebts(tx, nowMs, { age, cursor }));
    });
    on(app, reportApi.debtsFile, async ({ request, readQuery, reply }) => {
      const { as } = readQuery();
      const file = await scoped(request, async (scope) => {
        await noteExport(scope, 'debtReport', { as });
        const { tx, nowMs, utility } = scope;
        const all = { age: null, cursor: null, most: mostRows } as const;
        const { rows } = await owedDebts(tx, nowMs, all);
        const { currency, zone } = utility;
        const cells = rows.map((row): readonly TableCell[] => [
          ...[row.connectionName, row.label, { atMs: Date.parse(row.chargedAt) }],
          ...[{ number: formatAmount(BigInt(row.outstandingMinor), currency) }, currency.code],
        ]);
        const heading = ['connection', 'debt', 'charged', 'outstanding', 'currency'];
        return { name: 'debts', zone, rows: [heading, ...cells] };
      });
      return sendTable(reply, file, as);
    });
    on(app, reportApi.offSupply, ({ request, readQuery }) => {
      const { cursor = null, ...query } = readQuery();
      return scoped(request, async (scope) => {
        const period = periodOf(query, scope);
        const page = await offSupplyRows(scope.tx, period, { cursor });
        return { total: await offSupplyTotal(scope.tx, period), ...page };
      });
    });
    on(app, reportApi.offSupplyFile, async ({ request, readQuery, reply }) => {
      const { as, ...query } = readQuery();
      const file = await scoped(request, async (scope) => {
        const { from, to, hours } = query;
        await noteExport(scope, 'offSupplyReport', { from, to, hours: String(hours), as });
        const all = { cursor: null, most: mostRows };
        const { rows } = await offSupplyRows(scope.tx, periodOf(query, scope), all);
        const cells = rows.map((row): readonly TableCell[] => [
          ...[row.connectionName, { atMs: Date.parse(row.offAt) }],
          { atMs: row.onAt === null ? null : Date.parse(row.onAt) },
          ...[{ number: String(row.minutes) }, row.cause],
        ]);
        const heading = ['connection', 'off', 'on', 'minutes in these days', 'cause'];
        return { name: 'off-supply', zone: scope.utility.zone, rows: [heading, ...cells] };
      });
      return sendTable(reply, file, as);
    });
  };
}

const periodOf = (
  query: Omit<OffSupplyQuery, 'cursor'>,
  { utility, nowMs }: OperatorScope,
): OffSupplyPeriod => ({ ...reportDays(query, utility.zone), nowMs, hours: query.hours });
