// The routes of the audit log: its list, and the same as a file. For administrators, and viewers
// who look after them.

import { Readable } from 'node:stream';
import { type AuditEntryJson, type AuditLogQuery, auditLogApi } from '@prewatt/api';
import { zonedAt } from '@prewatt/quantities';
import type { FastifyInstance } from 'fastify';
import { csvLines } from '../../base/csv.ts';
import { on } from '../../base/http/on.ts';
import { forbidden } from '../../base/http/problem.ts';
import {
  createOperatorScope,
  type Operator,
  type OperatorScope,
  type OperatorScopeDeps,
} from '../sign-in/index.ts';
import type { AuditLog } from './service.ts';

export type AuditLogRoutesDeps = OperatorScopeDeps & {
  readonly auditLog: AuditLog;
};

export function auditLogRoutes(context: AuditLogRoutesDeps) {
  const { scoped } = createOperatorScope(context);
  const { auditLog, database } = context;
  return async (app: FastifyInstance): Promise<void> => {
    on(app, auditLogApi.list, ({ request, readQuery }) => {
      const query = readQuery();
      return scoped(request, async (scope) => {
        refuseOperators(scope.operator);
        const { utilityId } = scope.operator;
        return auditLog.list(scope.tx, utilityId, { ...query, ...daysOf(query, scope) });
      });
    });

    on(app, auditLogApi.file, async ({ request, readQuery, reply }) => {
      const query = readQuery();
      const { utilityId, zone, days } = await scoped(request, async (scope) => {
        refuseOperators(scope.operator);
        const said: Record<string, string> = {};
        for (const [name, value = ''] of Object.entries(query)) {
          if (value !== '') said[name] = value;
        }
        const entry = { act: 'exported', subject: 'auditLog', details: said } as const;
        await auditLog.record(scope.tx, scope.operator, entry);
        const { zone } = scope.utility;
        return { utilityId: scope.utility.id, zone, days: daysOf(query, scope) };
      });
      const lines = (async function* () {
        yield csvLines([columns]);
        for (let cursor: string | undefined; ; ) {
          const asked = { ...query, ...days, cursor };
          const page = await database.inUtility(utilityId, (tx) =>
            auditLog.list(tx, utilityId, asked),
          );
          if (page.rows.length > 0) yield csvLines(page.rows.map((row) => cellsOf(row, zone)));
          if (page.nextCursor === null) return;
          cursor = page.nextCursor;
        }
      })();
      return reply
        .type('text/csv; charset=utf-8; header=present')
        .header('content-disposition', 'attachment; filename="audit-log.csv"')
        .header('x-prewatt-time-zone', zone)
        .send(Readable.from(lines));
    });
  };
}

function refuseOperators({ role }: Operator): void {
  if (role !== 'operator') return;
  throw forbidden('This is for the role administrator or viewer; yours is operator.');
}

/** Both days are in it. */
function daysOf(
  { from, to }: Pick<AuditLogQuery, 'from' | 'to'>,
  { utility: { zone } }: OperatorScope,
): { readonly fromMs: number | null; readonly untilMs: number | null } {
  const startOf = (day: string, daysOn: number): number =>
    Temporal.PlainDate.from(day).add({ days: daysOn }).toZonedDateTime(zone).epochMilliseconds;
  return {
    fromMs: from === undefined ? null : startOf(from, 0),
    untilMs: to === undefined ? null : startOf(to, 1),
  };
}

const columns = ['at', 'by', 'from_address', 'act', 'subject', 'subject_name', 'details', 'act_id'];

const cellsOf = (row: AuditEntryJson, zone: string): readonly string[] => [
  zonedAt(Date.parse(row.at), zone).toString({ timeZoneName: 'never', fractionalSecondDigits: 0 }),
  row.by,
  row.address ?? '',
  row.act,
  row.subject,
  row.subjectName ?? '',
  Object.entries(row.details)
    .map(([name, value]) => `${name}: ${value}`)
    .join('; '),
  row.actId,
];
