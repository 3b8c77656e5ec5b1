// Routes of key-change campaigns. Shapes: packages/api/src/campaigns.ts.

import { Readable } from 'node:stream';
import { campaignApi } from '@prewatt/api';
import type { Result } from '@prewatt/quantities';
import type { FastifyInstance } from 'fastify';
import { createCells, csvLines } from '../../base/csv.ts';
import { on } from '../../base/http/on.ts';
import { forbidden, notFound } from '../../base/http/problem.ts';
import type { AuditLog } from '../../registry/audit-log/index.ts';
import type { Operator } from '../../registry/sign-in/index.ts';
import {
  createOperatorScope,
  type OperatorScope,
  type OperatorScopeDeps,
  refuseOtherOrigins,
} from '../../registry/sign-in/index.ts';
import { type CampaignRefusal, problemOfCampaign } from './errors.ts';
import type { KeyChanges } from './key-changes.ts';

export type KeyChangeRoutesDeps = OperatorScopeDeps & {
  readonly auditLog: AuditLog;
  readonly keyChanges: KeyChanges;
  readonly publicUrl: string;
};

type CampaignMeters = Awaited<ReturnType<KeyChanges['meters']>>;
/** Named as in the utility's other files. */
const campaignColumns = [
  'meter_number',
  'connection_name',
  'state',
  'set_issued_at',
  'set_state_at',
  'refusal',
  'last_contact_at',
  'unused_tokens',
  'time_zone',
];
// 10,000 meter numbers.
const bodyLimit = 400_000;

function requireAdministrator(operator: Operator): void {
  if (operator.role !== 'administrator') {
    throw forbidden(`This is for the role administrator; yours is ${operator.role}.`);
  }
}

export function keyChangeRoutes(context: KeyChangeRoutesDeps) {
  return async (app: FastifyInstance): Promise<void> => {
    refuseOtherOrigins(app, context.publicUrl);
    readRoutes(app, context);
    fileRoute(app, context);
    actingRoutes(app, context);
  };
}

async function campaignOf(keyChanges: KeyChanges, s: OperatorScope, campaignId: string) {
  const [campaign] = await keyChanges.campaigns(s.tx, {
    utilityId: s.utility.id,
    nowMs: s.nowMs,
    campaignId,
  });
  if (campaign === undefined) throw notFound('campaign');
  return campaign;
}

function readRoutes(app: FastifyInstance, context: KeyChangeRoutesDeps): void {
  const { keyChanges } = context;
  const { scoped } = createOperatorScope(context);
  on(app, campaignApi.list, ({ request }) =>
    scoped(request, async (s) => ({
      rows: await keyChanges.campaigns(s.tx, { utilityId: s.utility.id, nowMs: s.nowMs }),
    })),
  );
  on(app, campaignApi.detail, ({ request, uuid }) => {
    const campaignId = uuid('id');
    return scoped(request, (s) => campaignOf(keyChanges, s, campaignId));
  });
  on(app, campaignApi.meters, ({ request, readQuery, uuid }) => {
    const campaignId = uuid('id');
    const { state, cursor = null } = readQuery();
    return scoped(request, async (s) => {
      await campaignOf(keyChanges, s, campaignId);
      return keyChanges.meters(s.tx, { campaignId, nowMs: s.nowMs, state, cursor });
    });
  });
}

function fileRoute(app: FastifyInstance, context: KeyChangeRoutesDeps): void {
  const { keyChanges } = context;
  const { scoped, operatorOf } = createOperatorScope(context);
  on(app, campaignApi.file, async ({ request, reply, uuid }) => {
    const campaignId = uuid('id');
    const operator = await operatorOf(request);
    if (operator.role === 'viewer') throw forbidden('Your sign-in may not export.');
    await scoped(request, (s) => campaignOf(keyChanges, s, campaignId));
    return reply
      .type('text/csv; charset=utf-8; header=present')
      .header('content-disposition', 'attachment; filename="campaign.csv"')
      .header('cache-control', 'no-store')
      .send(Readable.from(lines(context, operator.utilityId, campaignId)));
  });
}

/** A page of meters at a time, so that a large campaign never rests in memory. */
async function* lines(
  context: KeyChangeRoutesDeps,
  utilityId: string,
  campaignId: string,
): AsyncGenerator<string> {
  const { keyChanges, clocks } = context;
  const cells = createCells(await context.utilities.get(utilityId));
  const at = (iso: string | null): string => cells.at(iso === null ? null : Date.parse(iso));
  yield csvLines([campaignColumns]);
  let cursor: string | null = null;
  do {
    const asked = { campaignId, nowMs: clocks.business.nowMs(), state: 'all', cursor } as const;
    const page: CampaignMeters = await context.database.inUtility(utilityId, (tx) =>
      keyChanges.meters(tx, asked),
    );
    yield csvLines(
      page.rows.map((row) => [
        row.meterPan,
        row.connectionName,
        row.state,
        at(row.setIssuedAt),
        at(row.setStateAt),
        row.refusal ?? '',
        at(row.lastContactAt),
        String(row.unusedTokens),
        cells.zone,
      ]),
    );
    cursor = page.nextCursor;
  } while (cursor !== null);
}

function actingRoutes(app: FastifyInstance, context: KeyChangeRoutesDeps): void {
  const { auditLog, keyChanges } = context;
  const { scoped } = createOperatorScope(context);
  on(app, campaignApi.create, {
    bodyLimit,
    handler: ({ request, readBody }) => {
      const body = readBody();
      return scoped(request, async (s) => {
        requireAdministrator(s.operator);
        const asked = { utilityId: s.utility.id, by: s.operator, body };
        const { campaignId } = answer(await keyChanges.create(s.tx, asked));
        return campaignOf(keyChanges, s, campaignId);
      });
    },
  });
  on(app, campaignApi.deliver, ({ request, readBody, uuid }) => {
    const campaignId = uuid('id');
    readBody();
    return scoped(request, async (s) => {
      requireAdministrator(s.operator);
      const asked = { utilityId: s.utility.id, by: s.operator, campaignId };
      const delivered = answer(await keyChanges.deliver(s.tx, asked));
      const subject = request.params.id;
      await auditLog.record(s.tx, s.operator, { act: 'campaignDelivered', subject });
      return delivered;
    });
  });
  on(app, campaignApi.withdraw, ({ request, readBody, uuid }) => {
    const campaignId = uuid('id');
    readBody();
    return scoped(request, async (s) => {
      requireAdministrator(s.operator);
      answer(await keyChanges.withdraw(s.tx, { utilityId: s.utility.id, campaignId }));
      const subject = request.params.id;
      await auditLog.record(s.tx, s.operator, { act: 'campaignWithdrawn', subject });
      return campaignOf(keyChanges, s, campaignId);
    });
  });
}

function answer<T>(result: Result<T, CampaignRefusal>): T {
  if (!result.ok) throw problemOfCampaign(result.error);
  return result.value;
}
