// Rows of tickets, and how they are found.

import type { TicketKind, TicketListQuery, TicketState, TicketTopic } from '@prewatt/api';
import { type SqlBool, sql } from 'kysely';
import { instant, type Tx } from '../../base/database.ts';
import { keyPage, readPageKey } from '../../base/key-page.ts';

const rows = (tx: Tx) =>
  tx
    .selectFrom('tickets')
    .leftJoin('customers', 'customers.id', 'tickets.customer_id')
    .leftJoin('connections', (join) =>
      join
        .onRef('connections.bucket', '=', 'tickets.bucket')
        .onRef('connections.id', '=', 'tickets.connection_id'),
    )
    .leftJoin('operators as opener', 'opener.id', 'tickets.opened_by')
    .leftJoin('operators as holder', 'holder.id', 'tickets.assigned_to')
    .selectAll('tickets')
    .select([
      'customers.name as customer_name',
      'connections.name as connection_name',
      'opener.name as opened_by_name',
      'holder.name as assigned_to_name',
    ])
    .where('tickets.utility_id', '=', sql<string>`prewatt.current_utility()`);

export type Ticket = Omit<
  Awaited<ReturnType<ReturnType<typeof rows>['execute']>>[number],
  'kind' | 'topic' | 'state'
> & { readonly kind: TicketKind; readonly topic: TicketTopic; readonly state: TicketState };

const found = async (query: ReturnType<typeof rows>): Promise<readonly Ticket[]> =>
  (await query.execute()) as readonly Ticket[];

export async function loadTicket(tx: Tx, id: string): Promise<Ticket | null> {
  return (await found(rows(tx).where('tickets.id', '=', id)))[0] ?? null;
}

/** What somebody sent by this name before. */
export async function ticketByRequest(tx: Tx, requestId: string): Promise<Ticket | null> {
  return (await found(rows(tx).where('tickets.request_id', '=', requestId)))[0] ?? null;
}

const pageRows = 100;

const orders = {
  due: { column: sql`tickets.due_at`, keptOf: (row: Ticket) => row.due_at },
  opened: { column: sql`tickets.opened_at`, keptOf: (row: Ticket) => row.opened_at },
  number: { column: sql`tickets.number`, keptOf: (row: Ticket) => row.number },
};

/** One page. A cursor that is none begins from the start. */
export async function ticketPage(
  tx: Tx,
  query: TicketListQuery & { readonly operatorId: string; readonly nowMs: number },
): Promise<{ readonly rows: readonly Ticket[]; readonly nextCursor: string | null }> {
  const { show, kind, order, nowMs } = query;
  const { column, keptOf } = orders[query.sort];
  let asked = rows(tx);
  if (show === 'closed') asked = asked.where('tickets.state', '=', 'closed');
  else if (show !== 'all') asked = asked.where('tickets.state', '<>', 'closed');
  if (show === 'overdue') asked = asked.where('tickets.due_at', '<', instant(nowMs));
  if (show === 'mine') asked = asked.where('tickets.assigned_to', '=', query.operatorId);
  if (kind !== undefined) asked = asked.where('tickets.kind', '=', kind);
  const from = readPageKey(query.cursor);
  if (from !== null) {
    const value = query.sort === 'number' ? sql`${from.value}::bigint` : instant(from.value);
    const sign = order === 'asc' ? sql`>` : sql`<`;
    asked = asked.where(sql<SqlBool>`(${column}, tickets.id) ${sign} (${value}, ${from.id}::uuid)`);
  }
  const all = await found(
    asked
      .orderBy(column, order)
      .orderBy('tickets.id', order)
      .limit(pageRows + 1),
  );
  const { shown, nextCursor } = keyPage(all, pageRows, (row) => Number(keptOf(row)));
  return { rows: shown, nextCursor };
}

/** The newest of a customer and of those who were merged into it, or of a home. */
export async function ticketsOf(
  tx: Tx,
  of:
    | { readonly customerIds: readonly string[] }
    | { readonly bucket: number; readonly connectionId: string; readonly sinceMs: number | null },
): Promise<readonly Ticket[]> {
  const query = rows(tx);
  const narrowed =
    'customerIds' in of
      ? query.where('tickets.customer_id', 'in', [...of.customerIds])
      : query
          .where('tickets.bucket', '=', of.bucket)
          .where('tickets.connection_id', '=', of.connectionId)
          .where('tickets.opened_at', '>=', instant(of.sinceMs ?? 0));
  return found(narrowed.orderBy('tickets.opened_at', 'desc').limit(50));
}

/** How many wait for longer than they may. */
export async function overdueTickets(
  tx: Tx,
  o: { readonly utilityId: string; readonly nowMs: number },
): Promise<number> {
  const { n } = await tx
    .selectFrom('tickets')
    .select((eb) => eb.fn.countAll<bigint>().as('n'))
    .where('utility_id', '=', o.utilityId)
    .where('state', '<>', 'closed')
    .where('due_at', '<', instant(o.nowMs))
    .executeTakeFirstOrThrow();
  return Number(n);
}

export type TicketEvent = {
  readonly at: number;
  readonly by: string | null;
  readonly event: 'opened' | 'taken' | 'given' | 'noted' | 'closed' | 'openedAgain';
  readonly words: string;
};

export async function ticketEvents(tx: Tx, ticketId: string): Promise<readonly TicketEvent[]> {
  const events = await tx
    .selectFrom('ticket_events')
    .leftJoin('operators', 'operators.id', 'ticket_events.operator_id')
    .select(['ticket_events.at', 'operators.name as by', 'ticket_events.event'])
    .select('ticket_events.words')
    .where('ticket_id', '=', ticketId)
    .orderBy('ordinal')
    .execute();
  return events as readonly TicketEvent[];
}

/** The next line of a ticket that the caller holds. */
export async function insertTicketEvent(
  tx: Tx,
  ticket: { readonly id: string; readonly utilityId: string },
  o: Pick<TicketEvent, 'event' | 'words'> & {
    readonly operatorId: string | null;
    readonly nowMs: number;
  },
): Promise<void> {
  await sql`INSERT INTO ticket_events (ticket_id, ordinal, utility_id, at, operator_id, event, words)
    SELECT ${ticket.id}::uuid, coalesce(max(ordinal), 0) + 1, ${ticket.utilityId}::uuid,
      ${new Date(o.nowMs)}, ${o.operatorId}::uuid, ${o.event}, ${o.words}
    FROM ticket_events WHERE ticket_id = ${ticket.id}::uuid`.execute(tx);
}
