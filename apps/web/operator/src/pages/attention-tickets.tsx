// Tickets that wait for longer than they may. Shows itself only while there is any.

import { Stack, Title } from '@mantine/core';
import { useInfiniteQuery } from '@tanstack/react-query';
import { ticketsQuery } from '../api/tickets.ts';
import { TicketTable } from './tickets/table.tsx';

export function OverdueTickets() {
  const query = useInfiniteQuery(ticketsQuery({ tickets: 'overdue' }));
  if ((query.data?.pages[0]?.rows.length ?? 0) === 0) return null;
  return (
    <Stack gap="xs">
      <Title order={2}>Overdue tickets</Title>
      <TicketTable label="Overdue tickets" withCustomer query={query} empty="" />
    </Stack>
  );
}
