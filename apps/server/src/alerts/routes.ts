// An operator's routes of meters that somebody should look at. Shapes: packages/api/src/alerts.ts.

import { acknowledgeMeterAlertSchema } from '@prewatt/api';
import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import type { RouteContext } from '../http/context.ts';
import { createOperatorScope, requireActing } from '../http/operator-scope.ts';
import { refuseOtherOrigins } from '../http/origin.ts';
import { parse } from '../http/parse.ts';
import { HttpProblem, notFound } from '../http/problem.ts';
import { type AlertRefusal, acknowledgeMeterAlert, meterAlertPage } from './meters.ts';

type ById = { Params: { id: string } };

export function alertRoutes(context: RouteContext) {
  const { scoped, nowMs } = createOperatorScope(context);
  return async (app: FastifyInstance): Promise<void> => {
    refuseOtherOrigins(app, context.publicUrl);
    app.get('/api/operator/meter-alerts', (request) =>
      scoped(request, ({ tx, utility }) => meterAlertPage(tx, utility.id)),
    );
    app.post<ById>('/api/operator/meter-alerts/:id/acknowledge', (request) => {
      const id = z.uuid().safeParse(request.params.id);
      if (!id.success) throw notFound('alert');
      const { reason } = parse(acknowledgeMeterAlertSchema, request.body);
      return scoped(request, async ({ tx, utility, operator }) => {
        requireActing(operator);
        const seen = await acknowledgeMeterAlert(tx, {
          utilityId: utility.id,
          alertId: id.data,
          operatorId: operator.operatorId,
          reason,
          nowMs: nowMs(),
        });
        if (!seen.ok) throw problemOf[seen.error]();
        return meterAlertPage(tx, utility.id);
      });
    });
  };
}

const problemOf: Record<AlertRefusal, () => HttpProblem> = {
  unknownAlert: () => notFound('alert'),
  nothingToAcknowledge: () =>
    new HttpProblem({
      status: 409,
      code: 'nothingToAcknowledge',
      title: 'It is off the list already',
      detail: 'It has ended, or a colleague has seen it. Reload the list.',
    }),
};
