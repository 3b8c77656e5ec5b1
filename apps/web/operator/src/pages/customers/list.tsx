// Customers: found by name, phone, home or meter, whether or not they have a home today.

import { Group, Stack } from '@mantine/core';
import { type CustomerRow, customerShows } from '@prewatt/api';
import type { Currency } from '@prewatt/quantities';
import { useInfiniteQuery } from '@tanstack/react-query';
import { Link, useNavigate, useSearch } from '@tanstack/react-router';
import { useState } from 'react';
import { customersFile, customersQuery } from '../../api/customers.ts';
import { useCurrency, useWhyReadOnly } from '../../shell/session.tsx';
import { customersSearch } from '../../state/search.ts';
import { moneyText, unknown } from '../../text/numbers.ts';
import { Choices } from '../../ui/choices.tsx';
import { WithNote } from '../../ui/columns.tsx';
import { type Column, DataTable, rowLink } from '../../ui/data-table.tsx';
import { FileLinks } from '../../ui/file-link.tsx';
import { Dialog } from '../../ui/form.tsx';
import { SearchBox } from '../../ui/search-box.tsx';
import { ActionButton, Day, PageHeading } from '../../ui/show.tsx';
import { Views } from '../views/views.tsx';
import { MakeForm } from './forms.tsx';

const showWords: Record<(typeof customerShows)[number], string> = {
  all: 'All',
  owing: 'With debts',
  noHome: 'Without a home',
  tickets: 'With open tickets',
};

export default function CustomersPage() {
  const wanted = customersSearch(useSearch({ from: '/signed-in/customers' }));
  const navigate = useNavigate();
  const readOnly = useWhyReadOnly();
  const currency = useCurrency();
  const [making, setMaking] = useState(false);
  const show = (changed: Readonly<Record<string, string>>) =>
    void navigate({
      to: '/customers',
      search: customersSearch({ ...wanted, ...changed }),
      replace: true,
    });
  return (
    <Stack gap="md">
      <PageHeading
        title="Customers"
        aside={
          <Group gap="xs">
            <Views list="customers" search={wanted} />
            <FileLinks href={(as) => customersFile(wanted, as)} />
            <ActionButton size="xs" why={readOnly} onClick={() => setMaking(true)}>
              Add a customer
            </ActionButton>
          </Group>
        }
      />
      <Group gap="md">
        <SearchBox
          label="Search customers"
          placeholder="Name, phone, home or meter"
          value={wanted.search ?? ''}
          onSearch={(search) => show({ search })}
        />
        <Choices
          label="Show"
          of={customerShows}
          chosen={wanted.customers ?? 'all'}
          text={(each) => showWords[each]}
          onChoose={(customers) => show({ customers })}
        />
      </Group>
      <DataTable
        label="Customers"
        noun="customer"
        linked
        columns={columnsOf(currency)}
        rowKey={(row) => row.customerId}
        query={useInfiniteQuery(customersQuery(wanted))}
        sorting={{
          by: wanted.sort ?? 'name',
          order: wanted.order ?? 'asc',
          onSort: (sort, order) => show({ sort, order }),
        }}
        empty={
          wanted.search === undefined
            ? 'No customer here yet. A home that comes with a customer brings one.'
            : 'No customer is found by these words.'
        }
      />
      <Dialog opened={making} onClose={() => setMaking(false)} title="Add a customer">
        <MakeForm
          onClose={() => setMaking(false)}
          onMade={(customerId) =>
            void navigate({ to: '/customers/$customerId', params: { customerId } })
          }
        />
      </Dialog>
    </Stack>
  );
}

const columnsOf = (currency: Currency): readonly Column<CustomerRow>[] => [
  {
    key: 'name',
    header: 'Name',
    sort: 'name',
    card: 'title',
    cell: (row) => (
      <Link to="/customers/$customerId" params={{ customerId: row.customerId }} className={rowLink}>
        {row.name}
      </Link>
    ),
  },
  {
    key: 'phone',
    header: 'Phone',
    cell: (row) => <WithNote note={row.email}>{row.phone ?? unknown}</WithNote>,
  },
  {
    key: 'homes',
    header: 'Homes',
    sort: 'homes',
    cell: (row) =>
      row.homes > 1 ? `${row.homeName} and ${row.homes - 1} more` : (row.homeName ?? 'None'),
  },
  {
    key: 'debt',
    header: 'Debt',
    sort: 'debt',
    end: true,
    cell: (row) => (row.debtMinor === '0' ? unknown : moneyText(row.debtMinor, currency)),
  },
  {
    key: 'tickets',
    header: 'Open tickets',
    end: true,
    cell: (row) => (row.openTickets === 0 ? unknown : row.openTickets),
  },
  {
    key: 'since',
    header: 'Customer since',
    sort: 'since',
    cell: (row) => <Day at={row.since} />,
  },
];
