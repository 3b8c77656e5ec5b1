// Takes a report out as a file, for those whose role may: the export is in the audit log before the
// file leaves.

import type { FileForm } from '@prewatt/api';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { forbidden } from '../../base/http/problem.ts';
import { type ListFile, sendList, sendTable, type TableFile } from '../../base/http/table-file.ts';
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

export type ListExport = Omit<TableExport, 'as' | 'details' | 'rows'> & {
  /** As what, and the filters that stand in the audit log; order and place in the list do not. */
  readonly query: Readonly<Record<string, string | number | undefined>> & { readonly as: FileForm };
  readonly pages: (scope: OperatorScope) => ListFile['pages'];
};

type Scoped = <T>(request: FastifyRequest, use: (scope: OperatorScope) => Promise<T>) => Promise<T>;

/** Who takes something out is on record before anything is read. */
async function recordExport(
  { tx, operator }: OperatorScope,
  auditLog: Pick<AuditLog, 'record'>,
  { subject, details }: Pick<TableExport, 'subject' | 'details'>,
): Promise<void> {
  if (operator.role === 'viewer') throw forbidden('Your sign-in may not export.');
  await auditLog.record(tx, operator, { act: 'exported', subject, details });
}

export const createTableExport =
  (scoped: Scoped, auditLog: Pick<AuditLog, 'record'>) =>
  async (o: TableExport): Promise<FastifyReply> => {
    const { as, name, subject, details } = o;
    const file = await scoped(o.request, async (scope): Promise<TableFile> => {
      await recordExport(scope, auditLog, { subject, details: { ...details, as } });
      return { name, zone: scope.utility.zone, rows: await o.rows(scope) };
    });
    return sendTable(o.reply, file, as);
  };

/** The same for a list, whose pages are read afterwards, each in a transaction of its own. */
export const createListExport =
  (scoped: Scoped, auditLog: Pick<AuditLog, 'record'>) =>
  async ({ query, name, subject, ...o }: ListExport): Promise<FastifyReply> => {
    const { cursor: _, sort: __, order: ___, ...filters } = query;
    const details: Record<string, string> = {};
    for (const [filter, value = ''] of Object.entries(filters)) {
      if (value !== '') details[filter] = String(value);
    }
    const file = await scoped(o.request, async (scope): Promise<ListFile> => {
      await recordExport(scope, auditLog, { subject, details });
      return { name, zone: scope.utility.zone, pages: o.pages(scope) };
    });
    return sendList(o.reply, file, query.as);
  };
