// Routes by which operators ask something of a meter and take it back.

import { randomUUID } from 'node:crypto';
import { commandBodySchema, commandCancelBodySchema } from '@prewatt/api';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { parse } from '../../base/http/parse.ts';
import { uuidFromPath } from '../../base/http/paths.ts';
import { problemOfSend, type Sending } from '../../metering/headend/index.ts';
import type { Connection } from '../../registry/connections/index.ts';
import { type OperatorScope, requireActing } from '../../registry/sign-in/index.ts';
import { commandOf } from './connection.ts';

export type CommandRoutesDeps = {
  readonly sending: Sending;
};

type ById = { Params: { id: string } };
type OnConnection = <T>(
  request: FastifyRequest<ById>,
  work: (scope: OperatorScope & { readonly connection: Connection }) => Promise<T>,
) => Promise<T>;

export function commandRoutes(
  app: FastifyInstance,
  context: CommandRoutesDeps,
  onConnection: OnConnection,
): void {
  app.post<ById>('/api/operator/connections/:id/commands', async (request, reply) => {
    const body = parse(commandBodySchema, request.body);
    const row = await onConnection(request, async (s) => {
      requireActing(s.operator);
      const sent = await context.sending.send(s.tx, {
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
        const cancelled = await context.sending.cancel(s.tx, {
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
