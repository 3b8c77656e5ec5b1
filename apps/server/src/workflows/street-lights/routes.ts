// Routes of street lights for operators. Shapes: packages/api/src/street-lights.ts.

import { lightApi } from '@prewatt/api';
import { idFromUuid } from '@prewatt/quantities';
import { checkProgramme, type ProgrammeFault } from '@prewatt/street-light';
import type { FastifyInstance } from 'fastify';
import { on } from '../../base/http/on.ts';
import { notFound } from '../../base/http/problem.ts';
import type { AuditLog } from '../../registry/audit-log/index.ts';
import { type ConnectionPlace, placeOfConnection } from '../../registry/connections/index.ts';
import {
  createOperatorScope,
  type OperatorScope,
  type OperatorScopeDeps,
  requireActing,
} from '../../registry/sign-in/index.ts';
import {
  closeAccount,
  endOverride,
  keepCircuit,
  keepGroup,
  keepProgramme,
  openAccount,
  overrideLevel,
} from './acts.ts';
import { type LightRefusal, problemOfLight, programmeWords } from './errors.ts';
import { type Act, lampRoutes } from './lamp-routes.ts';
import type { StreetLights } from './service.ts';
import { loadAccount } from './store.ts';
import { accountList, lightingView, previewOf } from './views.ts';

export type StreetLightRoutesDeps = OperatorScopeDeps & {
  readonly auditLog: Pick<AuditLog, 'record'>;
  readonly streetLights: Pick<StreetLights, 'acts'>;
};

const isProgrammeFault = (code: string): code is ProgrammeFault => code in programmeWords;

function refuse(code: LightRefusal | ProgrammeFault): never {
  if (isProgrammeFault(code)) throw problemOfLight('programmeFault', programmeWords[code]);
  throw problemOfLight(code);
}

async function viewOf(s: OperatorScope, place: ConnectionPlace) {
  const view = await lightingView(s.tx, { ...s, place });
  if (view === null) throw notFound('lighting account');
  return view;
}

export function streetLightRoutes(context: StreetLightRoutesDeps) {
  const { scoped } = createOperatorScope(context);
  const { auditLog, streetLights } = context;
  const { acts } = streetLights;
  /** One act on an account, in the audit log once it is done; the account as it is then. */
  const act: Act = (request, connectionId, o) =>
    scoped(request, async (s) => {
      requireActing(s.operator);
      const place = placeOfConnection(s.utility.id, connectionId);
      const done = await o.run(s, place);
      if (done === null) throw notFound('connection');
      if (!done.ok) refuse(done.error);
      const subject = idFromUuid('connection', connectionId);
      await auditLog.record(s.tx, s.operator, { act: o.act, subject, details: o.details });
      return viewOf(s, place);
    });
  return async (app: FastifyInstance): Promise<void> => {
    on(app, lightApi.list, ({ request }) =>
      scoped(request, async (s) => ({ accounts: await accountList(s.tx, s) })),
    );
    on(app, lightApi.view, ({ request, uuid }) => {
      const id = uuid('id');
      return scoped(request, (s) => viewOf(s, placeOfConnection(s.utility.id, id)));
    });
    on(app, lightApi.open, ({ request, uuid, readBody }) => {
      const body = readBody();
      const { reason } = body;
      return act(request, uuid('id'), {
        ...{ act: 'lightingAccount', details: { reason } },
        run: (s, place) => openAccount(s.tx, acts, { place, by: s.operator, body }),
      });
    });
    on(app, lightApi.close, ({ request, uuid, readBody }) => {
      const { reason } = readBody();
      return act(request, uuid('id'), {
        ...{ act: 'lightingClosed', details: { reason } },
        run: (s, place) => closeAccount(s.tx, acts, { place, by: s.operator }),
      });
    });
    on(app, lightApi.preview, ({ request, uuid, readBody }) => {
      const { document, date, programme } = readBody();
      const id = uuid('id');
      return scoped(request, async (s) => {
        const account = await loadAccount(s.tx, placeOfConnection(s.utility.id, id));
        if (account === null) throw notFound('lighting account');
        const checked = checkProgramme(document);
        if (!checked.ok) refuse(checked.error);
        const { utility, nowMs } = s;
        const asked = { account, document: checked.value, date, programme };
        return previewOf(s.tx, { utility, nowMs, ...asked });
      });
    });
    programmeRoutes(app, { act, acts });
    overrideRoutes(app, { act, acts });
    lampRoutes(app, { act, acts, scoped, auditLog });
  };
}

type Acting = { readonly act: Act; readonly acts: StreetLights['acts'] };

function programmeRoutes(app: FastifyInstance, { act, acts }: Acting): void {
  on(app, lightApi.programme, ({ request, uuid, readBody }) => {
    const body = readBody();
    return act(request, uuid('id'), {
      ...{ act: 'dimProgramme', details: { name: body.name } },
      run: (s, place) => keepProgramme(s.tx, acts, { place, ...body }),
    });
  });
  on(app, lightApi.group, ({ request, uuid, readBody }) => {
    const body = readBody();
    return act(request, uuid('id'), {
      ...{ act: 'lampGroup', details: { name: body.name, programme: body.programme } },
      run: (s, place) => keepGroup(s.tx, acts, { place, ...body }),
    });
  });
  on(app, lightApi.circuit, ({ request, uuid, readBody }) => {
    const body = readBody();
    const { group, reason } = body;
    return act(request, uuid('id'), {
      ...{ act: 'lampCircuit', details: { group: group ?? 'none', reason } },
      run: (s, place) => keepCircuit(s.tx, acts, { place, body }),
    });
  });
}

function overrideRoutes(app: FastifyInstance, { act, acts }: Acting): void {
  on(app, lightApi.override, ({ request, uuid, readBody }) => {
    const body = readBody();
    const { levelPercent, until, reason, group, lamp } = body;
    const of = lamp ?? group ?? 'all lamps';
    return act(request, uuid('id'), {
      ...{ act: 'lightOverride', details: { of, level: `${levelPercent} %`, until, reason } },
      run: (s, place) => overrideLevel(s.tx, acts, { place, by: s.operator, body }),
    });
  });
  on(app, lightApi.endOverride, ({ request, uuid, readBody }) => {
    const { overrideId } = readBody();
    return act(request, uuid('id'), {
      ...{ act: 'lightOverrideEnded', details: {} },
      run: (s, place) => endOverride(s.tx, acts, { place, overrideId }),
    });
  });
}
