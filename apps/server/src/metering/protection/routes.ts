// Routes of protection for operators. Shapes: packages/api/src/protection.ts.

import {
  type BodyOf,
  type HomeFlagsAnswer,
  type HomeProtection,
  protectionApi,
  type SupplyCallsAnswer,
  supplyCallApi,
  type VendingOutagesAnswer,
  type WeatherDaysAnswer,
} from '@prewatt/api';
import {
  checkProtectionRules,
  describeRulesError,
  type ProtectionRules,
} from '@prewatt/protection';
import { idFromUuid, type Result } from '@prewatt/quantities';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { on, type RouteCall } from '../../base/http/on.ts';
import { notFound } from '../../base/http/problem.ts';
import type { Approvals } from '../../registry/approvals/index.ts';
import { placeOfConnection } from '../../registry/connections/index.ts';
import {
  createOperatorScope,
  type OperatorScope,
  type OperatorScopeDeps,
  refuseOtherOrigins,
  requireActing,
} from '../../registry/sign-in/index.ts';
import { longestDocument, meterDocument } from './documents.ts';
import { type ProtectionRefusal, problemOfProtection } from './errors.ts';
import type { Protection } from './index.ts';

export type ProtectionRoutesDeps = OperatorScopeDeps & {
  readonly approvals: Approvals;
  readonly protection: Protection;
  readonly publicUrl: string;
};

type HomeCall = Pick<RouteCall<typeof protectionApi.home>, 'request' | 'uuid'>;

/** Room that a rule set leaves for declared days; some 250 of them. */
const spareForDays = 9_000;

export function protectionRoutes(context: ProtectionRoutesDeps) {
  return async (app: FastifyInstance): Promise<void> => {
    refuseOtherOrigins(app, context.publicUrl);
    ruleRoutes(app, context);
    replayRoutes(app, context);
    dayRoutes(app, context);
    outageRoutes(app, context);
    homeRoutes(app, context);
    flagRoutes(app, context);
    callRoutes(app, context);
  };
}

function ruleRoutes(app: FastifyInstance, context: ProtectionRoutesDeps): void {
  const { protection } = context;
  const { scoped } = createOperatorScope(context);
  on(app, protectionApi.rules, ({ request }) =>
    scoped(request, ({ tx, utility }) => protection.ruleSets.overview(tx, utility.id)),
  );
  on(app, protectionApi.propose, async ({ request, reply, readBody }) => {
    const body = readBody();
    const asked = await scoped(request, (s) => propose(context, s, body));
    return reply.code(202).send(asked);
  });
  on(app, protectionApi.readRules, ({ request, readBody }) => {
    const rules = goodRules(readBody().document);
    return scoped(request, ({ tx, utility }) => protection.ruleSets.reading(tx, utility.id, rules));
  });
  on(app, protectionApi.meters, ({ request, readQuery }) => {
    const { state, cursor = null } = readQuery();
    return scoped(request, ({ tx, utility }) =>
      protection.metersView(tx, { utilityId: utility.id, state, cursor }),
    );
  });
}

/** Asks for another rule set; nothing changes until another administrator approves it. */
async function propose(
  { protection, approvals }: ProtectionRoutesDeps,
  { tx, utility, operator }: OperatorScope,
  body: BodyOf<typeof protectionApi.propose>,
): Promise<{ readonly approvalId: string }> {
  if (operator.role !== 'administrator') throw problemOfProtection('notAdministrator');
  const rules = goodRules(body.document);
  if (rules.vendingOutages !== undefined) {
    const why = 'vendingOutages: leave it out; outages are declared on their own';
    throw problemOfProtection('rulesFaulty', why);
  }
  if (meterDocument(rules).length > longestDocument - spareForDays) {
    throw problemOfProtection('rulesTooLong');
  }
  const asked = await approvals.request(tx, {
    utilityId: utility.id,
    kind: 'protectionRules',
    requestId: body.requestId,
    payload: { document: rules },
    reason: body.reason,
    requestedBy: operator,
  });
  if (!asked.ok) throw problemOfProtection('requestIdReused');
  const now = await protection.ruleSets.baseRules(tx, utility.id);
  if (asked.value.isNew && meterDocument(now) === meterDocument(rules)) {
    throw problemOfProtection('rulesUnchanged');
  }
  return { approvalId: idFromUuid('approval', asked.value.approvalId) };
}

