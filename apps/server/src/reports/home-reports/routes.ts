// Routes of the reports on homes: what is owed by age, and who was off supply.

import { type OffSupplyQuery, reportApi } from '@prewatt/api';
import { formatAmount } from '@prewatt/quantities';
import type { FastifyInstance, FastifyReply } from 'fastify';
import { createCells, csvLines } from '../../base/csv.ts';
import { on } from '../../base/http/on.ts';
import { forbidden } from '../../base/http/problem.ts';
import { reportDays } from '../../base/http/report-days.ts';
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
    on(app, reportApi.debtsFile, async ({ request, reply }) => {
      const text = await scoped(request, async (scope) => {
        await noteExport(scope, 'debtReport', {});
        const { tx, nowMs, utility } = scope;
        const all = { age: null, cursor: null, most: mostRows } as const;
        const { rows } = await owedDebts(tx, nowMs, all);
        const { currency } = utility;
        const at = createCells(utility).at;
        return csvLines([
          ['connection', 'debt', 'charged', 'outstanding', 'currency'],
          ...rows.map((row) => [
            ...[row.connectionName, row.label, at(Date.parse(row.chargedAt))],
            ...[formatAmount(BigInt(row.outstandingMinor), currency), currency.code],
          ]),
        ]);
      });
      return sendCsv(reply, 'debts', text);
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
      const query = readQuery();
      const text = await scoped(request, async (scope) => {
        const { from, to, hours } = query;
        await noteExport(scope, 'offSupplyReport', { from, to, hours: String(hours) });
        const all = { cursor: null, most: mostRows };
        const { rows } = await offSupplyRows(scope.tx, periodOf(query, scope), all);
        const at = createCells(scope.utility).at;
        return csvLines([
          ['connection', 'off', 'on', 'minutes in these days', 'cause'],
          ...rows.map((row) => [
            ...[row.connectionName, at(Date.parse(row.offAt))],
            ...[row.onAt === null ? '' : at(Date.parse(row.onAt)), String(row.minutes), row.cause],
          ]),
        ]);
      });
      return sendCsv(reply, 'off-supply', text);
    });
  };
}

const periodOf = (
  query: Omit<OffSupplyQuery, 'cursor'>,
  { utility, nowMs }: OperatorScope,
): OffSupplyPeriod => ({ ...reportDays(query, utility.zone), nowMs, hours: query.hours });

const sendCsv = (reply: FastifyReply, name: string, text: string): FastifyReply =>
  reply
    .type('text/csv; charset=utf-8; header=present')
    .header('content-disposition', `attachment; filename="${name}.csv"`)
    .header('cache-control', 'no-store')
    .send(text);
