// Routes of operators about vendors, and about connections to which nothing may be sold. Viewers
// read; operators block and record deposits; administrators decide what a vendor may. What brings
// value beyond one person's limits is answered with the approval that it waits for.

import { randomUUID } from 'node:crypto';
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
import type { Database, Tx } from '../../base/database.ts';
import { parse } from '../../base/http/parse.ts';
import { uuidFromPath } from '../../base/http/paths.ts';
import { forbidden, notFound } from '../../base/http/problem.ts';
import type { Clocks } from '../../base/time.ts';
import type { AuditLog, NewAuditEntry } from '../../registry/audit-log/index.ts';
import { placeOfConnection, setBlockedReason } from '../../registry/connections/index.ts';
import type { Operator } from '../../registry/sign-in/index.ts';
import { operatorOf, refuseOtherOrigins, type SignIn } from '../../registry/sign-in/index.ts';
import type { Utilities } from '../../registry/utilities/index.ts';
import type { VendorRefusal } from './errors.ts';
import { answer, statementQuery } from './http-helpers.ts';
import { wasAsked } from './idempotency.ts';
import type { Vendors } from './index.ts';
import { vendorDeposits, vendorDetail, vendorExists, vendorPage, vendorShifts } from './read.ts';
import { statementOf } from './statement.ts';

export type VendorOperatorRoutesDeps = {
  readonly clocks: Clocks;
  readonly database: Database;
  readonly publicUrl: string;
  readonly signIn: SignIn;
  readonly utilities: Utilities;
  readonly vendors: Vendors;
  readonly auditLog: AuditLog;
};

type ById = { Params: { id: string } };
type ByKey = { Params: { id: string; keyId: string } };
type Role = Operator['role'];

const listQuery = z.object({ cursor: z.string().max(100).optional() });
const historyQuery = z.object({ cursor: z.uuid().optional() });

const readers: readonly Role[] = ['viewer', 'operator', 'administrator'];
const actors: readonly Role[] = ['operator', 'administrator'];
const administrators: readonly Role[] = ['administrator'];