function replayRoutes(app: FastifyInstance, context: ProtectionRoutesDeps): void {
  const { replays } = context.protection;
  const { scoped } = createOperatorScope(context);
  on(app, protectionApi.replays, ({ request }) =>
    scoped(request, async ({ tx, utility }) => ({ rows: await replays.latest(tx, utility.id) })),
  );
  // Runs the document over the last days, beside the rules in force.
  on(app, protectionApi.startReplay, async ({ request, reply, readBody }) => {
    const { requestId, document, days, takesEmergency } = readBody();
    const started = await scoped(request, async ({ tx, utility, operator }) => {
      requireActing(operator);
      const { operatorId } = operator;
      const asked = { requestId, rules: goodRules(document), days, takesEmergency, operatorId };
      const found = await replays.find(tx, ok(await replays.start(tx, utility, asked)));
      if (found === null) throw notFound('replay');
      return found;
    });
    return reply.code(202).send(started);
  });
  on(app, protectionApi.replay, ({ request, uuid }) =>
    scoped(request, async ({ tx }) => {
      const found = await replays.find(tx, uuid('id'));
      if (found === null) throw notFound('replay');
      return found;
    }),
  );
  on(app, protectionApi.replayHomes, ({ request, readQuery, uuid }) => {
    const { who, cursor = null } = readQuery();
    const replayId = uuid('id');
    return scoped(request, ({ tx, operator }) => {
      requireActing(operator);
      return replays.homes(tx, { replayId, who, cursor });
    });
  });
}

function dayRoutes(app: FastifyInstance, context: ProtectionRoutesDeps): void {
  const { ruleSets } = context.protection;
  const { scoped } = createOperatorScope(context);
  const days = (request: FastifyRequest): Promise<WeatherDaysAnswer> =>
    scoped(request, async ({ tx, utility }) => ({ rows: await ruleSets.declared(tx, utility) }));
  on(app, protectionApi.weatherDays, ({ request }) => days(request));
  on(app, protectionApi.declareDays, async ({ request, readBody }) => {
    const body = readBody();
    await scoped(request, async ({ tx, utility, operator }) => {
      requireActing(operator);
      const { operatorId } = operator;
      ok(await ruleSets.weatherDays(tx, utility, { ...body, operatorId }));
    });
    return days(request);
  });
}

function outageRoutes(app: FastifyInstance, context: ProtectionRoutesDeps): void {
  const { outages } = context.protection;
  const { scoped } = createOperatorScope(context);
  const list = ({ tx, utility }: OperatorScope): Promise<VendingOutagesAnswer> =>
    outages.list(tx, utility.id).then((rows) => ({ rows }));
  on(app, protectionApi.outages, ({ request }) => scoped(request, list));
  on(app, protectionApi.declareOutage, ({ request, readBody }) => {
    const body = readBody();
    return scoped(request, async (scope) => {
      requireActing(scope.operator);
      const { operatorId } = scope.operator;
      ok(await outages.declare(scope.tx, scope.utility, { ...body, operatorId }));
      return list(scope);
    });
  });
  on(app, protectionApi.endOutage, ({ request, readBody }) => {
    readBody();
    const outageId = outageIdOf(request.params);
    return scoped(request, async (scope) => {
      requireActing(scope.operator);
      const { operatorId } = scope.operator;
      ok(await outages.end(scope.tx, scope.utility, { outageId, operatorId }));
      return list(scope);
    });
  });
  on(app, protectionApi.outageHomes, ({ request }) => {
    const outageId = outageIdOf(request.params);
    return scoped(request, async ({ tx }) => ({ rows: await outages.homes(tx, outageId) }));
  });
}

