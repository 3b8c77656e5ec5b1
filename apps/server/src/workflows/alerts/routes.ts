// An operator's routes of meters that somebody should look at. Shapes: packages/api/src/alerts.ts.

import {
  alertApi,
  type BodyOf,
  documentTextsApi,
  pageWritingApi,
  type SettingName,
  settingNames,
  settingRoutes,
  settingValue,
  utilitySettings,
} from '@prewatt/api';
import type { Result } from '@prewatt/quantities';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { on } from '../../base/http/on.ts';
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
  changeDocumentTexts,
  changePageWriting,
  changeSetting,
  documentTextsNow,
  pageWritingNow,
  type SettingRefusal,
  settingNow,
} from './settings.ts';

type SettingBody = BodyOf<ReturnType<typeof settingRoutes<SettingName>>['change']>;

export type AlertRoutesDeps = OperatorScopeDeps & {
  readonly publicUrl: string;
};

export function alertRoutes(context: AlertRoutesDeps) {
  const { scoped, nowMs } = createOperatorScope(context);
  const now = async ({ tx, utility }: OperatorScope, name: SettingName) => {
    const { value, history } = await settingNow(tx, utility.id, name);
    return { [utilitySettings[name].unit]: value, history };
  };
  const changed = (request: FastifyRequest, name: SettingName, body: SettingBody) => {
    const { requestId, reason } = body;
    const value = settingValue(name, body);
    return scoped(request, async (scope) => {
      const { tx, utility, operator } = scope;
      const { mayChange, refused } = utilitySettings[name];
      if (operator.role !== mayChange) throw forbidden(refused);
      const { operatorId } = operator;
      const asked = { requestId, reason, value, operatorId };
      const done = await changeSetting(tx, name, {
        ...asked,
        utilityId: utility.id,
        nowMs: nowMs(),
      });
      refuseUnless(done);
      return now(scope, name);
    });
  };
  return async (app: FastifyInstance): Promise<void> => {
    refuseOtherOrigins(app, context.publicUrl);
    on(app, alertApi.list, ({ request }) =>
      scoped(request, ({ tx, utility }) => meterAlertPage(tx, utility)),
    );
    for (const name of settingNames) {
      const { read, change } = settingRoutes(name);
      on(app, read, ({ request }) => scoped(request, (scope) => now(scope, name)));
      on(app, change, ({ request, readBody }) => changed(request, name, readBody()));
    }
    on(app, documentTextsApi.read, ({ request }) =>
      scoped(request, ({ tx, utility }) => documentTextsNow(tx, utility.id)),
    );
    on(app, documentTextsApi.change, ({ request, readBody }) => {
      const { requestId, reason, ...given } = readBody();
      const { legalName, taxNumber, address, receiptFooter } = given;
      const texts = { legalName, taxNumber, address, receiptFooter };
      return scoped(request, async ({ tx, utility, operator: { role, operatorId } }) => {
        if (role !== 'administrator') throw forbidden(notYours);
        const asked = { requestId, reason, texts, operatorId, utilityId: utility.id };
        refuseUnless(await changeDocumentTexts(tx, { ...asked, nowMs: nowMs() }));
        return documentTextsNow(tx, utility.id);
      });
    });
    pageWritingRoutes(app, { scoped, nowMs });
    on(app, alertApi.acknowledge, ({ request, readBody }) => {
      const id = z.uuid().safeParse(request.params.id);
      if (!id.success) throw notFound('alert');
      const { reason } = readBody();
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

/** Language, clock and money of the customers' pages. */
function pageWritingRoutes(
  app: FastifyInstance,
  { scoped, nowMs }: Pick<ReturnType<typeof createOperatorScope>, 'scoped' | 'nowMs'>,
): void {
  on(app, pageWritingApi.read, ({ request }) =>
    scoped(request, ({ tx, utility }) => pageWritingNow(tx, utility.id)),
  );
  on(app, pageWritingApi.change, ({ request, readBody }) => {
    const { requestId, reason, language, hours, moneyForm } = readBody();
    const writing = { language, hours, moneyForm };
    return scoped(request, async ({ tx, utility, operator: { role, operatorId } }) => {
      if (role !== 'administrator') throw forbidden(writingNotYours);
      const asked = { requestId, reason, writing, operatorId, utilityId: utility.id };
      refuseUnless(await changePageWriting(tx, { ...asked, nowMs: nowMs() }));
      return pageWritingNow(tx, utility.id);
    });
  });
}

const notYours = 'Only an administrator may change what receipts say of the utility.';
const writingNotYours = 'Only an administrator may change how pages are written.';

function refuseUnless(done: Result<void, SettingRefusal>): void {
  if (!done.ok) throw new HttpProblem({ status: 409, code: done.error, ...said[done.error] });
}

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
