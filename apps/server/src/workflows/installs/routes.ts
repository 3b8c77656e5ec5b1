// Routes of install jobs, the only ones that technicians have. Shapes: installs.ts of
// packages/api.

import {
  installActSchema,
  installAssignSchema,
  installCancelSchema,
  installCloseSchema,
  installFilters,
  installTakeSchema,
  newInstallSchema,
} from '@prewatt/api';
import type { Result } from '@prewatt/quantities';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { parse } from '../../base/http/parse.ts';
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

type ById = { Params: { id: string } };
type Scope = OperatorScope<Staff>;

const listQuery = z.object({
  state: z.enum(installFilters).default('open'),
  connection: z.string().optional(),
  cursor: z.uuid().optional(),
});

export function installRoutes(context: InstallRoutesDeps) {
  const { installs } = context;
  const { staffScoped } = createOperatorScope(context);

  const detailOf = async ({ tx, operator, nowMs }: Scope, jobId: string) => {
    const { linkAccepts } = installs;
    const detail = await installDetail(tx, { jobId, by: operator, nowMs, linkAccepts });
    if (detail === null) throw notFound('install job');
    return detail;
  };
  /** Does it and answers with the job as it stands then. */
  const acting = <Body extends { readonly requestId: string }>(
    request: FastifyRequest<ById>,
    schema: z.ZodType<Body>,
    work: (
      tx: Scope['tx'],
      asked: { utilityId: string; jobId: string; by: Staff; body: Body },
    ) => Promise<Result<unknown, InstallRefusal>>,
  ) => {
    const jobId = uuidFromPath('install', request.params.id);
    const body = parse(schema, request.body);
    return staffScoped(request, async (s) => {
      const asked = { utilityId: s.utility.id, jobId, by: s.operator, body };
      const done = await work(s.tx, asked);
      if (!done.ok) throw problemOfInstall(done.error);
      return detailOf(s, jobId);
    });
  };

  const readRoutes = (app: FastifyInstance): void => {
    app.get('/api/operator/installs', (request) => {
      const { connection, cursor, state } = parse(listQuery, request.query);
      const connectionId = connection === undefined ? null : uuidFromPath('connection', connection);
      return staffScoped(request, ({ tx, utility, operator, nowMs }) =>
        installPage(tx, {
          ...{ utilityId: utility.id, by: operator, state, connectionId, nowMs },
          cursor: cursor ?? null,
        }),
      );
    });
    app.get('/api/operator/installs/technicians', (request) =>
      staffScoped(request, ({ tx, operator }) => {
        if (operator.role === 'technician') throw problemOfInstall({ code: 'notAllowed' });
        return technicians(tx);
      }),
    );
    app.get<ById>('/api/operator/installs/:id', (request, reply) => {
      const jobId = uuidFromPath('install', request.params.id);
      reply.header('cache-control', 'no-store');
      return staffScoped(request, (s) => detailOf(s, jobId));
    });
  };

  const actRoutes = (app: FastifyInstance): void => {
    app.post('/api/operator/installs', async (request, reply) => {
      const body = parse(newInstallSchema, request.body);
      const made = await staffScoped(request, async (s) => {
        const asked = { utilityId: s.utility.id, by: s.operator, body };
        const opened = await installs.open(s.tx, asked);
        if (!opened.ok) throw problemOfInstall(opened.error);
        return { isNew: opened.value.isNew, detail: await detailOf(s, opened.value.jobId) };
      });
      return reply.code(made.isNew ? 201 : 200).send(made.detail);
    });
    const base = '/api/operator/installs/:id';
    app.post<ById>(`${base}/acts`, (request, reply) => {
      reply.header('cache-control', 'no-store');
      return acting(request, installActSchema, installs.act);
    });
    app.post<ById>(`${base}/assign`, (request) =>
      acting(request, installAssignSchema, installs.assign),
    );
    app.post<ById>(`${base}/take`, (request) => acting(request, installTakeSchema, installs.take));
    app.post<ById>(`${base}/close`, (request) =>
      acting(request, installCloseSchema, installs.close),
    );
    app.post<ById>(`${base}/cancel`, (request) =>
      acting(request, installCancelSchema, installs.cancel),
    );
  };

  return async (app: FastifyInstance): Promise<void> => {
    refuseOtherOrigins(app, context.publicUrl);
    readRoutes(app);
    actRoutes(app);
  };
}
