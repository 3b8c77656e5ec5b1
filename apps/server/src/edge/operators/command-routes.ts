// Routes by which operators ask something of a meter and take it back.

import { randomUUID } from 'node:crypto';
import {
  type Asked,
  approvalReasonSchema,
  type CommandBody,
  type CommandRow,
  connectionApi,
} from '@prewatt/api';
import { idFromUuid } from '@prewatt/quantities';
import type { FastifyInstance } from 'fastify';
import { on } from '../../base/http/on.ts';
import { parse } from '../../base/http/parse.ts';
import { problemOfSend, type Sending } from '../../metering/headend/index.ts';
import { type Approvals, problemOfApproval } from '../../registry/approvals/index.ts';
import type { Connection } from '../../registry/connections/index.ts';
import { type OperatorScope, requireActing } from '../../registry/sign-in/index.ts';
import type { Alerts } from '../../workflows/alerts/index.ts';
import { commandOf } from './connection.ts';
import type { OnConnection } from './scope.ts';

export type CommandRoutesDeps = {
  readonly sending: Sending;
  readonly approvals: Pick<Approvals, 'request'>;
  /** Tells the customer of another payment mode before the meter hears of it. */
  readonly alerts: Pick<Alerts, 'paymentModeSent'>;
};

export function commandRoutes(
  app: FastifyInstance,
  context: CommandRoutesDeps,
  onConnection: OnConnection,
): void {
  on(app, connectionApi.sendCommand, async ({ request, reply, readBody }) => {
    const body = readBody();
    const answer = await onConnection(request, (s) => {
      requireActing(s.operator);
      return sendOrAsk(context, s, { ...body, requestId: body.requestId ?? randomUUID() });
    });
    return reply.code(202).send(answer);
  });

  on(app, connectionApi.cancelCommand, async ({ request, readBody, uuid }) => {
    const { reason } = readBody();
    const commandId = uuid('commandId');
    return onConnection(request, async (s) => {
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
  });
}

/** Its row; or, for one cut for safety more than one person may make, what waits for a second. */
async function sendOrAsk(
  context: CommandRoutesDeps,
  s: OperatorScope & { readonly connection: Connection },
  body: CommandBody & { readonly requestId: string },
): Promise<CommandRow | Asked | undefined> {
  const { requestId } = body;
  const waiting = await askedBefore(s, requestId);
  if (waiting !== null) return waiting;
  const sent = await context.sending.send(s.tx, {
    place: { ...s.connection, meterId: s.connection.meter.meterId },
    by: s.operator,
    body,
    zone: s.utility.zone,
    protection: s.utility.protectionRules,
  });
  if (sent.ok) {
    const { commandId } = sent.value;
    if (body.kind === 'setPaymentMode') {
      const { connection: place } = s;
      const { paymentMode } = body;
      await context.alerts.paymentModeSent(s.tx, { place, commandId, paymentMode });
    }
    return commandOf(s.tx, s, commandId);
  }
  const isSecond = sent.error === 'needsSecondPerson' && body.kind === 'switchOpen';
  if (sent.error === 'protected') {
    const { connection, utility } = s;
    const place = { ...connection, meterId: connection.meter.meterId };
    const of = { place, zone: utility.zone, protection: utility.protectionRules };
    throw problemOfSend('protected', await context.sending.protectedText(s.tx, of));
  }
  if (!isSecond) throw problemOfSend(sent.error);
  const reason = parse(approvalReasonSchema, body.reason);
  const { connectionId } = s.connection;
  const hours = body.hours === undefined ? {} : { hours: body.hours };
  const asked = await context.approvals.request(s.tx, {
    utilityId: s.utility.id,
    kind: 'safetyCut',
    requestId,
    payload: { requestId, reason, connectionId, ...hours },
    reason,
    requestedBy: { operatorId: s.operator.operatorId, name: s.operator.name },
  });
  if (!asked.ok) throw problemOfApproval(asked.error);
  return { approvalId: idFromUuid('approval', asked.value.approvalId) };
}

/** A cut that waits, asked for again under its name; null for anything else. */
async function askedBefore(s: OperatorScope, requestId: string): Promise<Asked | null> {
  const row = await s.tx
    .selectFrom('approvals')
    .select(['id', 'kind'])
    .where('utility_id', '=', s.utility.id)
    .where('request_id', '=', requestId)
    .where('kind', '=', 'safetyCut')
    .where('state', '<>', 'done')
    .executeTakeFirst();
  return row === undefined ? null : { approvalId: idFromUuid('approval', row.id) };
}
