// Routes of reconciliation. Shapes: packages/api/src/reconciliation.ts.

import {
  differenceStates,
  importReconciliationSchema,
  noteDifferenceSchema,
  reconciliationFileLimit,
} from '@prewatt/api';
import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import { parse } from '../../base/http/parse.ts';
import { uuidFromPath } from '../../base/http/paths.ts';
import { HttpProblem, notFound } from '../../base/http/problem.ts';
import {
  createOperatorScope,
  type OperatorScopeDeps,
  refuseOtherOrigins,
  requireActing,
} from '../../registry/sign-in/index.ts';
import type { Reconciliation } from './service.ts';

export type ReconciliationRoutesDeps = OperatorScopeDeps & {
  readonly publicUrl: string;
  readonly reconciliation: Reconciliation;
};

const listQuery = z.object({
  state: z.enum([...differenceStates, 'all']).default('open'),
  cursor: z.string().max(100).optional(),
});

const filesQuery = z.object({ cursor: z.uuid().optional() });

// A character may take several bytes, and JSON writes some of them longer still.
const importLimitBytes = 2 * reconciliationFileLimit + 65_536;

export function reconciliationRoutes(context: ReconciliationRoutesDeps) {
  const { reconciliation } = context;
  const { operatorOf, scoped } = createOperatorScope(context);

  return async (app: FastifyInstance): Promise<void> => {
    refuseOtherOrigins(app, context.publicUrl);
    app.post(
      '/api/operator/reconciliation/files',
      {
        bodyLimit: importLimitBytes,
        // The body is read after the sign-in is known, so that a stranger sends no megabytes.
        onRequest: async (request) => requireActing(await operatorOf(request)),
      },
      async (request, reply) => {
        const operator = await operatorOf(request);
        const body = parse(importReconciliationSchema, request.body);
        const imported = await reconciliation.importFile(operator.utilityId, {
          ...body,
          importedBy: operator.name,
        });
        if (!imported.ok) {
          throw new HttpProblem({
            status: 422,
            code: 'badFile',
            title: 'Nothing was imported',
            detail: imported.error
              .map(({ line, message }) => (line === null ? message : `line ${line}: ${message}`))
              .join('\n'),
          });
        }
        return reply.code(imported.value.isNew ? 201 : 200).send(imported.value);
      },
    );

    app.get('/api/operator/reconciliation/files', (request) => {
      const { cursor } = parse(filesQuery, request.query);
      return scoped(request, ({ tx, utility }) =>
        reconciliation.files(tx, utility, cursor ?? null),
      );
    });

    app.get('/api/operator/reconciliation/differences', (request) => {
      const query = parse(listQuery, request.query);
      return scoped(request, ({ tx, utility }) =>
        reconciliation.differences(tx, utility, {
          state: query.state,
          cursor: query.cursor ?? null,
        }),
      );
    });

    app.post<{ Params: { id: string } }>(
      '/api/operator/reconciliation/differences/:id/notes',
      (request) => {
        const differenceId = uuidFromPath('difference', request.params.id);
        return scoped(request, async ({ tx, utility, operator }) => {
          requireActing(operator);
          const body = parse(noteDifferenceSchema, request.body);
          const noted = await reconciliation.note(tx, utility, {
            ...body,
            differenceId,
            by: operator.name,
          });
          if (!noted.ok) throw notFound('difference');
          return noted.value;
        });
      },
    );
  };
}
