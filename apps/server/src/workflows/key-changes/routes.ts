// Routes of key-change campaigns. Shapes: packages/api/src/campaigns.ts.

import { Readable } from 'node:stream';
import { campaignMeterStates, newCampaignSchema } from '@prewatt/api';
import type { Result } from '@prewatt/quantities';
import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import { createCells, csvLines } from '../../base/csv.ts';
import { parse } from '../../base/http/parse.ts';
import { uuidFromPath } from '../../base/http/paths.ts';
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
type ById = { Params: { id: string } };

const metersQuery = z.object({
  state: z.enum([...campaignMeterStates, 'all']).default('all'),
  cursor: z
    .string()
    .regex(/^\d{18}$/, 'the 18 digits of a meter')
    .optional(),
});
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
  const { keyChanges } = context;
  const { scoped, operatorOf, nowMs } = createOperatorScope(context);

  const campaignOf = async (s: OperatorScope, campaignId: string) => {
    const [campaign] = await keyChanges.campaigns(s.tx, {
      utilityId: s.utility.id,
      nowMs: s.nowMs,
      campaignId,
    });
    if (campaign === undefined) throw notFound('campaign');
    return campaign;
  };

  const readRoutes = (app: FastifyInstance): void => {
    app.get('/api/operator/campaigns', (request) =>
      scoped(request, async (s) => ({
        rows: await keyChanges.campaigns(s.tx, { utilityId: s.utility.id, nowMs: s.nowMs }),
      })),
    );
    app.get<ById>('/api/operator/campaigns/:id', (request) => {
      const campaignId = uuidFromPath('campaign', request.params.id);
      return scoped(request, (s) => campaignOf(s, campaignId));
    });
    app.get<ById>('/api/operator/campaigns/:id/meters', (request) => {
      const campaignId = uuidFromPath('campaign', request.params.id);
      const query = parse(metersQuery, request.query);
      return scoped(request, async (s) => {
        await campaignOf(s, campaignId);
        const cursor = query.cursor ?? null;
        return keyChanges.meters(s.tx, { campaignId, nowMs: s.nowMs, state: query.state, cursor });
      });
    });
    app.get<ById>('/api/operator/campaigns/:id/export', async (request, reply) => {
      const campaignId = uuidFromPath('campaign', request.params.id);
      const operator = await operatorOf(request);
      if (operator.role === 'viewer') throw forbidden('Your sign-in may not export.');
      await scoped(request, (s) => campaignOf(s, campaignId));
      return reply
        .type('text/csv; charset=utf-8; header=present')
        .header('content-disposition', 'attachment; filename="campaign.csv"')
        .header('cache-control', 'no-store')
        .send(Readable.from(lines(operator.utilityId, campaignId)));
    });
  };

  /** A page of meters at a time, so that a large campaign never rests in memory. */
  async function* lines(utilityId: string, campaignId: string): AsyncGenerator<string> {
    const cells = createCells(await context.utilities.get(utilityId));
    const at = (iso: string | null): string => cells.at(iso === null ? null : Date.parse(iso));
    yield csvLines([campaignColumns]);
    let cursor: string | null = null;
    do {
      const after: string | null = cursor;
      const page: CampaignMeters = await context.database.inUtility(utilityId, (tx) =>
        keyChanges.meters(tx, { campaignId, nowMs: nowMs(), state: 'all', cursor: after }),
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

  const actingRoutes = (app: FastifyInstance): void => {
    app.post('/api/operator/campaigns', { bodyLimit }, (request) => {
      const body = parse(newCampaignSchema, request.body);
      return scoped(request, async (s) => {
        requireAdministrator(s.operator);
        const asked = { utilityId: s.utility.id, by: s.operator, body };
        const { campaignId } = answer(await keyChanges.create(s.tx, asked));
        return campaignOf(s, campaignId);
      });
    });
    app.post<ById>('/api/operator/campaigns/:id/deliver', (request) => {
      const campaignId = uuidFromPath('campaign', request.params.id);
      parse(z.strictObject({}), request.body ?? {});
      return scoped(request, async (s) => {
        requireAdministrator(s.operator);
        const asked = { utilityId: s.utility.id, by: s.operator, campaignId };
        const delivered = answer(await keyChanges.deliver(s.tx, asked));
        const subject = request.params.id;
        await context.auditLog.record(s.tx, s.operator, { act: 'campaignDelivered', subject });
        return delivered;
      });
    });
    app.post<ById>('/api/operator/campaigns/:id/withdraw', (request) => {
      const campaignId = uuidFromPath('campaign', request.params.id);
      parse(z.strictObject({}), request.body ?? {});
      return scoped(request, async (s) => {
        requireAdministrator(s.operator);
        answer(await keyChanges.withdraw(s.tx, { utilityId: s.utility.id, campaignId }));
        const subject = request.params.id;
        await context.auditLog.record(s.tx, s.operator, { act: 'campaignWithdrawn', subject });
        return campaignOf(s, campaignId);
      });
    });
  };

  return async (app: FastifyInstance): Promise<void> => {
    refuseOtherOrigins(app, context.publicUrl);
    readRoutes(app);
    actingRoutes(app);
  };
}

function answer<T>(result: Result<T, CampaignRefusal>): T {
  if (!result.ok) throw problemOfCampaign(result.error);
  return result.value;
}
