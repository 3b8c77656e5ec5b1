// Routes of grants: engineering tokens at once, free credit and clearing by approval. Shapes:
// packages/api/src/grants.ts.

import {
  acknowledgeGrantSchema,
  type NewGrantBody,
  newGrantBatchSchema,
  newGrantSchema,
} from '@prewatt/api';
import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import { parse } from '../../base/http/parse.ts';
import { uuidFromPath } from '../../base/http/paths.ts';
import { forbidden, HttpProblem, notFound } from '../../base/http/problem.ts';
import { placeOfConnection } from '../../registry/connections/index.ts';
import {
  createOperatorScope,
  type OperatorScopeDeps,
  refuseOtherOrigins,
  requireActing,
} from '../../registry/sign-in/index.ts';
import type { LineError } from './batches.ts';
import { type BatchRefusal, problemOfGrant } from './errors.ts';
import type { Grants } from './index.ts';
import type { GrantWhat } from './make-tokens.ts';

export type GrantRoutesDeps = OperatorScopeDeps & {
  readonly grants: Grants;
  readonly publicUrl: string;
};

type ById = { Params: { id: string } };

const listQuery = z.object({
  state: z.enum(['attention', 'all']).default('all'),
  cursor: z.uuid().optional(),
});

// 10,000 lines of a meter number and an energy.
const batchLimitBytes = 2_000_000;
const linesShown = 50;

export function grantRoutes(context: GrantRoutesDeps) {
  const { grants } = context;
  const { scoped, operatorOf, nowMs } = createOperatorScope(context);

  const readRoutes = (app: FastifyInstance): void => {
    app.get('/api/operator/grants', (request) => {
      const query = parse(listQuery, request.query);
      return scoped(request, ({ tx, utility }) =>
        grants.page(tx, { utilityId: utility.id, ...query, cursor: query.cursor ?? null }),
      );
    });
    app.get('/api/operator/grants/free-units', (request) =>
      scoped(request, ({ tx, utility }) => grants.freeUnitRuns(tx, utility.id)),
    );
    app.get('/api/operator/grants/batches', (request) =>
      scoped(request, ({ tx, utility }) => grants.batches(tx, utility.id)),
    );
    app.get<ById>('/api/operator/grants/batches/:id', (request) => {
      const batchId = uuidFromPath('grant', request.params.id);
      return scoped(request, async ({ tx }) => {
        const batch = await grants.batch(tx, batchId);
        if (batch === null) throw notFound('request for grants');
        return batch;
      });
    });
    app.get<ById>('/api/operator/grants/:id', (request, reply) => {
      const grantId = uuidFromPath('grant', request.params.id);
      reply.header('cache-control', 'no-store');
      return scoped(request, async ({ tx, operator }) => {
        const digits = operator.role === 'viewer' ? 'none' : 'engineering';
        const detail = await grants.detail(tx, { grantId, digits });
        if (detail === null) throw notFound('grant');
        return detail;
      });
    });
    app.get<ById>('/api/operator/connections/:id/grants', (request) => {
      const id = uuidFromPath('connection', request.params.id);
      return scoped(request, ({ tx, utility }) =>
        grants.ofConnection(tx, placeOfConnection(utility.id, id)),
      );
    });
  };

  const actingRoutes = (app: FastifyInstance): void => {
    app.post<ById>('/api/operator/connections/:id/grants', async (request, reply) => {
      const id = uuidFromPath('connection', request.params.id);
      const body = parse(newGrantSchema, request.body);
      reply.header('cache-control', 'no-store');
      const made = await scoped(request, async ({ tx, utility, operator }) => {
        requireActing(operator);
        const issued = await grants.issue(tx, {
          place: placeOfConnection(utility.id, id),
          requestId: body.requestId,
          what: whatOf(body),
          reason: body.reason,
          requestedBy: operator.operatorId,
          approvalId: null,
        });
        if (!issued.ok) throw problemOfGrant(issued.error);
        const { grantId, isNew } = issued.value;
        return { isNew, detail: await grants.detail(tx, { grantId, digits: 'engineering' }) };
      });
      return reply.code(made.isNew ? 201 : 200).send(made.detail);
    });

    app.post(
      '/api/operator/grants',
      {
        bodyLimit: batchLimitBytes,
        // The body is read after the sign-in is known, so that a stranger sends no megabytes.
        onRequest: async (request) => requireActing(await operatorOf(request)),
      },
      async (request, reply) => {
        const body = parse(newGrantBatchSchema, request.body);
        const batch = await scoped(request, async ({ tx, utility, operator }) => {
          requireActing(operator);
          const asked = await grants.request(tx, {
            utilityId: utility.id,
            body,
            requestedBy: operator,
          });
          if (!asked.ok) throw problemOfBatch(asked.error);
          return grants.batch(tx, asked.value.batchId);
        });
        return reply.code(202).send(batch);
      },
    );

    app.post<ById>('/api/operator/grants/:id/acknowledge', (request) => {
      const grantId = uuidFromPath('grant', request.params.id);
      const { reason } = parse(acknowledgeGrantSchema, request.body);
      return scoped(request, async ({ tx, operator }) => {
        requireActing(operator);
        const { operatorId } = operator;
        const at = new Date(nowMs());
        const seen = await grants.acknowledge(tx, { grantId, operatorId, reason, at });
        if (!seen.ok) throw problemOfGrant(seen.error);
        return grants.detail(tx, { grantId, digits: 'none' });
      });
    });

    app.post<ById>('/api/operator/grants/:id/show', (request, reply) => {
      const grantId = uuidFromPath('grant', request.params.id);
      parse(z.strictObject({}), request.body ?? {});
      reply.header('cache-control', 'no-store');
      return scoped(request, async ({ tx, operator }) => {
        if (operator.role === 'viewer') throw forbidden('Your sign-in may read only.');
        const { operatorId } = operator;
        const known = await grants.recordView(tx, { grantId, operatorId, at: new Date(nowMs()) });
        if (!known) throw notFound('grant');
        return grants.detail(tx, { grantId, digits: 'all' });
      });
    });
  };

  return async (app: FastifyInstance): Promise<void> => {
    refuseOtherOrigins(app, context.publicUrl);
    readRoutes(app);
    actingRoutes(app);
  };
}

function whatOf(body: NewGrantBody): GrantWhat {
  switch (body.kind) {
    case 'setMaximumPowerLimit':
    case 'setPhaseUnbalanceLimit':
      return { kind: body.kind, powerW: BigInt(body.powerW) };
    case 'test':
      return { kind: 'test', tests: body.tests };
    case 'clearTamper':
    case 'keyChange':
      return { kind: body.kind };
  }
}

function problemOfBatch(error: BatchRefusal | readonly LineError[]): HttpProblem {
  if (typeof error === 'string') return problemOfGrant(error);
  const lines = error.slice(0, linesShown).map(({ line, message }) => `line ${line}: ${message}`);
  const more = error.length > linesShown ? [`and ${error.length - linesShown} more`] : [];
  return new HttpProblem({
    status: 422,
    code: 'badRows',
    title: 'Nothing was asked for',
    detail: [...lines, ...more].join('\n'),
  });
}
