// Routes of tickets.

import { ticketApi } from '@prewatt/api';
import { idFromUuid, uuidIn } from '@prewatt/quantities';
import type { FastifyInstance } from 'fastify';
import type { Tx } from '../../base/database.ts';
import { on } from '../../base/http/on.ts';
import { HttpProblem, notFound, problemsOf } from '../../base/http/problem.ts';
import type { NewUuid } from '../../base/ids.ts';
import { loadConnection, placeOfConnection } from '../../registry/connections/index.ts';
import { currentOccupancy, loadCustomer } from '../../registry/customers/index.ts';
import {
  createOperatorScope,
  type OperatorScopeDeps,
  requireActing,
} from '../../registry/sign-in/index.ts';
import {
  actOnTicket,
  loadTicket,
  openTicket,
  type TicketRefusal,
  ticketPage,
} from '../../workflows/tickets/index.ts';
import { ticketDetailOf, ticketRowOf } from './tickets.ts';

export type TicketRoutesDeps = OperatorScopeDeps & { readonly newUuid: NewUuid };

const problemOf = problemsOf<TicketRefusal>({
  unknownTicket: [404, 'There is no such ticket.'],
  changedMeanwhile: [409, 'Somebody has worked on it since you looked. Look at what is new first.'],
  ticketClosed: [409, 'It is closed. Open it again first.'],
  ticketOpen: [409, 'It is open.'],
  unknownOperator: [422, 'There is no such operator.'],
  tooManyTickets: [429, 'Three of this home wait already.'],
});

export function ticketRoutes(app: FastifyInstance, context: TicketRoutesDeps): void {
  const { scoped } = createOperatorScope(context);

  on(app, ticketApi.list, ({ request, readQuery }) => {
    const query = readQuery();
    return scoped(request, async ({ tx, operator, nowMs }) => {
      const page = await ticketPage(tx, { ...query, operatorId: operator.operatorId, nowMs });
      return { ...page, rows: page.rows.map((row) => ticketRowOf(row, nowMs)) };
    });
  });
  on(app, ticketApi.holders, ({ request }) =>
    scoped(request, async ({ tx, utility }) => {
      const rows = await tx
        .selectFrom('operators')
        .select(['id', 'name'])
        .where('utility_id', '=', utility.id)
        .where('role', 'in', ['operator', 'administrator'])
        .orderBy('name')
        .limit(500)
        .execute();
      return {
        rows: rows.map(({ id, name }) => ({ operatorId: idFromUuid('operator', id), name })),
      };
    }),
  );
  on(app, ticketApi.detail, ({ request, uuid }) => {
    const id = uuid('id');
    return scoped(request, async ({ tx, nowMs }) => {
      const ticket = await loadTicket(tx, id);
      if (ticket === null) throw notFound('ticket');
      return ticketDetailOf(tx, ticket, nowMs);
    });
  });
  on(app, ticketApi.open, ({ request, readBody }) => {
    const { customerId: customer, connectionId: home, ...body } = readBody();
    return scoped(request, async ({ tx, utility, operator, nowMs }) => {
      requireActing(operator);
      const of = await about(tx, utility.id, { customer, home });
      const by = { utilityId: utility.id, operatorId: operator.operatorId, nowMs };
      const opened = await openTicket(tx, context.newUuid, { ...body, ...of, ...by });
      if (!opened.ok) throw problemOf(opened.error);
      return ticketRowOf(opened.value, nowMs);
    });
  });
  on(app, ticketApi.act, ({ request, uuid, readBody }) => {
    const id = uuid('id');
    const body = readBody();
    const act = body.act === 'give' ? { ...body, toOperator: uuidIn(body.operatorId) } : body;
    return scoped(request, async ({ tx, operator, nowMs }) => {
      requireActing(operator);
      const acted = await actOnTicket(tx, id, act, { operatorId: operator.operatorId, nowMs });
      if (!acted.ok) throw problemOf(acted.error);
      return ticketDetailOf(tx, acted.value, nowMs);
    });
  });
}

/** Whom and which home it is about; of a home alone, whoever has it now. */
async function about(
  tx: Tx,
  utilityId: string,
  o: { readonly customer: string | null; readonly home: string | null },
) {
  const place = o.home === null ? null : placeOfConnection(utilityId, uuidIn(o.home));
  if (place !== null && (await loadConnection(tx, place)) === null) throw notFound('connection');
  const lives = place === null ? null : await currentOccupancy(tx, place);
  const customerId = o.customer === null ? (lives?.customerId ?? null) : uuidIn(o.customer);
  if (customerId !== null && (await loadCustomer(tx, customerId)) === null) {
    throw notFound('customer');
  }
  if (customerId === null && place === null) {
    throw new HttpProblem({
      ...{ status: 422, code: 'ofNobody', title: 'Of nobody' },
      detail: 'Say which customer or which home it is about.',
    });
  }
  return { customerId, home: place };
}
