// Routes of the reports on homes: what is owed by age, and who was off supply.

import { type OffSupplyQuery, reportApi } from '@prewatt/api';
import { formatAmount } from '@prewatt/quantities';
import type { FastifyInstance } from 'fastify';
import { on } from '../../base/http/on.ts';
import { reportDays } from '../../base/http/report-days.ts';
import { mostFileRows, type TableCell, wholeRows } from '../../base/http/table-file.ts';
import { type AuditLog, createTableExport } from '../../registry/audit-log/index.ts';
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

export function homeReportRoutes(context: HomeReportRoutesDeps) {
  const { scoped } = createOperatorScope(context);

  const sendExport = createTableExport(scoped, context.auditLog);

  return async (app: FastifyInstance): Promise<void> => {
    on(app, reportApi.debts, ({ request }) =>
      scoped(request, ({ tx, nowMs }) => debtReport(tx, nowMs)),
    );
    on(app, reportApi.debtsOfAge, ({ request, readQuery }) => {
      const { age, cursor = null } = readQuery();
      return scoped(request, ({ tx, nowMs }) => owedDebts(tx, nowMs, { age, cursor }));
    });
    on(app, reportApi.debtsFile, ({ request, readQuery, reply }) =>
      sendExport({
        ...{ request, reply, as: readQuery().as, subject: 'debtReport', details: {} },
        name: 'debts',
        rows: async ({ tx, nowMs, utility: { currency } }) => {
          const all = { age: null, cursor: null, most: mostFileRows } as const;
          const cells = wholeRows(await owedDebts(tx, nowMs, all)).map(
            (row): readonly TableCell[] => [
              ...[row.connectionName, row.label, { atMs: Date.parse(row.chargedAt) }],
              ...[{ number: formatAmount(BigInt(row.outstandingMinor), currency) }, currency.code],
            ],
          );
          return [['connection', 'debt', 'charged', 'outstanding', 'currency'], ...cells];
        },
      }),
    );
    on(app, reportApi.offSupply, ({ request, readQuery }) => {
      const { cursor = null, ...query } = readQuery();
      return scoped(request, async (scope) => {
        const period = periodOf(query, scope);
        const page = await offSupplyRows(scope.tx, period, { cursor });
        return { total: await offSupplyTotal(scope.tx, period), ...page };
      });
    });
    on(app, reportApi.offSupplyFile, ({ request, readQuery, reply }) => {
      const { as, ...query } = readQuery();
      const { from, to, hours } = query;
      return sendExport({
        ...{ request, reply, as, subject: 'offSupplyReport', name: 'off-supply' },
        details: { from, to, hours: String(hours) },
        rows: async (scope) => {
          const all = { cursor: null, most: mostFileRows };
          const page = await offSupplyRows(scope.tx, periodOf(query, scope), all);
          const cells = wholeRows(page).map((row): readonly TableCell[] => [
            ...[row.connectionName, { atMs: Date.parse(row.offAt) }],
            { atMs: row.onAt === null ? null : Date.parse(row.onAt) },
            ...[{ number: String(row.minutes) }, row.cause],
          ]);
          return [['connection', 'off', 'on', 'minutes in these days', 'cause'], ...cells];
        },
      });
    });
  };
}

const periodOf = (
  query: Omit<OffSupplyQuery, 'cursor'>,
  { utility, nowMs }: OperatorScope,
): OffSupplyPeriod => ({ ...reportDays(query, utility.zone), nowMs, hours: query.hours });
