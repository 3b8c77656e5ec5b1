// Routes of operators about vendors, and about connections to which nothing may be sold. Viewers
// read; operators block and record deposits; administrators decide what a vendor may. What brings
// value beyond one person's limits is answered with the approval that it waits for.

import { randomUUID } from 'node:crypto';
import { connectionApi, vendorApi } from '@prewatt/api';
import { err, ok } from '@prewatt/quantities';
import type { FastifyInstance } from 'fastify';
import type { Tx } from '../../base/database.ts';
import { on, type RouteCall } from '../../base/http/on.ts';
import { notFound } from '../../base/http/problem.ts';
import { placeOfConnection, setBlockedReason } from '../../registry/connections/index.ts';
import type { Operator } from '../../registry/sign-in/index.ts';
import { refuseOtherOrigins } from '../../registry/sign-in/index.ts';
import { vendorBatches } from './batches.ts';
import { vendorDeposits } from './deposits.ts';
import { statementQuery } from './http-helpers.ts';
import { wasAsked } from './idempotency.ts';
import {
  actors,
  administrators,
  createAs,
  createRecorded,
  type Refusable,
  readers,
  statusOf,
  type VendorOperatorRoutesDeps,
} from './operator-door.ts';
import { phoneRoutes } from './phone-routes.ts';
import { vendorDetail, vendorExists, vendorPage, vendorShifts } from './read.ts';
import { siteSalesOf } from './site-store.ts';
import { statementOf } from './statement.ts';

export function vendorOperatorRoutes(context: VendorOperatorRoutesDeps) {
  return async (app: FastifyInstance): Promise<void> => {
    refuseOtherOrigins(app, context.publicUrl);
    readRoutes(app, context);
    makeRoutes(app, context);
    phoneRoutes(app, context);
    changeRoutes(app, context);
    blockRoutes(app, context);
    vendorDepositRoute(app, context);
    connectionRoutes(app, context);
  };
}

const nowFor = async ({ clocks, utilities }: VendorOperatorRoutesDeps, operator: Operator) => ({
  utility: await utilities.get(operator.utilityId),
  nowMs: clocks.business.nowMs(),
  realNowMs: clocks.real.nowMs(),
});

function readRoutes(app: FastifyInstance, context: VendorOperatorRoutesDeps): void {
  const as = createAs(context);
  on(app, vendorApi.list, ({ request, readQuery }) => {
    const { cursor = null } = readQuery();
    return as(readers, request, async (tx, operator) =>
      ok(await vendorPage(tx, { ...(await nowFor(context, operator)), cursor })),
    );
  });
  on(app, vendorApi.detail, ({ request, uuid }) => {
    const vendorId = uuid('id');
    return as(readers, request, async (tx, operator) =>
      vendorDetail(tx, vendorId, await nowFor(context, operator)),
    );
  });
  const lists = { shifts: vendorShifts, vendorDeposits, batches: vendorBatches } as const;
  for (const name of ['shifts', 'vendorDeposits', 'batches'] as const) {
    on(app, vendorApi[name], ({ request, uuid, readQuery }) => {
      const vendorId = uuid('id');
      const { cursor = null } = readQuery();
      return as(readers, request, async (tx): Refusable<unknown> => {
        if (!(await vendorExists(tx, vendorId))) return err('unknownVendor');
        return ok<unknown>(await lists[name](tx, vendorId, cursor));
      });
    });
  }
  on(app, vendorApi.siteSales, ({ request, uuid }) => {
    const vendorId = uuid('id');
    return as(readers, request, (tx) => siteSalesOf(tx, vendorId));
  });
  on(app, vendorApi.statement, ({ request, uuid, readQuery }) => {
    const vendorId = uuid('id');
    return as(readers, request, async (tx, operator) => {
      const { utility } = await nowFor(context, operator);
      const query = statementQuery(readQuery(), utility.zone);
      if (!(await vendorExists(tx, vendorId))) return err('unknownVendor');
      return ok(await statementOf(tx, { utilityId: utility.id, vendorId }, query));
    });
  });
}

