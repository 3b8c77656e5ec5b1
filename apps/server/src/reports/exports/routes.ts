// The route of exports: a stream of CSV for operators and administrators. A viewer reads pages, not
// the whole register with every phone number.

import { Readable } from 'node:stream';
import { exportApi, exportKindSchema } from '@prewatt/api';
import type { FastifyInstance } from 'fastify';
import type { Database } from '../../base/database.ts';
import { on } from '../../base/http/on.ts';
import { badRequest, forbidden, notFound } from '../../base/http/problem.ts';
import type { AuditLog } from '../../registry/audit-log/index.ts';
import { operatorOf, type SignIn } from '../../registry/sign-in/index.ts';
import type { Exports } from './service.ts';

export type ExportRoutesDeps = {
  readonly auditLog: AuditLog;
  readonly database: Database;
  readonly exports: Exports;
  readonly signIn: SignIn;
};

export function exportRoutes(context: ExportRoutesDeps) {
  const { signIn } = context;
  return async (app: FastifyInstance): Promise<void> => {
    on(app, exportApi.file, async ({ request, reply }) => {
      const kind = exportKindSchema.safeParse(request.params.kind);
      if (!kind.success) throw notFound('export');
      const operator = await operatorOf(signIn, request);
      if (operator.role === 'viewer') throw forbidden('Your sign-in may not export.');
      const parsed = exportApi.file.query.safeParse(request.query);
      if (!parsed.success) throw badRequest('after: the first cell of a row of this export');
      const { utilityId } = operator;
      const lines = await context.exports.lines(utilityId, kind.data, parsed.data.after ?? null);
      if (lines === null) throw badRequest('after: no row of this export has this identifier');
      await context.database.inUtility(utilityId, (tx) =>
        context.auditLog.record(tx, operator, { act: 'exported', subject: kind.data }),
      );
      return reply
        .type('text/csv; charset=utf-8; header=present')
        .header('content-disposition', `attachment; filename="${kind.data}.csv"`)
        .header('cache-control', 'no-store')
        .header('x-prewatt-time-zone', await context.exports.zoneOf(utilityId))
        .send(Readable.from(lines));
    });
  };
}
