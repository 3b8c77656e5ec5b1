// An operator's routes of meters that somebody should look at. Shapes: packages/api/src/alerts.ts.

import { acknowledgeMeterAlertSchema, silenceBodySchema } from '@prewatt/api';
import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import type { RouteContext } from '../http/context.ts';
import { createOperatorScope, requireActing } from '../http/operator-scope.ts';
import { refuseOtherOrigins } from '../http/origin.ts';
import { parse } from '../http/parse.ts';
import { forbidden, HttpProblem, notFound } from '../http/problem.ts';
import { type AlertRefusal, acknowledgeMeterAlert, meterAlertPage } from './meters.ts';
import { type SilenceRefusal, setSilence, silenceSetting } from './silence.ts';

type ById = { Params: { id: string } };

export function alertRoutes(context: RouteContext) {
  const { scoped, nowMs } = createOperatorScope(context);
  return async (app: FastifyInstance): Promise<void> => {
    refuseOtherOrigins(app, context.publicUrl);
    app.get('/api/operator/meter-alerts', (request) =>
      scoped(request, ({ tx, utility }) => meterAlertPage(tx, utility.id)),
    );
    app.get('/api/operator/silence', (request) =>
      scoped(request, ({ tx, utility }) => silenceSetting(tx, utility.id)),
    );
    app.post('/api/operator/silence', (request) => {
      const body = parse(silenceBodySchema, request.body);
      return scoped(request, async ({ tx, utility, operator }) => {
        if (operator.role !== 'administrator') {
          throw forbidden('Only an administrator may change when a meter counts as silent.');
        }
        const { operatorId } = operator;
        const asked = { ...body, utilityId: utility.id, operatorId, nowMs: nowMs() };
        const done = await setSilence(tx, asked);
        if (!done.ok) throw new HttpProblem({ status: 409, code: done.error, ...said[done.error] });
        return silenceSetting(tx, utility.id);
      });
    });
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

const said: Record<SilenceRefusal, { readonly title: string; readonly detail: string }> = {
  requestIdReused: {
    title: 'Another change has this request id',
    detail: 'Send a new request id with another change.',
  },
  unchanged: { title: 'Nothing to change', detail: 'Those are the hours that hold already.' },
};

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
