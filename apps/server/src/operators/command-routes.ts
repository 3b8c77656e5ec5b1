// Routes by which operators ask something of a meter and take it back.

import { randomUUID } from 'node:crypto';
import { commandBodySchema, commandCancelBodySchema } from '@prewatt/api';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { Connection } from '../connections/index.ts';
import { problemOfSend } from '../headend/index.ts';
import { type RouteContext, uuidFromPath } from '../http/context.ts';
import { type OperatorScope, requireActing } from '../http/operator-scope.ts';
import { parse } from '../http/parse.ts';
import { commandOf } from './connection.ts';

type ById = { Params: { id: string } };
type OnConnection = <T>(
  request: FastifyRequest<ById>,
  work: (scope: OperatorScope & { readonly connection: Connection }) => Promise<T>,
) => Promise<T>;

export function commandRoutes(
  app: FastifyInstance,
  { services }: RouteContext,
  onConnection: OnConnection,
): void {
  app.post<ById>('/api/operator/connections/:id/commands', async (request, reply) => {
    const body = parse(commandBodySchema, request.body);
    const row = await onConnection(request, async (s) => {
      requireActing(s.operator);
      const sent = await services.sending.send(s.tx, {
        place: { ...s.connection, meterId: s.connection.meter.meterId },
        by: s.operator,
        body: { ...body, requestId: body.requestId ?? randomUUID() },
        zone: s.utility.zone,
        protection: s.utility.protectionRules,
      });
      if (!sent.ok) throw problemOfSend(sent.error);
      return commandOf(s.tx, s, sent.value.commandId);
    });
    return reply.code(202).send(row);
  });

  app.post<{ Params: { id: string; commandId: string } }>(
    '/api/operator/connections/:id/commands/:commandId/cancel',
    async (request) => {
      const { reason } = parse(commandCancelBodySchema, request.body);
      const commandId = uuidFromPath('command', request.params.commandId);
      return onConnection(request as FastifyRequest<ById>, async (s) => {
        requireActing(s.operator);
        const cancelled = await services.sending.cancel(s.tx, {
          place: { ...s.connection, meterId: s.connection.meter.meterId },
          commandId,
          by: s.operator,
          reason,
        });
        if (!cancelled.ok) throw problemOfSend(cancelled.error);
        return commandOf(s.tx, s, commandId);
      });
    },
  );
}
