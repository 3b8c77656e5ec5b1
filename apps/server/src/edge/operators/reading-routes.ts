// Routes by which operators see what is known about readings, of a connection and of the utility,
// and decide on it.

import {
  type ReadingAround,
  type ReadingFindingPage,
  type ReadingsAccepted,
  type ReadingsView,
  readingApi,
} from '@prewatt/api';
import { parseId, type Result, uuidOf } from '@prewatt/quantities';
import type { FastifyInstance } from 'fastify';
import { on } from '../../base/http/on.ts';
import { notFound, problemsOf } from '../../base/http/problem.ts';
import {
  decideFinding,
  editEstimate,
  findingPage,
  type ReadingRefusal,
  readingAround,
  readingsView,
} from '../../metering/readings/index.ts';
import { loadConnection, placeOfConnection } from '../../registry/connections/index.ts';
import {
  createOperatorScope,
  type OperatorScope,
  type OperatorScopeDeps,
  requireActing,
} from '../../registry/sign-in/index.ts';
import type { OnConnection, Scope } from './on-connection.ts';
import { readingFileRoutes } from './reading-files.ts';

export type ReadingRoutesDeps = OperatorScopeDeps;

const refusals: Record<ReadingRefusal, readonly [status: number, text: string]> = {
  unknownFinding: [404, 'Nothing of that kind was found about this reading; reload.'],
  decidedOtherwise: [409, 'Somebody has decided this already; reload to see who and why.'],
  spanNotEstimated: [409, 'This span is measured, or not known as one; reload to see the spans.'],
};

export function readingRoutes(
  app: FastifyInstance,
  context: ReadingRoutesDeps,
  onConnection: OnConnection,
): void {
  decisionRoutes(app, onConnection);
  roomRoutes(app, context);
  readingFileRoutes(app, onConnection);
  on(app, readingApi.ofConnection, ({ request, readQuery }) => {
    const { days } = readQuery();
    return onConnection(
      request,
      (s): Promise<ReadingsView> =>
        readingsView(
          s.tx,
          { ...s.connection, meterId: s.connection.meter.meterId },
          { days, nowMs: s.nowMs, zone: s.utility.zone },
        ),
    );
  });
  on(app, readingApi.around, ({ request, readQuery }) => {
    const query = readQuery();
    return onConnection(request, async (s): Promise<ReadingAround> => {
      const place = await placeOf(s, query.meterPan);
      return readingAround(s.tx, place, Date.parse(query.readAt));
    });
  });
}

function decisionRoutes(app: FastifyInstance, onConnection: OnConnection): void {
  on(app, readingApi.decide, ({ request, readBody }) => {
    const { readAt, finding, decision, ...body } = readBody();
    return onConnection(request, async (s) => {
      requireActing(s.operator);
      const decided = { ...by(s, body.reason), place: await placeOf(s, body.meterPan) };
      const readAtMs = Date.parse(readAt);
      return answer(await decideFinding(s.tx, { ...decided, readAtMs, finding, decision }));
    });
  });
  on(app, readingApi.edit, ({ request, readBody }) => {
    const { startsAt, endsAt, energyWh, ...body } = readBody();
    return onConnection(request, async (s) => {
      requireActing(s.operator);
      const decided = { ...by(s, body.reason), place: await placeOf(s, body.meterPan) };
      const span = { startsAtMs: Date.parse(startsAt), endsAtMs: Date.parse(endsAt) };
      return answer(await editEstimate(s.tx, { ...decided, ...span, energyWh: BigInt(energyWh) }));
    });
  });
}

function roomRoutes(app: FastifyInstance, context: ReadingRoutesDeps): void {
  const { scoped } = createOperatorScope(context);
  on(app, readingApi.findings, ({ request, readQuery }) => {
    const { show, finding = null, cursor = null } = readQuery();
    return scoped(
      request,
      ({ tx, utility }): Promise<ReadingFindingPage> =>
        findingPage(tx, { utilityId: utility.id, show, finding, cursor }),
    );
  });
  on(app, readingApi.accept, ({ request, readBody }) => {
    const { reason, findings } = readBody();
    return scoped(request, async (s): Promise<ReadingsAccepted> => {
      requireActing(s.operator);
      const refused: ReadingsAccepted['refused'] = [];
      // Meters are locked in one order, whatever the order of the asking.
      const sorted = findings.toSorted((a, b) => (a.meterPan < b.meterPan ? -1 : 1));
      for (const { connectionId, ...each } of sorted) {
        const id = parseId('connection', connectionId);
        if (!id.ok) throw notFound('connection');
        const place = placeOfConnection(s.utility.id, uuidOf(id.value));
        const connection = await loadConnection(s.tx, place);
        if (connection === null) throw notFound('connection');
        const decided = await decideFinding(s.tx, {
          ...by(s, reason),
          place: await placeOf({ tx: s.tx, connection }, each.meterPan),
          readAtMs: Date.parse(each.readAt),
          finding: each.finding,
          decision: 'accepted',
        });
        if (!decided.ok) {
          const { meterPan: pan, readAt } = each;
          refused.push({ meterPan: pan, readAt, why: refusals[decided.error][1] });
        }
      }
      return { accepted: findings.length - refused.length, refused };
    });
  });
}

const by = (s: OperatorScope, reason: string) => ({
  by: s.operator.name,
  reason,
  nowMs: s.nowMs,
  zone: s.utility.zone,
});

/** The connection's meter, or one that it had before when it is named. */
async function placeOf(
  { tx, connection }: Pick<Scope, 'tx' | 'connection'>,
  named: string | undefined,
) {
  const { bucket, connectionId, utilityId, meter } = connection;
  const place = { bucket, connectionId, utilityId };
  if (named === undefined || named === meter.meterPan) {
    return { ...place, meterId: meter.meterId };
  }
  const row = await tx
    .selectFrom('meters')
    .select('id')
    .where('bucket', '=', bucket)
    .where('connection_id', '=', connectionId)
    .where('meter_pan', '=', named)
    .executeTakeFirst();
  if (row === undefined) throw notFound('meter');
  return { ...place, meterId: row.id };
}

function answer(result: Result<void, ReadingRefusal>): { readonly recorded: true } {
  if (result.ok) return { recorded: true };
  throw problemsOf(refusals)(result.error);
}
