// Routes of operators about vendors, and about connections to which nothing may be sold. Viewers
// read; operators block and record deposits; administrators decide what a vendor may.

import {
  blockSchema,
  newVendorKeySchema,
  newVendorSchema,
  vendorDepositBodySchema,
  vendorSettingsSchema,
} from '@prewatt/api';
import { err, ok, type Result } from '@prewatt/quantities';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { placeOfConnection } from '../connections/index.ts';
import { type RouteContext, uuidFromPath } from '../http/context.ts';
import { operatorOf } from '../http/operator-scope.ts';
import { refuseOtherOrigins } from '../http/origin.ts';
import { parse } from '../http/parse.ts';
import { forbidden, notFound } from '../http/problem.ts';
import type { Tx } from '../platform/database.ts';
import type { Operator } from '../sign-in/index.ts';
import { answer, statementQuery } from './edge.ts';
import type { VendorRefusal } from './errors.ts';
import { vendorDeposits, vendorDetail, vendorExists, vendorPage, vendorShifts } from './read.ts';
import { statementOf } from './statement.ts';

type ById = { Params: { id: string } };
type ByKey = { Params: { id: string; keyId: string } };
type Role = Operator['role'];

const listQuery = z.object({ cursor: z.string().max(100).optional() });
const historyQuery = z.object({ cursor: z.uuid().optional() });

const readers: readonly Role[] = ['viewer', 'operator', 'administrator'];
const actors: readonly Role[] = ['operator', 'administrator'];
const administrators: readonly Role[] = ['administrator'];

