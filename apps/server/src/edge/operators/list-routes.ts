// Routes of the console's first pages: who is signed in, the overview, the meters, and the
// attention list.

import { consoleApi, type FailingUpkeep, type OperatorMe, setUpApi } from '@prewatt/api';
import type { FastifyInstance } from 'fastify';
import { on } from '../../base/http/on.ts';
import { type AuditLog, createListExport } from '../../registry/audit-log/index.ts';
import {
  createOperatorScope,
  mayFindPeople,
  type OperatorScopeDeps,
} from '../../registry/sign-in/index.ts';
import type { Utility } from '../../registry/utilities/index.ts';
import { attentionParts, attentionSum } from './attention-parts.ts';
import { meterFilePages } from './meter-file.ts';
import { meterFacets, meterPage, overviewOf } from './meters.ts';
import { attentionPage } from './sales.ts';
import { setUpOf } from './set-up.ts';
import { failingUpkeep, type UpkeepDeps } from './upkeep.ts';

export type ListRoutesDeps = OperatorScopeDeps & UpkeepDeps & { readonly auditLog: AuditLog };

function meterFileRoute(app: FastifyInstance, context: ListRoutesDeps): void {
  const { nowMs, scoped } = createOperatorScope(context);
  const sendExport = createListExport(scoped, context.auditLog);
  on(app, consoleApi.meterFile, ({ request, readQuery, reply }) => {
    const query = readQuery();
    const { cursor: _, sort: __, order: ___, as: ____, ...filters } = query;
    const asked = { ...filters, byPeople: mayFindPeople(request), nowMs: nowMs() };
    return sendExport({
      ...{ request, reply, query, name: 'meters', subject: 'meterList' },
      pages: ({ utility }) => meterFilePages(context.database, utility, asked),
    });
  });
}

export function listRoutes(app: FastifyInstance, context: ListRoutesDeps): void {
  meterFileRoute(app, context);
  const { nowMs, scoped, staffScoped } = createOperatorScope(context);
  const failingFor = ({ id }: Utility): readonly FailingUpkeep[] =>
    failingUpkeep(context, {
      utilityId: id,
      realNowMs: context.clocks.real.nowMs(),
    });

  on(app, consoleApi.me, ({ request }) =>
    staffScoped(
      request,
      async ({ operator, utility }): Promise<OperatorMe> => ({
        name: operator.name,
        email: operator.email,
        role: operator.isAuditor ? 'auditor' : operator.role,
        utility: { name: utility.name, zone: utility.zone, currency: utility.currency },
        now: new Date(nowMs()).toISOString(),
        clockSpeed: context.clocks.speed,
        realNow: new Date(context.clocks.real.nowMs()).toISOString(),
        needsSecondFactor: operator.needsSecondFactor === true,
      }),
    ),
  );
  on(app, consoleApi.overview, ({ request }) =>
    scoped(request, async (s) => {
      const overview = await overviewOf(s.tx, s.utility, s.nowMs);
      const parts = await attentionParts(s.tx, s.utility, {
        ...{ nowMs: s.nowMs, realNowMs: context.clocks.real.nowMs() },
        failingUpkeep: failingFor(s.utility).length,
      });
      return { ...overview, attention: attentionSum(parts), attentionParts: parts };
    }),
  );
  on(app, setUpApi.progress, ({ request }) =>
    scoped(request, (s) =>
      setUpOf(s.tx, s.utility, {
        realNowMs: context.clocks.real.nowMs(),
        accounts: context.signIn.accounts,
      }),
    ),
  );
  on(app, consoleApi.meters, ({ request, readQuery }) => {
    const query = readQuery();
    return scoped(request, (s) =>
      meterPage(s.tx, s.utility, {
        ...{ ...query, byPeople: mayFindPeople(request), nowMs: s.nowMs },
        cursor: query.cursor ?? null,
      }),
    );
  });
  on(app, consoleApi.meterCounts, ({ request, readQuery }) => {
    const query = readQuery();
    return scoped(request, (s) =>
      meterFacets(s.tx, s.utility, {
        ...{ ...query, byPeople: mayFindPeople(request), nowMs: s.nowMs },
      }),
    );
  });
  on(app, consoleApi.attention, ({ request }) =>
    scoped(request, (s) => attentionPage(s.tx, s.utility, s.nowMs)),
  );
  on(app, consoleApi.upkeep, ({ request }) =>
    scoped(request, async (s) => ({ rows: failingFor(s.utility), nextCursor: null })),
  );
}
