// Routes of install jobs, the only ones that technicians have. Shapes: installs.ts of
// packages/api.

import { type InstallDetail, installApi } from '@prewatt/api';
import type { Result } from '@prewatt/quantities';
import type { FastifyInstance } from 'fastify';
import { on, type RouteCall } from '../../base/http/on.ts';
import { uuidFromPath } from '../../base/http/paths.ts';
import { notFound } from '../../base/http/problem.ts';
import type { Staff } from '../../registry/sign-in/index.ts';
import {
  createOperatorScope,
  type OperatorScope,
  type OperatorScopeDeps,
  refuseOtherOrigins,
} from '../../registry/sign-in/index.ts';
import { type InstallRefusal, problemOfInstall } from './errors.ts';
import type { Installs } from './service.ts';
import { installDetail, installPage, technicians } from './view.ts';

export type InstallRoutesDeps = OperatorScopeDeps & {
  readonly installs: Installs;
  readonly publicUrl: string;
};

type Scope = OperatorScope<Staff>;
type Acting<Body> = Pick<RouteCall<typeof installApi.detail>, 'request' | 'uuid'> & {
  readonly readBody: () => Body;
};

export function installRoutes(context: InstallRoutesDeps) {
  return async (app: FastifyInstance): Promise<void> => {
    refuseOtherOrigins(app, context.publicUrl);
    readRoutes(app, context);
    openRoute(app, context);
    actRoutes(app, context);
  };
}

async function detailOf(
  installs: Installs,
  { tx, operator, nowMs }: Scope,
  jobId: string,
): Promise<InstallDetail> {
  const { linkAccepts } = installs;
  const detail = await installDetail(tx, { jobId, by: operator, nowMs, linkAccepts });
  if (detail === null) throw notFound('install job');
  return detail;
}

function readRoutes(app: FastifyInstance, context: InstallRoutesDeps): void {
  const { staffScoped } = createOperatorScope(context);
  on(app, installApi.list, ({ request, readQuery }) => {
    const { connection, cursor, state } = readQuery();
    const connectionId = connection === undefined ? null : uuidFromPath('connection', connection);
    return staffScoped(request, ({ tx, utility, operator, nowMs }) =>
      installPage(tx, {
        ...{ utilityId: utility.id, by: operator, state, connectionId, nowMs },
        cursor: cursor ?? null,
      }),
    );
  });
  on(app, installApi.technicians, ({ request }) =>
    staffScoped(request, ({ tx, operator }) => {
      if (operator.role === 'technician') throw problemOfInstall({ code: 'notAllowed' });
      return technicians(tx);
    }),
  );
  on(app, installApi.detail, ({ request, reply, uuid }) => {
    const jobId = uuid('id');
    reply.header('cache-control', 'no-store');
    return staffScoped(request, (s) => detailOf(context.installs, s, jobId));
  });
}

function openRoute(app: FastifyInstance, context: InstallRoutesDeps): void {
  const { installs } = context;
  const { staffScoped } = createOperatorScope(context);
  on(app, installApi.open, async ({ request, reply, readBody }) => {
    const body = readBody();
    const made = await staffScoped(request, async (s) => {
      const asked = { utilityId: s.utility.id, by: s.operator, body };
      const opened = await installs.open(s.tx, asked);
      if (!opened.ok) throw problemOfInstall(opened.error);
      const { isNew, jobId } = opened.value;
      return { isNew, detail: await detailOf(installs, s, jobId) };
    });
    return reply.code(made.isNew ? 201 : 200).send(made.detail);
  });
}

function actRoutes(app: FastifyInstance, context: InstallRoutesDeps): void {
  const { installs } = context;
  const { staffScoped } = createOperatorScope(context);
  /** Does it and answers with the job as it stands then. */
  const acting = <Body extends { readonly requestId: string }>(
    { request, uuid, readBody }: Acting<Body>,
    work: (
      tx: Scope['tx'],
      asked: { utilityId: string; jobId: string; by: Staff; body: Body },
    ) => Promise<Result<unknown, InstallRefusal>>,
  ) => {
    const jobId = uuid('id');
    const body = readBody();
    return staffScoped(request, async (s) => {
      const asked = { utilityId: s.utility.id, jobId, by: s.operator, body };
      const done = await work(s.tx, asked);
      if (!done.ok) throw problemOfInstall(done.error);
      return detailOf(installs, s, jobId);
    });
  };
  on(app, installApi.acts, (call) => {
    call.reply.header('cache-control', 'no-store');
    return acting(call, installs.act);
  });
  on(app, installApi.assign, (call) => acting(call, installs.assign));
  on(app, installApi.take, (call) => acting(call, installs.take));
  on(app, installApi.close, (call) => acting(call, installs.close));
  on(app, installApi.cancel, (call) => acting(call, installs.cancel));
}
