// Routes by which operators see what is known about a connection's readings, and decide on it.

import { type ReadingsView, readingDecideBodySchema, readingEditBodySchema } from '@prewatt/api';
import type { Result } from '@prewatt/quantities';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { z } from 'zod';
import type { Connection } from '../connections/index.ts';
import { type OperatorScope, requireActing } from '../http/operator-scope.ts';
import { parse } from '../http/parse.ts';
import { HttpProblem } from '../http/problem.ts';
import {
  decideFinding,
  editEstimate,
  type ReadingRefusal,
  readingsView,
} from '../readings/index.ts';

type ById = { Params: { id: string } };
type Scope = OperatorScope & { readonly connection: Connection };
type OnConnection = <T>(
  request: FastifyRequest<ById>,
  work: (scope: Scope) => Promise<T>,
) => Promise<T>;

const refusals: Record<ReadingRefusal, readonly [status: number, text: string]> = {
  unknownFinding: [404, 'Nothing of that kind was found about this reading; reload.'],
  decidedOtherwise: [409, 'Somebody has decided this already; reload to see who and why.'],
  spanNotEstimated: [409, 'This span is measured, or not known as one; reload to see the spans.'],
};
const viewQuery = z.object({ days: z.coerce.number().int().min(1).max(366).default(31) });

export function readingRoutes(app: FastifyInstance, onConnection: OnConnection): void {
  const decided = (s: Scope, reason: string) => ({
    place: { ...s.connection, meterId: s.connection.meter.meterId },
    by: s.operator.name,
    reason,
    nowMs: s.nowMs,
    zone: s.utility.zone,
  });

  app.get<ById>('/api/operator/connections/:id/readings', (request) => {
    const { days } = parse(viewQuery, request.query);
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
  app.post<ById>('/api/operator/connections/:id/readings/decide', (request) => {
    const { readAt, finding, decision, reason } = parse(readingDecideBodySchema, request.body);
    return onConnection(request, async (s) => {
      requireActing(s.operator);
      const readAtMs = Date.parse(readAt);
      return answer(
        await decideFinding(s.tx, { ...decided(s, reason), readAtMs, finding, decision }),
      );
    });
  });
  app.post<ById>('/api/operator/connections/:id/readings/edit', (request) => {
    const { startsAt, endsAt, energyWh, reason } = parse(readingEditBodySchema, request.body);
    return onConnection(request, async (s) => {
      requireActing(s.operator);
      const span = { startsAtMs: Date.parse(startsAt), endsAtMs: Date.parse(endsAt) };
      return answer(
        await editEstimate(s.tx, {
          ...decided(s, reason),
          ...span,
          energyWh: BigInt(energyWh),
        }),
      );
    });
  });
}

function answer(result: Result<void, ReadingRefusal>): { readonly recorded: true } {
  if (result.ok) return { recorded: true };
  const [status, detail] = refusals[result.error];
  throw new HttpProblem({ status, code: result.error, title: 'Refused', detail });
}
