// Routes of the auditor's lists. Administrators, viewers and auditors come here (who-may.ts).

import { auditListApi, type QueryOf } from '@prewatt/api';
import { dayMs, formatAmount, uuidIn } from '@prewatt/quantities';
import type { FastifyInstance } from 'fastify';
import { csvLines } from '../../base/csv.ts';
import { on } from '../../base/http/on.ts';
import type { AuditLog } from '../../registry/audit-log/index.ts';
import {
  createOperatorScope,
  type OperatorScope,
  type OperatorScopeDeps,
} from '../../registry/sign-in/index.ts';
import { auditListRows, auditPeople, type Stretch } from './store.ts';
import { tokenWays, type WayContext } from './way.ts';

export type AuditListRoutesDeps = OperatorScopeDeps & {
  readonly auditLog: Pick<AuditLog, 'record'>;
  readonly keys: WayContext['keys'];
};

const daysShown = 90;

export function auditListRoutes(context: AuditListRoutesDeps) {
  const { scoped } = createOperatorScope(context);
  return async (app: FastifyInstance): Promise<void> => {
    on(app, auditListApi.list, ({ request, readQuery }) => {
      const query = readQuery();
      return scoped(request, async (scope) => ({
        rows: [...(await auditListRows(scope.tx, query.list, stretchOf(query, scope)))],
        nextCursor: null,
      }));
    });
    on(app, auditListApi.people, ({ request }) =>
      scoped(request, async ({ tx, utility }) => ({
        rows: [...(await auditPeople(tx, utility.id))],
        nextCursor: null,
      })),
    );
    on(app, auditListApi.way, ({ request, readQuery }) => {
      const { of } = readQuery();
      const kind = of.startsWith('sale_') ? 'sale' : 'grant';
      return scoped(request, ({ tx, utility }) => {
        const way = { utilityId: utility.id, currency: utility.currency, keys: context.keys };
        return tokenWays(tx, way, { kind, id: uuidIn(of) });
      });
    });
    on(app, auditListApi.file, async ({ request, readQuery, reply }) => {
      const query = readQuery();
      const text = await scoped(request, async (scope) => {
        const details = { list: query.list };
        const entry = { act: 'exported', subject: 'auditLists', details } as const;
        await context.auditLog.record(scope.tx, scope.operator, entry);
        const rows = await auditListRows(scope.tx, query.list, stretchOf(query, scope));
        const { currency } = scope.utility;
        return csvLines([
          columns,
          ...rows.map((row) => [
            ...[row.at, row.what, row.about],
            row.amountMinor === null ? '' : formatAmount(BigInt(row.amountMinor), currency),
            ...[row.energyWh ?? '', row.by ?? '', row.allowedBy ?? '', row.reason ?? ''],
            ...[row.saleId ?? '', row.approvalId ?? ''],
          ]),
        ]);
      });
      return reply
        .type('text/csv; charset=utf-8; header=present')
        .header('content-disposition', `attachment; filename="audit-${query.list}.csv"`)
        .send(text);
    });
  };
}

const columns = [
  ...['at', 'what', 'about', 'amount', 'energy_wh', 'by', 'allowed_by', 'reason'],
  ...['sale', 'approval'],
];

/** Both days are in it. */
function stretchOf(
  { from, to }: Pick<QueryOf<typeof auditListApi.list>, 'from' | 'to'>,
  { utility, nowMs }: OperatorScope,
): Stretch {
  const startOf = (day: string, daysOn: number): Date =>
    new Date(
      Temporal.PlainDate.from(day).add({ days: daysOn }).toZonedDateTime(utility.zone)
        .epochMilliseconds,
    );
  return {
    utilityId: utility.id,
    from: from === undefined ? new Date(nowMs - daysShown * dayMs) : startOf(from, 0),
    until: to === undefined ? new Date(nowMs + dayMs) : startOf(to, 1),
  };
}