export function vendorOperatorRoutes(context: VendorOperatorRoutesDeps) {
  const { signIn, auditLog } = context;
  const { managing, asking } = context.vendors;

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
    return answer(await context.database.inUtility(operator.utilityId, (tx) => work(tx, operator)));
  };
  /** The same, with an entry of the audit log in the same transaction. */
  const recorded =
    <T>(
      request: FastifyRequest<ById>,
      noted: Pick<NewAuditEntry, 'act' | 'details'>,
      work: (tx: Tx, by: Operator) => Promise<Result<T, VendorRefusal>>,
    ) =>
    async (tx: Tx, by: Operator): Promise<Result<T, VendorRefusal>> => {
      const done = await work(tx, by);
      if (done.ok) await auditLog.record(tx, by, { ...noted, subject: request.params.id });
      return done;
    };
  const nowFor = async (operator: Operator) => ({
    utility: await context.utilities.get(operator.utilityId),
    nowMs: context.clocks.business.nowMs(),
    realNowMs: context.clocks.real.nowMs(),
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
      return as(administrators, request, async (tx, by) => {
        const { requestId, ...asked } = body;
        const isRepeat = await wasAsked(tx, by.utilityId, requestId);
        const made = await asking.create(tx, by, {
          ...body,
          floatLimitMinor: BigInt(body.floatLimitMinor),
          energyPerHourWh: BigInt(body.energyPerHourWh),
        });
        if (!made.ok || isRepeat) return made;
        const subject = made.value.vendorId;
        await auditLog.record(tx, by, { act: 'vendorMade', subject, details: wordsOf(asked) });
        return made;
      });
    });
    app.post<ById>('/api/operator/vendors/:id/settings', (request) => {
      const vendorId = vendorIdOf(request);
      const { requestId = randomUUID(), ...settings } = parse(vendorSettingsSchema, request.body);
      const { floatLimitMinor, energyPerHourWh, commissionBasisPoints, tokensPerHour } = settings;
      const noted = { act: 'vendorChanged', details: wordsOf(settings) } as const;
      const change = (tx: Tx, by: Operator) =>
        asking.settings(tx, by, {
          ...{ vendorId, requestId },
          settings: {
            ...(commissionBasisPoints === undefined ? {} : { commissionBasisPoints }),
            ...(tokensPerHour === undefined ? {} : { tokensPerHour }),
            ...(floatLimitMinor === undefined ? {} : { floatLimitMinor: BigInt(floatLimitMinor) }),
            ...(energyPerHourWh === undefined ? {} : { energyPerHourWh: BigInt(energyPerHourWh) }),
          },
        });
      return as(administrators, request, recorded(request, noted, change));
    });
    app.post<ById>('/api/operator/vendors/:id/keys', async (request, reply) => {
      const vendorId = vendorIdOf(request);
      const asked = parse(newVendorKeySchema, request.body);
      reply.header('cache-control', 'no-store');
      const done = await as(administrators, request, async (tx, by) => {
        const isRepeat = await wasAsked(tx, by.utilityId, asked.requestId);
        const made = await asking.key(tx, by, { ...asked, vendorId });
        if (!made.ok || isRepeat || 'approvalId' in made.value) return made;
        const noted = { act: 'vendorKeyMade', details: { label: asked.label } } as const;
        await auditLog.record(tx, by, { ...noted, subject: request.params.id });
        return made;
      });
      return reply.code(statusOf(done)).send(done);
    });
    app.post<ByKey>('/api/operator/vendors/:id/keys/:keyId/revoke', async (request) => {
      const vendorId = uuidFromPath('vendor', request.params.id);
      const keyId = uuidFromPath('key', request.params.keyId);
      const noted = { act: 'vendorKeyRevoked', details: { key: request.params.keyId } } as const;
      const revoke = (tx: Tx) => managing.revokeKey(tx, vendorId, keyId);
      await as(administrators, request, recorded(request, noted, revoke));
      return { revoked: true };
    });
  };

  const actingRoutes = (app: FastifyInstance): void => {
    app.post<ById>('/api/operator/vendors/:id/block', (request) => {
      const vendorId = vendorIdOf(request);
      const { reason } = parse(blockSchema, request.body);
      const noted = { act: 'vendorBlocked', details: { reason } } as const;
      const block = (tx: Tx) => managing.block(tx, vendorId, reason);
      return as(actors, request, recorded(request, noted, block));
    });
    app.post<ById>('/api/operator/vendors/:id/unblock', (request) => {
      const vendorId = vendorIdOf(request);
      const unblock = (tx: Tx) => managing.block(tx, vendorId, null);
      return as(actors, request, recorded(request, { act: 'vendorUnblocked' }, unblock));
    });
    app.post<ById>('/api/operator/vendors/:id/deposits', async (request, reply) => {
      const vendorId = vendorIdOf(request);
      const body = parse(vendorDepositBodySchema, request.body);
      const done = await as(actors, request, (tx, operator) =>
        asking.vendorDeposit(tx, operator, {
          ...{ ...body, vendorId },
          amountMinor: BigInt(body.amountMinor),
        }),
      );
      return reply.code(statusOf(done)).send(done);
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
    const blocked = await as(actors, request, async (tx, by) => {
      const name = await setBlockedReason(tx, placeOfConnection(by.utilityId, id), reason);
      if (name === null) return { ok: true, value: false };
      const subject = request.params.id;
      await auditLog.record(tx, by, {
        ...(reason === null
          ? { act: 'connectionUnblocked', details: { name } }
          : { act: 'connectionBlocked', details: { name, reason } }),
        subject,
      });
      return { ok: true, value: true };
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

/** 202 for what waits for a second person. */
const statusOf = (done: object): 200 | 202 => ('approvalId' in done ? 202 : 200);

/** Settings in words, by their names. */
const wordsOf = (settings: object): Record<string, string> =>
  Object.fromEntries(
    Object.entries(settings).flatMap(([name, value]) =>
      value === undefined ? [] : [[name, String(value)] as const],
    ),
  );
