// Tickets as the console shows them.

import type { TicketDetail, TicketRow } from '@prewatt/api';
import { idFromUuid, isoOf } from '@prewatt/quantities';
import type { Tx } from '../../base/database.ts';
import { type Ticket, ticketEvents } from '../../workflows/tickets/index.ts';

export const ticketRowOf = (row: Ticket, nowMs: number): TicketRow => ({
  ticketId: idFromUuid('ticket', row.id),
  ...{ number: row.number, kind: row.kind, topic: row.topic, state: row.state, words: row.words },
  customer:
    row.customer_id === null || row.customer_name === null
      ? null
      : { customerId: idFromUuid('customer', row.customer_id), name: row.customer_name },
  home:
    row.connection_id === null || row.connection_name === null
      ? null
      : { connectionId: idFromUuid('connection', row.connection_id), name: row.connection_name },
  openedAt: isoOf(row.opened_at),
  openedBy: row.opened_by_name,
  dueAt: isoOf(row.due_at),
  isOverdue: row.state !== 'closed' && row.due_at < nowMs,
  assignedTo: row.assigned_to_name,
  closedAt: row.closed_at === null ? null : isoOf(row.closed_at),
  answer: row.answer,
  version: row.version,
});

export async function ticketDetailOf(tx: Tx, row: Ticket, nowMs: number): Promise<TicketDetail> {
  const events = await ticketEvents(tx, row.id);
  return {
    ...ticketRowOf(row, nowMs),
    events: events.map(({ at, ...event }) => ({ ...event, at: isoOf(at) })),
  };
}
