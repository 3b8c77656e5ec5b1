// Takes a report out as a file, for those whose role may: the export is in the audit log before the
// file leaves.

import type { FileForm } from '@prewatt/api';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { forbidden } from '../../base/http/problem.ts';
import { sendTable, type TableFile } from '../../base/http/table-file.ts';
import type { OperatorScope } from '../sign-in/index.ts';
import type { AuditLog, NewAuditEntry } from './service.ts';

export type TableExport = {
  readonly request: FastifyRequest;
  readonly reply: FastifyReply;
  readonly as: FileForm;
  readonly name: string;
  readonly subject: NewAuditEntry['subject'];
  readonly details: Readonly<Record<string, string>>;
  readonly rows: (scope: OperatorScope) => Promise<TableFile['rows']>;
};

type Scoped = <T>(request: FastifyRequest, use: (scope: OperatorScope) => Promise<T>) => Promise<T>;

export const createTableExport =
  (scoped: Scoped, auditLog: Pick<AuditLog, 'record'>) =>
  async (o: TableExport): Promise<FastifyReply> => {
    const { as, name, subject, details } = o;
    const file = await scoped(o.request, async (scope): Promise<TableFile> => {
      if (scope.operator.role === 'viewer') throw forbidden('Your sign-in may not export.');
      const entry = { act: 'exported', subject, details: { ...details, as } } as const;
      await auditLog.record(scope.tx, scope.operator, entry);
      return { name, zone: scope.utility.zone, rows: await o.rows(scope) };
    });
    return sendTable(o.reply, file, as);
  };