export function vendorOperatorRoutes(context: RouteContext) {
  const { services, signIn } = context;
  const { managing } = services.vendors;

  /** The answer to an operator of one of these roles, in one transaction of the utility. */
  const as = async <T>(
    roles: readonly Role[],
    request: FastifyRequest,
    work: (tx: Tx, operator: Operator) => Promise<Result<T, VendorRefusal>>,
  ): Promise<T> => {
    const operator = await operatorOf(signIn, request);
    if (!roles.includes(operator.role)) {
      throw forbidden(`This is for the role ${roles.join(' or ')}; yours is ${operator.role}.`);
    }
    return answer(
      await services.database.inUtility(operator.utilityId, (tx) => work(tx, operator)),
    );
  };
  const nowFor = async (operator: Operator) => ({
    utility: await services.utilities.get(operator.utilityId),
    nowMs: services.clocks.business.nowMs(),
    realNowMs: services.clocks.real.nowMs(),
  });
  const vendorIdOf = (request: FastifyRequest<ById>) => uuidFromPath('vendor', request.params.id);

  const readRoutes = (app: FastifyInstance): void => {
    app.get('/api/operator/vendors', (request) => {
      const { cursor } = parse(listQuery, request.query);
      return as(readers, request, async (tx, operator) =>
        ok(await vendorPage(tx, { ...(await nowFor(operator)), cursor: cursor ?? null })),
      );
    });
    app.get<ById>('/api/operator/vendors/:id', (request) => {
      const vendorId = vendorIdOf(request);
      return as(readers, request, async (tx, operator) =>
        vendorDetail(tx, vendorId, await nowFor(operator)),
      );
    });
    const lists = [
      ['shifts', vendorShifts],
      ['deposits', vendorDeposits],
    ] as const;
    for (const [name, list] of lists) {
      app.get<ById>(`/api/operator/vendors/:id/${name}`, (request) => {
        const vendorId = vendorIdOf(request);
        const { cursor } = parse(historyQuery, request.query);
        return as(readers, request, async (tx): Promise<Result<unknown, VendorRefusal>> => {
          if (!(await vendorExists(tx, vendorId))) return err('unknownVendor');
          return ok(await list(tx, vendorId, cursor ?? null));
        });
      });
    }
    app.get<ById>('/api/operator/vendors/:id/statement', (request) => {
      const vendorId = vendorIdOf(request);
      return as(readers, request, async (tx, operator) => {
        const { utility } = await nowFor(operator);
        const query = statementQuery(request.query, utility.zone);
        if (!(await vendorExists(tx, vendorId))) return err('unknownVendor');
        return ok(await statementOf(tx, { utilityId: utility.id, vendorId }, query));
      });
    });
  };

  const administratorRoutes = (app: FastifyInstance): void => {
    app.post('/api/operator/vendors', (request) => {
      const body = parse(newVendorSchema, request.body);
      return as(administrators, request, (tx, { utilityId }) =>
        managing.create(tx, utilityId, {
          ...body,
          floatLimitMinor: BigInt(body.floatLimitMinor),
          energyPerHourWh: BigInt(body.energyPerHourWh),
        }),
      );
    });
    app.post<ById>('/api/operator/vendors/:id/settings', (request) => {
      const vendorId = vendorIdOf(request);
      const { floatLimitMinor, energyPerHourWh, commissionBasisPoints, tokensPerHour } = parse(
        vendorSettingsSchema,
        request.body,
      );
      return as(administrators, request, (tx) =>
        managing.change(tx, vendorId, {
          ...(commissionBasisPoints === undefined ? {} : { commissionBasisPoints }),
          ...(tokensPerHour === undefined ? {} : { tokensPerHour }),
          ...(floatLimitMinor === undefined ? {} : { floatLimitMinor: BigInt(floatLimitMinor) }),
          ...(energyPerHourWh === undefined ? {} : { energyPerHourWh: BigInt(energyPerHourWh) }),
        }),
      );
    });
    app.post<ById>('/api/operator/vendors/:id/keys', (request, reply) => {
      const vendorId = vendorIdOf(request);
      const asked = parse(newVendorKeySchema, request.body);
      reply.header('cache-control', 'no-store');
      return as(administrators, request, (tx) => managing.createKey(tx, vendorId, asked));
    });
    app.post<ByKey>('/api/operator/vendors/:id/keys/:keyId/revoke', async (request) => {
      const vendorId = uuidFromPath('vendor', request.params.id);
      const keyId = uuidFromPath('key', request.params.keyId);
      await as(administrators, request, (tx) => managing.revokeKey(tx, vendorId, keyId));
      return { revoked: true };
    });
  };

  const actingRoutes = (app: FastifyInstance): void => {
    app.post<ById>('/api/operator/vendors/:id/block', (request) => {
      const vendorId = vendorIdOf(request);
      const { reason } = parse(blockSchema, request.body);
      return as(actors, request, (tx) => managing.block(tx, vendorId, reason));
    });
    app.post<ById>('/api/operator/vendors/:id/unblock', (request) => {
      const vendorId = vendorIdOf(request);
      return as(actors, request, (tx) => managing.block(tx, vendorId, null));
    });
    app.post<ById>('/api/operator/vendors/:id/deposits', (request) => {
      const vendorId = vendorIdOf(request);
      const body = parse(vendorDepositBodySchema, request.body);
      return as(actors, request, (tx, operator) =>
        managing.recordDeposit(tx, vendorId, {
          ...body,
          amountMinor: BigInt(body.amountMinor),
          operatorName: operator.name,
        }),
      );
    });
    app.post<ById>('/api/operator/connections/:id/block', (request) => {
      const { reason } = parse(blockSchema, request.body);
      return blockConnection(request, reason);
    });
    app.post<ById>('/api/operator/connections/:id/unblock', (request) =>
      blockConnection(request, null),
    );
  };

  const blockConnection = async (request: FastifyRequest<ById>, reason: string | null) => {
    const id = uuidFromPath('connection', request.params.id);
    const blocked = await as(actors, request, async (tx, { utilityId }) => {
      const { bucket, connectionId } = placeOfConnection(utilityId, id);
      const row = await tx
        .updateTable('connections')
        .set({ blocked_reason: reason })
        .where('bucket', '=', bucket)
        .where('id', '=', connectionId)
        .returning('id')
        .executeTakeFirst();
      return { ok: true, value: row !== undefined };
    });
    if (!blocked) throw notFound('connection');
    return { blockedReason: reason };
  };

  return async (app: FastifyInstance): Promise<void> => {
    refuseOtherOrigins(app, context.publicUrl);
    readRoutes(app);
    administratorRoutes(app);
    actingRoutes(app);
  };
}
