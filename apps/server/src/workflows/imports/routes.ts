// Routes of imports: send a file, watch it, cancel, resume, read what was refused. An administrator
// writes; an operator may rehearse; a viewer reads.

import { type ImportJson, type ImportPage, type ImportRowPage, importApi } from '@prewatt/api';
import { parseId, uuidOf } from '@prewatt/quantities';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { Database, Tx } from '../../base/database.ts';
import { on } from '../../base/http/on.ts';
import { badRequest, forbidden, HttpProblem, notFound } from '../../base/http/problem.ts';
import type { AuditLog } from '../../registry/audit-log/index.ts';
import type { Operator } from '../../registry/sign-in/index.ts';
import { operatorOf, refuseOtherOrigins, type SignIn } from '../../registry/sign-in/index.ts';
import type { FileRefusalCode } from './errors.ts';
import type { CancelRefusal, Imports, ResumeRefusal } from './service.ts';
import { importsPageSize, listImports, listRows, rowsPageSize } from './store.ts';

export type ImportRoutesDeps = {
  readonly auditLog: AuditLog;
  readonly database: Database;
  readonly imports: Imports;
  readonly publicUrl: string;
  readonly signIn: SignIn;
};

const fileStatus: Record<FileRefusalCode, number> = {
  fileTooLarge: 413,
  fileEmpty: 422,
  notUtf8: 422,
  csvSyntax: 422,
  columnUnknown: 422,
  columnTwice: 422,
  columnMissing: 422,
  noRows: 422,
  tooManyRows: 422,
};

const stateLabels: Record<CancelRefusal | ResumeRefusal, string> = {
  unknownImport: 'There is no such import.',
  alreadyDone: 'The import is done; what it wrote stays.',
  nothingRefused: 'The import is done and no row was refused: there is nothing to try again.',
};

export function importRoutes(context: ImportRoutesDeps) {
  return async (app: FastifyInstance): Promise<void> => {
    refuseOtherOrigins(app, context.publicUrl);
    // The file is read as it comes, by the import, with the import's own limit.
    app.addContentTypeParser('text/csv', async (_request: FastifyRequest, body: unknown) => body);
    readingRoutes(app, context);
    sendRoute(app, context);
    actionRoutes(app, context);
  };
}

async function administratorOf(signIn: SignIn, request: FastifyRequest): Promise<Operator> {
  const operator = await operatorOf(signIn, request);
  if (operator.role !== 'administrator') throw forbidden('Only an administrator may import.');
  return operator;
}

async function statusOf(imports: Imports, tx: Tx, importId: string): Promise<ImportJson> {
  const status = await imports.find(tx, importId);
  if (status === null) throw notFound('import');
  return status;
}

function readingRoutes(app: FastifyInstance, context: ImportRoutesDeps): void {
  const { imports, database, signIn } = context;
  on(app, importApi.list, async ({ request, readQuery }): Promise<ImportPage> => {
    const operator = await operatorOf(signIn, request);
    const { cursor } = readQuery();
    const before = cursor === undefined ? null : parseId('import', cursor);
    if (before !== null && !before.ok) throw badRequest('cursor: not one of ours');
    return database.inUtility(operator.utilityId, async (tx) => {
      const rows = await listImports(tx, before === null ? {} : { beforeId: uuidOf(before.value) });
      const last = rows.length < importsPageSize ? undefined : rows.at(-1);
      return { rows: [...rows], nextCursor: last?.importId ?? null };
    });
  });

  on(app, importApi.detail, async ({ request, uuid }): Promise<ImportJson> => {
    const id = uuid('id');
    const operator = await operatorOf(signIn, request);
    return database.inUtility(operator.utilityId, (tx) => statusOf(imports, tx, id));
  });

  on(app, importApi.rows, async ({ request, readQuery, uuid }): Promise<ImportRowPage> => {
    const id = uuid('id');
    const operator = await operatorOf(signIn, request);
    const { outcome, cursor } = readQuery();
    return database.inUtility(operator.utilityId, async (tx) => {
      await statusOf(imports, tx, id);
      const rows = await listRows(tx, {
        importId: id,
        outcome: outcome ?? null,
        afterLine: cursor ?? 0,
      });
      const last = rows.length < rowsPageSize ? undefined : rows.at(-1);
      return { rows: [...rows], nextCursor: last === undefined ? null : String(last.line) };
    });
  });
}

function sendRoute(app: FastifyInstance, context: ImportRoutesDeps): void {
  const { imports, database, signIn } = context;
  on(app, importApi.send, async ({ request, reply, readQuery }) => {
    const query = readQuery();
    const dryRun = query.dryRun === 'true';
    const operator = await (dryRun ? operatorOf : administratorOf)(signIn, request);
    if (operator.role === 'viewer') throw forbidden('Your sign-in may read only.');
    const body = request.body as AsyncIterable<Uint8Array> | null | undefined;
    if (typeof body?.[Symbol.asyncIterator] !== 'function') {
      throw badRequest('Send the file as the body, with the content type text/csv.');
    }
    const received = await imports.receive(
      {
        utilityId: operator.utilityId,
        kind: query.kind,
        dryRun,
        fileName: query.fileName,
        by: { operatorId: operator.operatorId, name: operator.name },
      },
      body,
    );
    if (!received.ok) {
      const { code, detail } = received.error;
      // What is left of the body is not read: the connection ends with the answer.
      if (code === 'fileTooLarge') reply.header('connection', 'close');
      throw new HttpProblem({ status: fileStatus[code], code, title: 'Not imported', detail });
    }
    const { importId, first } = received.value;
    const status = await database.inUtility(operator.utilityId, (tx) =>
      statusOf(imports, tx, importId),
    );
    return reply.code(first ? 202 : 200).send(status);
  });
}

function actionRoutes(app: FastifyInstance, context: ImportRoutesDeps): void {
  const { auditLog, imports, database, signIn } = context;
  for (const action of ['cancel', 'resume'] as const) {
    on(app, importApi[action], async ({ request, uuid }) => {
      const importId = uuid('id');
      const administrator = await administratorOf(signIn, request);
      const { utilityId } = administrator;
      return database.inUtility(utilityId, async (tx) => {
        const done =
          action === 'cancel'
            ? await imports.cancel(tx, importId)
            : await imports.resume(tx, { utilityId, importId, by: administrator });
        if (!done.ok && done.error === 'unknownImport') throw notFound('import');
        if (!done.ok) {
          const detail = stateLabels[done.error];
          throw new HttpProblem({ status: 409, code: done.error, title: 'Not so now', detail });
        }
        const act = action === 'cancel' ? 'importCancelled' : 'importResumed';
        await auditLog.record(tx, administrator, { act, subject: request.params.id });
        return statusOf(imports, tx, importId);
      });
    });
  }
}
