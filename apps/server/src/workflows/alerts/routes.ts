// An operator's routes of meters that somebody should look at. Shapes: packages/api/src/alerts.ts.

import {
  acknowledgeMeterAlertSchema,
  type IdentityWarning,
  identityWarningBodySchema,
  type SilenceSetting,
  silenceBodySchema,
} from '@prewatt/api';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { parse } from '../../base/http/parse.ts';
import { forbidden, HttpProblem, notFound } from '../../base/http/problem.ts';
import { requestIdReused } from '../../base/request-ids.ts';
import {
  createOperatorScope,
  type OperatorScope,
  type OperatorScopeDeps,
  refuseOtherOrigins,
  requireActing,
} from '../../registry/sign-in/index.ts';
import { type AlertRefusal, acknowledgeMeterAlert, meterAlertPage } from './meters.ts';
import {
  changeSetting,
  identityWarnDays,
  type Setting,
  type SettingRefusal,
  settingNow,
  silentAfterHours,
} from './settings.ts';

export type AlertRoutesDeps = OperatorScopeDeps & {
  readonly publicUrl: string;
};

type ById = { Params: { id: string } };

export function alertRoutes(context: AlertRoutesDeps) {
  const { scoped, nowMs } = createOperatorScope(context);
  const silence = async ({ tx, utility }: OperatorScope): Promise<SilenceSetting> => {
    const { value: hours, history } = await settingNow(tx, utility.id, silentAfterHours);
    return { hours, history };
  };
  const warning = async ({ tx, utility }: OperatorScope): Promise<IdentityWarning> => {
    const { value: days, history } = await settingNow(tx, utility.id, identityWarnDays);
    return { days, history };
  };
  type Change = {
    readonly requestId: string;
    readonly reason: string;
    readonly value: number;
    readonly setting: Setting;
  };
  const change = <T>(
    request: FastifyRequest,
    { setting, ...asked }: Change,
    answer: (scope: OperatorScope) => Promise<T>,
  ): Promise<T> =>
    scoped(request, async (scope) => {
      const { tx, utility, operator } = scope;
      if (operator.role !== 'administrator') throw forbidden(forbiddenLabels[setting.name]);
      const { operatorId } = operator;
      const by = { utilityId: utility.id, operatorId, nowMs: nowMs() };
      const done = await changeSetting(tx, setting, { ...asked, ...by });
      if (!done.ok) throw new HttpProblem({ status: 409, code: done.error, ...said[done.error] });
      return answer(scope);
    });
  return async (app: FastifyInstance): Promise<void> => {
    refuseOtherOrigins(app, context.publicUrl);
    app.get('/api/operator/meter-alerts', (request) =>
      scoped(request, ({ tx, utility }) => meterAlertPage(tx, utility)),
    );
    app.get('/api/operator/silence', (request) => scoped(request, silence));
    app.post('/api/operator/silence', (request) => {
      const { hours, ...asked } = parse(silenceBodySchema, request.body);
      return change(request, { ...asked, value: hours, setting: silentAfterHours }, silence);
    });
    app.get('/api/operator/identity-warning', (request) => scoped(request, warning));
    app.post('/api/operator/identity-warning', (request) => {
      const { days, ...asked } = parse(identityWarningBodySchema, request.body);
      return change(request, { ...asked, value: days, setting: identityWarnDays }, warning);
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
        return meterAlertPage(tx, utility);
      });
    });
  };
}

const forbiddenLabels: Record<Setting['name'], string> = {
  silentAfterHours: 'Only an administrator may change when a meter counts as silent.',
  identityWarnDays: 'Only an administrator may change when the end of a certificate is near.',
};

const said: Record<SettingRefusal, { readonly title: string; readonly detail: string }> = {
  requestIdReused: { title: 'Refused', detail: requestIdReused[1] },
  unchanged: { title: 'Nothing to change', detail: 'That is what holds already.' },
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