function outageIdOf({ outageId }: { readonly outageId: string }): string {
  if (!z.uuid().safeParse(outageId).success) throw notFound('outage');
  return outageId;
}

function homeRoutes(app: FastifyInstance, context: ProtectionRoutesDeps): void {
  const { protection } = context;
  const { scoped } = createOperatorScope(context);
  const home = ({ request, uuid }: HomeCall): Promise<HomeProtection> =>
    scoped(request, async ({ tx, utility, operator, nowMs }) => {
      const place = placeOfConnection(utility.id, uuid('id'));
      const showsFlags = operator.role !== 'viewer';
      const view = await protection.homeView(tx, place, { showsFlags, utility, nowMs });
      if (view === null) throw notFound('connection');
      return view;
    });
  on(app, protectionApi.home, home);
  on(app, protectionApi.convert, async (call) => {
    const conversion = call.readBody();
    await scoped(call.request, async ({ tx, utility, operator }) => {
      requireActing(operator);
      const place = placeOfConnection(utility.id, call.uuid('id'));
      const said = { ...conversion, operatorId: operator.operatorId };
      ok(await protection.convert(tx, place, { utility, conversion: said }));
    });
    return home(call);
  });
}

function flagRoutes(app: FastifyInstance, context: ProtectionRoutesDeps): void {
  const { protection } = context;
  const { scoped } = createOperatorScope(context);
  const flags = ({ request, uuid }: HomeCall): Promise<HomeFlagsAnswer> =>
    scoped(request, async ({ tx, utility, operator }) => {
      requireActing(operator);
      const place = placeOfConnection(utility.id, uuid('id'));
      return protection.flagHistory(tx, place, protection.today(utility));
    });
  on(app, protectionApi.flags, flags);
  on(app, protectionApi.changeFlag, async (call) => {
    const body = call.readBody();
    await scoped(call.request, async ({ tx, utility, operator }) => {
      requireActing(operator);
      const place = placeOfConnection(utility.id, call.uuid('id'));
      const change = { ...body, operatorId: operator.operatorId };
      ok(await protection.changeFlag(tx, place, { utility, change }));
    });
    return flags(call);
  });
}

function callRoutes(app: FastifyInstance, context: ProtectionRoutesDeps): void {
  const { protection } = context;
  const { scoped } = createOperatorScope(context);
  const calls = ({
    request,
    readQuery,
  }: Pick<
    RouteCall<typeof supplyCallApi.list>,
    'request' | 'readQuery'
  >): Promise<SupplyCallsAnswer> => {
    const { state } = readQuery();
    return scoped(request, ({ tx, utility, operator }) =>
      protection.listCalls(tx, {
        utilityId: utility.id,
        state,
        showsWhy: operator.role !== 'viewer',
      }),
    );
  };
  on(app, supplyCallApi.list, calls);
  on(app, supplyCallApi.note, async (call) => {
    const body = call.readBody();
    const { callId } = call.request.params;
    if (!z.uuid().safeParse(callId).success) throw notFound('call');
    await scoped(call.request, async ({ tx, utility, operator }) => {
      requireActing(operator);
      const { operatorId } = operator;
      const place = placeOfConnection(utility.id, call.uuid('id'));
      ok(await protection.noteCall(tx, { ...body, ...place, callId, operatorId }));
    });
    return calls(call);
  });
}

function goodRules(document: unknown): ProtectionRules {
  const rules = checkProtectionRules(document);
  if (!rules.ok) throw problemOfProtection('rulesFaulty', describeRulesError(rules.error));
  return rules.value;
}

function ok<T>(result: Result<T, ProtectionRefusal>): T {
  if (!result.ok) throw problemOfProtection(result.error);
  return result.value;
}
