// Tickets: what waits for an answer, the most urgent first.

import { Group, NativeSelect, Stack, Text } from '@mantine/core';
import { ticketKinds, ticketShows } from '@prewatt/api';
import { useInfiniteQuery } from '@tanstack/react-query';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { ticketsQuery } from '../../api/tickets.ts';
import { ticketsSearch } from '../../state/search.ts';
import { Choices } from '../../ui/choices.tsx';
import { PageHeading } from '../../ui/show.tsx';
import { Views } from '../views/views.tsx';
import { kindWords } from './labels.ts';
import { TicketTable } from './table.tsx';

const showWords: Record<(typeof ticketShows)[number], string> = {
  open: 'Open',
  overdue: 'Overdue',
  mine: 'Mine',
  closed: 'Closed',
  all: 'All',
};

export default function TicketsPage() {
  const wanted = ticketsSearch(useSearch({ from: '/signed-in/tickets' }));
  const navigate = useNavigate();
  const show = (changed: Readonly<Record<string, string>>) =>
    void navigate({
      to: '/tickets',
      search: ticketsSearch({ ...wanted, ...changed }),
      replace: true,
    });
  return (
    <Stack gap="md">
      <PageHeading title="Tickets" aside={<Views list="tickets" search={wanted} />} />
      <Text c="dimmed" size="sm" maw="75ch">
        Complaints, faults and requests of customers. A ticket is opened on the page of its
        customer, or by customers on their own page. A home without supply is due in 4 hours, other
        faults in a day, complaints in 3 days, requests in 5.
      </Text>
      <Group gap="md" align="flex-end">
        <Choices
          label="Show"
          of={ticketShows}
          chosen={wanted.tickets ?? 'open'}
          text={(each) => showWords[each]}
          onChoose={(tickets) => show({ tickets })}
        />
        <NativeSelect
          label="Kind"
          size="xs"
          value={wanted.ticketKind ?? ''}
          data={[
            { value: '', label: 'Any' },
            ...ticketKinds.map((each) => ({ value: each, label: kindWords[each] })),
          ]}
          onChange={({ currentTarget }) => show({ ticketKind: currentTarget.value })}
        />
      </Group>
      <TicketTable
        label="Tickets"
        withCustomer
        query={useInfiniteQuery(ticketsQuery(wanted))}
        sorting={{
          by: wanted.sort ?? 'due',
          order: wanted.order ?? 'asc',
          onSort: (sort, order) => show({ sort, order }),
        }}
        empty={wanted.tickets === undefined ? 'Nothing waits for an answer.' : 'No such ticket.'}
      />
    </Stack>
  );
}
