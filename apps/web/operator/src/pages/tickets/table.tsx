// Tickets as a table: in their own room, and on the page of a customer.

import type { TicketRow } from '@prewatt/api';
import { Link } from '@tanstack/react-router';
import { WithNote } from '../../ui/columns.tsx';
import {
  aboveRowLink,
  type Column,
  DataTable,
  type DataTableProps,
  rowLink,
} from '../../ui/data-table.tsx';
import { Age, StateBadge } from '../../ui/show.tsx';
import { ticketLabel, ticketTitle } from './labels.ts';

type TicketTableProps = Pick<DataTableProps<TicketRow>, 'label' | 'query' | 'empty' | 'sorting'> & {
  /** On the customer's own page it is known whose they are. */
  readonly withCustomer: boolean;
};

export function TicketTable({ withCustomer, ...rest }: TicketTableProps) {
  const columns: Column<TicketRow>[] = [
    {
      key: 'number',
      header: 'Ticket',
      sort: 'number',
      card: 'title',
      cell: (row) => (
        <WithNote note={row.words.length > 120 ? `${row.words.slice(0, 120)}…` : row.words}>
          <Link to="/tickets/$ticketId" params={{ ticketId: row.ticketId }} className={rowLink}>
            {row.number} {ticketTitle(row)}
          </Link>
        </WithNote>
      ),
    },
    ...(withCustomer ? [whose] : []),
    { key: 'state', header: 'State', cell: (row) => <StateBadge label={ticketLabel(row)} /> },
    {
      key: 'due',
      header: 'Due',
      sort: 'due',
      cell: (row) =>
        row.closedAt === null ? (
          <Age at={row.dueAt} ahead={!row.isOverdue} />
        ) : (
          <>
            closed <Age at={row.closedAt} />
          </>
        ),
    },
    { key: 'holder', header: 'Who has it', cell: (row) => row.assignedTo ?? 'Nobody yet' },
    {
      key: 'opened',
      header: 'Opened',
      sort: 'opened',
      cell: (row) => (
        <WithNote note={row.openedBy === null ? 'by the customer' : `by ${row.openedBy}`}>
          <Age at={row.openedAt} />
        </WithNote>
      ),
    },
  ];
  return (
    <DataTable noun="ticket" columns={columns} rowKey={(row) => row.ticketId} linked {...rest} />
  );
}

const whose: Column<TicketRow> = {
  key: 'whose',
  header: 'Of',
  card: 'wide',
  cell: (row) => (
    <WithNote note={row.home?.name ?? null}>
      {row.customer === null ? (
        'A home without a customer'
      ) : (
        <Link
          to="/customers/$customerId"
          params={{ customerId: row.customer.customerId }}
          className={aboveRowLink}
        >
          {row.customer.name}
        </Link>
      )}
    </WithNote>
  ),
};
