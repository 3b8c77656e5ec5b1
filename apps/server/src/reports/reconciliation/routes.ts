// Routes of reconciliation. Shapes: packages/api/src/reconciliation.ts.

import { reconciliationApi, reconciliationFileLimit } from '@prewatt/api';
import type { FastifyInstance } from 'fastify';
import { on } from '../../base/http/on.ts';
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

// A character may take several bytes, and JSON writes some of them longer still.
const importLimitBytes = 2 * reconciliationFileLimit + 65_536;

export function reconciliationRoutes(context: ReconciliationRoutesDeps) {
  const { reconciliation } = context;
  const { operatorOf, scoped } = createOperatorScope(context);

  return async (app: FastifyInstance): Promise<void> => {
    refuseOtherOrigins(app, context.publicUrl);
    on(app, reconciliationApi.importFile, {
      bodyLimit: importLimitBytes,
      handler: async ({ request, reply, readBody }) => {
        const operator = await operatorOf(request);
        const body = readBody();
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
    });

    readingRoutes(app, reconciliation, scoped);

    on(app, reconciliationApi.note, ({ request, readBody, uuid }) => {
      const differenceId = uuid('id');
      return scoped(request, async ({ tx, utility, operator }) => {
        requireActing(operator);
        const body = readBody();
        const noted = await reconciliation.note(tx, utility, {
          ...body,
          differenceId,
          by: operator.name,
        });
        if (!noted.ok) throw notFound('difference');
        return noted.value;
      });
    });
  };
}

/** What was compared, where it differs, how files are read, and fees. */
function readingRoutes(
  app: FastifyInstance,
  reconciliation: Reconciliation,
  scoped: ReturnType<typeof createOperatorScope>['scoped'],
): void {
  on(app, reconciliationApi.files, ({ request, readQuery }) => {
    const { cursor } = readQuery();
    return scoped(request, ({ tx, utility }) => reconciliation.files(tx, utility, cursor ?? null));
  });

  on(app, reconciliationApi.differences, ({ request, readQuery }) => {
    const query = readQuery();
    return scoped(request, ({ tx, utility }) =>
      reconciliation.differences(tx, utility, {
        state: query.state,
        cursor: query.cursor ?? null,
      }),
    );
  });

  on(app, reconciliationApi.mappings, ({ request }) =>
    scoped(request, ({ tx, utility }) => reconciliation.mappings(tx, utility)),
  );

  on(app, reconciliationApi.fees, ({ request, readQuery }) => {
    const { cursor } = readQuery();
    return scoped(request, ({ tx, utility }) => reconciliation.fees(tx, utility, cursor ?? null));
  });
}