function makeRoutes(app: FastifyInstance, context: VendorOperatorRoutesDeps): void {
  const { auditLog } = context;
  const { asking } = context.vendors;
  const as = createAs(context);
  on(app, vendorApi.create, ({ request, readBody }) => {
    const body = readBody();
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
  on(app, vendorApi.createKey, async ({ request, reply, uuid, readBody }) => {
    const vendorId = uuid('id');
    const asked = readBody();
    reply.header('cache-control', 'no-store');
    const done = await as(administrators, request, async (tx, by) => {
      const isRepeat = await wasAsked(tx, by.utilityId, asked.requestId);
      const made = await asking.key(tx, by, { ...asked, vendorId });
      if (!made.ok || isRepeat || 'approvalId' in made.value) return made;
      const details = { label: asked.label };
      await auditLog.record(tx, by, { act: 'vendorKeyMade', subject: request.params.id, details });
      return made;
    });
    return reply.code(statusOf(done)).send(done);
  });
  on(app, vendorApi.createTerminal, async ({ request, reply, uuid, readBody }) => {
    const vendorId = uuid('id');
    const { requestId, label, ...terminal } = readBody();
    const asked = await as(administrators, request, (tx, by) =>
      asking.terminal(tx, by, { vendorId, requestId, label, terminal }),
    );
    return reply.code(202).send(asked);
  });
}

function changeRoutes(app: FastifyInstance, context: VendorOperatorRoutesDeps): void {
  const { managing, asking } = context.vendors;
  const as = createAs(context);
  const recorded = createRecorded(context);
  on(app, vendorApi.change, ({ request, uuid, readBody }) => {
    const vendorId = uuid('id');
    const { requestId = randomUUID(), ...settings } = readBody();
    const { floatLimitMinor, energyPerHourWh, commissionBasisPoints, tokensPerHour } = settings;
    const { siteBudgetMinor } = settings;
    const noted = { act: 'vendorChanged', details: wordsOf(settings) } as const;
    const change = (tx: Tx, by: Operator) =>
      asking.settings(tx, by, {
        ...{ vendorId, requestId },
        settings: {
          ...(commissionBasisPoints === undefined ? {} : { commissionBasisPoints }),
          ...(tokensPerHour === undefined ? {} : { tokensPerHour }),
          ...(floatLimitMinor === undefined ? {} : { floatLimitMinor: BigInt(floatLimitMinor) }),
          ...(energyPerHourWh === undefined ? {} : { energyPerHourWh: BigInt(energyPerHourWh) }),
          ...(siteBudgetMinor === undefined ? {} : { siteBudgetMinor: BigInt(siteBudgetMinor) }),
        },
      });
    return as(administrators, request, recorded(request, noted, change));
  });
  on(app, vendorApi.revokeKey, async ({ request, uuid }) => {
    const vendorId = uuid('id');
    const keyId = uuid('keyId');
    const noted = { act: 'vendorKeyRevoked', details: { key: request.params.keyId } } as const;
    const revoke = (tx: Tx) => managing.revokeKey(tx, vendorId, keyId);
    await as(administrators, request, recorded(request, noted, revoke));
    return { revoked: true };
  });
}

function blockRoutes(app: FastifyInstance, context: VendorOperatorRoutesDeps): void {
  const { managing } = context.vendors;
  const as = createAs(context);
  const recorded = createRecorded(context);
  on(app, vendorApi.block, ({ request, uuid, readBody }) => {
    const vendorId = uuid('id');
    const { reason } = readBody();
    const noted = { act: 'vendorBlocked', details: { reason } } as const;
    const block = (tx: Tx) => managing.block(tx, vendorId, reason);
    return as(actors, request, recorded(request, noted, block));
  });
  on(app, vendorApi.unblock, ({ request, uuid, readBody }) => {
    const vendorId = uuid('id');
    const { reason } = readBody();
    const noted = { act: 'vendorUnblocked', details: { reason } } as const;
    const unblock = (tx: Tx) => managing.block(tx, vendorId, null);
    return as(actors, request, recorded(request, noted, unblock));
  });
}

function vendorDepositRoute(app: FastifyInstance, context: VendorOperatorRoutesDeps): void {
  const as = createAs(context);
  on(app, vendorApi.recordDeposit, async ({ request, reply, uuid, readBody }) => {
    const vendorId = uuid('id');
    const body = readBody();
    const done = await as(actors, request, (tx, operator) =>
      context.vendors.asking.vendorDeposit(tx, operator, {
        ...{ ...body, vendorId },
        amountMinor: BigInt(body.amountMinor),
      }),
    );
    return reply.code(statusOf(done)).send(done);
  });
  on(app, vendorApi.undoDeposit, async ({ request, reply, uuid, readBody }) => {
    const wish = { ...readBody(), vendorId: uuid('id'), vendorDepositId: uuid('vendorDepositId') };
    const asked = await as(actors, request, (tx, by) =>
      context.vendors.asking.undoDeposit(tx, by, wish),
    );
    return reply.code(202).send(asked);
  });
}

type BlockCall = Pick<
  RouteCall<typeof connectionApi.block> | RouteCall<typeof connectionApi.unblock>,
  'request' | 'uuid' | 'readBody'
>;

/** Whether anything may be sold to a connection, whoever sells. */
function connectionRoutes(app: FastifyInstance, context: VendorOperatorRoutesDeps): void {
  const as = createAs(context);
  const block = async (
    { request, uuid, readBody }: BlockCall,
    act: 'connectionBlocked' | 'connectionUnblocked',
  ) => {
    const id = uuid('id');
    const { reason } = readBody();
    const blockedReason = act === 'connectionBlocked' ? reason : null;
    const blocked = await as(actors, request, async (tx, by) => {
      const name = await setBlockedReason(tx, placeOfConnection(by.utilityId, id), blockedReason);
      if (name === null) return { ok: true, value: false };
      const subject = request.params.id;
      await context.auditLog.record(tx, by, { act, details: { name, reason }, subject });
      return { ok: true, value: true };
    });
    if (!blocked) throw notFound('connection');
    return { blockedReason };
  };
  on(app, connectionApi.block, (call) => block(call, 'connectionBlocked'));
  on(app, connectionApi.unblock, (call) => block(call, 'connectionUnblocked'));
}

/** Settings in words, by their names. */
const wordsOf = (settings: object): Record<string, string> =>
  Object.fromEntries(
    Object.entries(settings).flatMap(([name, value]) =>
      value === undefined ? [] : [[name, String(value)] as const],
    ),
  );
