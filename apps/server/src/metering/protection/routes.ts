// Routes of protection for operators. Shapes: packages/api/src/protection.ts.

import {
  conversionBodySchema,
  type HomeFlagsAnswer,
  type HomeProtection,
  homeFlagBodySchema,
  meterKnowledgeSchema,
  type ProtectionReplay,
  proposeRulesBodySchema,
  readRulesBodySchema,
  replayHomesFilterSchema,
  type SupplyCallsAnswer,
  startReplayBodySchema,
  supplyCallNoteBodySchema,
  type WeatherDaysAnswer,
  weatherDaysBodySchema,
} from '@prewatt/api';
import {
  checkProtectionRules,
  describeRulesError,
  type ProtectionRules,
} from '@prewatt/protection';
import { idFromUuid, type Result } from '@prewatt/quantities';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { parse } from '../../base/http/parse.ts';
import { uuidFromPath } from '../../base/http/paths.ts';
import { notFound } from '../../base/http/problem.ts';
import type { Approvals } from '../../registry/approvals/index.ts';
import { placeOfConnection } from '../../registry/connections/index.ts';
import {
  createOperatorScope,
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

type ById = { Params: { id: string } };
type ByCall = { Params: { id: string; callId: string } };

/** Room that a rule set leaves for declared days; some 250 of them. */
const spareForDays = 9_000;

const callsQuery = z.object({ state: z.enum(['open', 'resolved']).default('open') });

const metersQuery = z.object({
  state: meterKnowledgeSchema.exclude(['upToDate']).default('waiting'),
  cursor: z
    .string()
    .regex(/^\d{1,4}\.[0-9a-f-]{36}$/, 'the cursor of the answer before')
    .optional(),
});

const homesQuery = z.object({
  who: replayHomesFilterSchema.default('all'),
  cursor: z
    .string()
    .regex(/^\d{1,4}\.[0-9a-f-]{36}$/, 'the cursor of the answer before')
    .optional(),
});

export function protectionRoutes(context: ProtectionRoutesDeps) {
  const { protection } = context;
  const { scoped } = createOperatorScope(context);

  const days = (request: FastifyRequest): Promise<WeatherDaysAnswer> =>
    scoped(request, async ({ tx, utility }) => ({
      rows: await protection.ruleSets.declared(tx, utility),
    }));
  const flags = (request: FastifyRequest<ById>): Promise<HomeFlagsAnswer> =>
    scoped(request, async ({ tx, utility, operator }) => {
      requireActing(operator);
      const place = placeOfConnection(utility.id, uuidFromPath('connection', request.params.id));
      return protection.flagHistory(tx, place, protection.today(utility));
    });
  const home = (request: FastifyRequest<ById>): Promise<HomeProtection> =>
    scoped(request, async ({ tx, utility, operator, nowMs }) => {
      const place = placeOfConnection(utility.id, uuidFromPath('connection', request.params.id));
      const showsFlags = operator.role !== 'viewer';
      const view = await protection.homeView(tx, place, { showsFlags, utility, nowMs });
      if (view === null) throw notFound('connection');
      return view;
    });
  const calls = (request: FastifyRequest): Promise<SupplyCallsAnswer> => {
    const { state } = parse(callsQuery, request.query);
    return scoped(request, ({ tx, utility, operator }) =>
      protection.listCalls(tx, {
        utilityId: utility.id,
        state,
        showsWhy: operator.role !== 'viewer',
      }),
    );
  };

  return async (app: FastifyInstance): Promise<void> => {
    refuseOtherOrigins(app, context.publicUrl);
    const root = '/api/operator/protection';
    app.get(`${root}/rules`, (request) =>
      scoped(request, ({ tx, utility }) => protection.ruleSets.overview(tx, utility.id)),
    );
    app.post(`${root}/rules`, async (request, reply) =>
      reply.code(202).send(await propose(context, request)),
    );
    app.post(`${root}/rules/reading`, (request) => {
      const rules = goodRules(parse(readRulesBodySchema, request.body).document);
      return scoped(request, ({ tx, utility }) =>
        protection.ruleSets.reading(tx, utility.id, rules),
      );
    });
    app.get(`${root}/replays`, (request) =>
      scoped(request, async ({ tx, utility }) => ({
        rows: await protection.replays.latest(tx, utility.id),
      })),
    );
    app.post(`${root}/replays`, async (request, reply) =>
      reply.code(202).send(await startReplay(context, request)),
    );
    app.get<ById>(`${root}/replays/:id`, (request) =>
      scoped(request, async ({ tx }) => {
        const found = await protection.replays.find(tx, uuidFromPath('replay', request.params.id));
        if (found === null) throw notFound('replay');
        return found;
      }),
    );
    app.get<ById>(`${root}/replays/:id/homes`, (request) => {
      const { who, cursor = null } = parse(homesQuery, request.query);
      const replayId = uuidFromPath('replay', request.params.id);
      return scoped(request, ({ tx, operator }) => {
        requireActing(operator);
        return protection.replays.homes(tx, { replayId, who, cursor });
      });
    });
    app.get(`${root}/meters`, (request) => {
      const { state, cursor = null } = parse(metersQuery, request.query);
      return scoped(request, ({ tx, utility }) =>
        protection.metersView(tx, { utilityId: utility.id, state, cursor }),
      );
    });
    app.get<ById>('/api/operator/connections/:id/protection', home);
    app.post<ById>('/api/operator/connections/:id/conversion', async (request) => {
      const conversion = parse(conversionBodySchema, request.body);
      await scoped(request, async ({ tx, utility, operator }) => {
        requireActing(operator);
        const place = placeOfConnection(utility.id, uuidFromPath('connection', request.params.id));
        const said = { ...conversion, operatorId: operator.operatorId };
        ok(await protection.convert(tx, place, { utility, conversion: said }));
      });
      return home(request);
    });
    app.get(`${root}/weather-days`, days);
    app.post(`${root}/weather-days`, async (request) => {
      const body = parse(weatherDaysBodySchema, request.body);
      await scoped(request, async ({ tx, utility, operator }) => {
        requireActing(operator);
        const { operatorId } = operator;
        ok(await protection.ruleSets.weatherDays(tx, utility, { ...body, operatorId }));
      });
      return days(request);
    });
    app.get<ById>('/api/operator/connections/:id/protection-flags', flags);
    app.post<ById>('/api/operator/connections/:id/protection-flags', async (request) => {
      const body = parse(homeFlagBodySchema, request.body);
      await scoped(request, async ({ tx, utility, operator }) => {
        requireActing(operator);
        const place = placeOfConnection(utility.id, uuidFromPath('connection', request.params.id));
        const change = { ...body, operatorId: operator.operatorId };
        ok(await protection.changeFlag(tx, place, { utility, change }));
      });
      return flags(request);
    });
    app.get('/api/operator/supply-calls', calls);
    app.post<ByCall>('/api/operator/connections/:id/supply-calls/:callId', async (request) => {
      const body = parse(supplyCallNoteBodySchema, request.body);
      const { id, callId } = request.params;
      if (!z.uuid().safeParse(callId).success) throw notFound('call');
      await scoped(request, async ({ tx, utility, operator }) => {
        requireActing(operator);
        const { operatorId } = operator;
        const place = placeOfConnection(utility.id, uuidFromPath('connection', id));
        ok(await protection.noteCall(tx, { ...body, ...place, callId, operatorId }));
      });
      return calls(request);
    });
  };
}

/** Asks for another rule set; nothing changes until another administrator approves it. */
async function propose(
  context: ProtectionRoutesDeps,
  request: FastifyRequest,
): Promise<{ readonly approvalId: string }> {
  const { protection, approvals } = context;
  const body = parse(proposeRulesBodySchema, request.body);
  return createOperatorScope(context).scoped(request, async ({ tx, utility, operator }) => {
    if (operator.role !== 'administrator') throw problemOfProtection('notAdministrator');
    const rules = goodRules(body.document);
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
  });
}

/** Runs the document over the last days, beside the rules in force. */
async function startReplay(
  context: ProtectionRoutesDeps,
  request: FastifyRequest,
): Promise<ProtectionReplay> {
  const { replays } = context.protection;
  const { requestId, document, days } = parse(startReplayBodySchema, request.body);
  return createOperatorScope(context).scoped(request, async ({ tx, utility, operator }) => {
    requireActing(operator);
    const { operatorId } = operator;
    const asked = { requestId, rules: goodRules(document), days, operatorId };
    const found = await replays.find(tx, ok(await replays.start(tx, utility, asked)));
    if (found === null) throw notFound('replay');
    return found;
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
