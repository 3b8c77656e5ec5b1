// Routes of grants: engineering tokens at once, free credit and clearing by approval. Declared
// in packages/api.

import { grantApi, type NewGrantBody } from '@prewatt/api';
import type { FastifyInstance } from 'fastify';
import { on } from '../../base/http/on.ts';
import { forbidden, HttpProblem, notFound } from '../../base/http/problem.ts';
import { placeOfConnection } from '../../registry/connections/index.ts';
import { takeFromBudget } from '../../registry/limits/index.ts';
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

// 10,000 lines of a meter number and an energy.
const batchLimitBytes = 2_000_000;
const linesShown = 50;

export function grantRoutes(context: GrantRoutesDeps) {
  return async (app: FastifyInstance): Promise<void> => {
    refuseOtherOrigins(app, context.publicUrl);
    listRoutes(app, context);
    detailRoutes(app, context);
    issueRoute(app, context);
    requestRoute(app, context);
    shownRoutes(app, context);
  };
}

function listRoutes(app: FastifyInstance, context: GrantRoutesDeps): void {
  const { grants } = context;
  const { scoped } = createOperatorScope(context);
  on(app, grantApi.list, ({ request, readQuery }) => {
    const { state, cursor = null } = readQuery();
    return scoped(request, ({ tx, utility }) =>
      grants.page(tx, { utilityId: utility.id, state, cursor }),
    );
  });
  on(app, grantApi.freeUnits, ({ request }) =>
    scoped(request, ({ tx, utility }) => grants.freeUnitRuns(tx, utility.id)),
  );
  on(app, grantApi.batches, ({ request }) =>
    scoped(request, ({ tx, utility }) => grants.batches(tx, utility.id)),
  );
  on(app, grantApi.ofConnection, ({ request, uuid }) => {
    const id = uuid('id');
    return scoped(request, ({ tx, utility }) =>
      grants.ofConnection(tx, placeOfConnection(utility.id, id)),
    );
  });
}

function detailRoutes(app: FastifyInstance, context: GrantRoutesDeps): void {
  const { grants } = context;
  const { scoped } = createOperatorScope(context);
  on(app, grantApi.batch, ({ request, uuid }) => {
    const batchId = uuid('id');
    return scoped(request, async ({ tx }) => {
      const batch = await grants.batch(tx, batchId);
      if (batch === null) throw notFound('request for grants');
      return batch;
    });
  });
  on(app, grantApi.detail, ({ request, reply, uuid }) => {
    const grantId = uuid('id');
    reply.header('cache-control', 'no-store');
    return scoped(request, async ({ tx, operator }) => {
      const digits = operator.role === 'viewer' ? 'none' : 'engineering';
      const detail = await grants.detail(tx, { grantId, digits });
      if (detail === null) throw notFound('grant');
      return detail;
    });
  });
}

/** An engineering token, at once. */
function issueRoute(app: FastifyInstance, context: GrantRoutesDeps): void {
  const { grants } = context;
  const { scoped } = createOperatorScope(context);
  on(app, grantApi.issue, async ({ request, reply, uuid, readBody }) => {
    const id = uuid('id');
    const asked = readBody();
    reply.header('cache-control', 'no-store');
    const made = await scoped(request, async ({ tx, utility, operator }) => {
      requireActing(operator);
      const issued = await grants.issue(tx, {
        place: placeOfConnection(utility.id, id),
        requestId: asked.requestId,
        what: whatOf(asked),
        reason: asked.reason,
        requestedBy: operator.operatorId,
        approvalId: null,
      });
      if (!issued.ok) throw problemOfGrant(issued.error);
      const { grantId, isNew } = issued.value;
      // A test is the same digits for every meter: it brings nothing.
      if (isNew && asked.kind !== 'test') {
        const taken = await takeFromBudget(tx, {
          ...{ utilityId: utility.id, budget: 'engineering', ofId: operator.operatorId },
          ...{ count: 1, energyWh: 0n, realNowMs: context.clocks.real.nowMs() },
        });
        if (!taken) throw problemOfGrant('budgetReached');
      }
      return { isNew, detail: await grants.detail(tx, { grantId, digits: 'engineering' }) };
    });
    return reply.code(made.isNew ? 201 : 200).send(made.detail);
  });
}

/** A list of meters that waits for a second person. */
function requestRoute(app: FastifyInstance, context: GrantRoutesDeps): void {
  const { grants } = context;
  const { scoped } = createOperatorScope(context);
  on(app, grantApi.request, {
    bodyLimit: batchLimitBytes,
    handler: async ({ request, reply, readBody }) => {
      const asked = readBody();
      const batch = await scoped(request, async ({ tx, utility, operator }) => {
        requireActing(operator);
        const made = await grants.request(tx, {
          utilityId: utility.id,
          body: asked,
          requestedBy: operator,
        });
        if (!made.ok) throw problemOfBatch(made.error);
        return grants.batch(tx, made.value.batchId);
      });
      return reply.code(202).send(batch);
    },
  });
}

/** What an operator has seen of a grant: that it was not delivered, or its digits. */
function shownRoutes(app: FastifyInstance, context: GrantRoutesDeps): void {
  const { grants } = context;
  const { scoped, nowMs } = createOperatorScope(context);
  on(app, grantApi.acknowledge, ({ request, uuid, readBody }) => {
    const grantId = uuid('id');
    const { reason } = readBody();
    return scoped(request, async ({ tx, operator }) => {
      requireActing(operator);
      const { operatorId } = operator;
      const at = new Date(nowMs());
      const seen = await grants.acknowledge(tx, { grantId, operatorId, reason, at });
      if (!seen.ok) throw problemOfGrant(seen.error);
      return grants.detail(tx, { grantId, digits: 'none' });
    });
  });
  on(app, grantApi.show, ({ request, reply, uuid, readBody }) => {
    const grantId = uuid('id');
    readBody();
    reply.header('cache-control', 'no-store');
    return scoped(request, async ({ tx, operator }) => {
      if (operator.role === 'viewer') throw forbidden('Your sign-in may read only.');
      const { operatorId } = operator;
      const known = await grants.recordView(tx, { grantId, operatorId, at: new Date(nowMs()) });
      if (!known) throw notFound('grant');
      return grants.detail(tx, { grantId, digits: 'all' });
    });
  });
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
