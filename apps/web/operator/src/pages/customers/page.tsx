// One customer: contact, homes of today and before, debts, tickets, sales, and what was said.

import { Alert, Group, Stack, Text, Title } from '@mantine/core';
import type { ContactRow, CustomerDetail, CustomerHome } from '@prewatt/api';
import type { Currency } from '@prewatt/quantities';
import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { Link, useNavigate, useParams, useSearch } from '@tanstack/react-router';
import { type ReactNode, useState } from 'react';
import { contactQuery, customerQuery, customerSalesQuery } from '../../api/customers.ts';
import { useCurrency, useWhyReadOnly } from '../../shell/session.tsx';
import { type CustomerTab, customerSearch } from '../../state/search.ts';
import { messageLabels } from '../../text/labels.ts';
import { kwhText, moneyText, unknown } from '../../text/numbers.ts';
import { WithNote } from '../../ui/columns.tsx';
import { type Column, DataTable, rowLink } from '../../ui/data-table.tsx';
import { Dialog } from '../../ui/form.tsx';
import {
  ActionButton,
  BackLink,
  Day,
  Fact,
  facts,
  Instant,
  MeterNumber,
  PageHeading,
  panel,
  StateBadge,
} from '../../ui/show.tsx';
import { QueryState } from '../../ui/states.tsx';
import { TabSet } from '../../ui/tab-set.tsx';
import { wholeList } from '../../ui/whole-list.ts';
import { SaleTable } from '../sale-table.tsx';
import { OpenTicket } from '../tickets/open-form.tsx';
import { TicketTable } from '../tickets/table.tsx';
import { EditForm, MergeForm, UnmergeForm } from './forms.tsx';

export default function CustomerPage() {
  const { customerId } = useParams({ from: '/signed-in/customers/$customerId' });
  const query = useQuery(customerQuery(customerId));
  const customer = query.data;
  return (
    <Stack gap="md">
      <BackLink to="/customers">All customers</BackLink>
      {customer === undefined && <PageHeading title="Customer" />}
      <QueryState query={query} height={220} />
      {customer !== undefined && (
        <>
          <PageHeading
            title={customer.name}
            aside={<Actions customer={customer} key={customerId} />}
          />
          {customer.mergedInto !== null && (
            <Alert color="yellow" variant="light" title="Merged into another customer">
              Everything is on the page of{' '}
              <Link
                to="/customers/$customerId"
                params={{ customerId: customer.mergedInto.customerId }}
              >
                {customer.mergedInto.name}
              </Link>
              , where the merge can be undone.
            </Alert>
          )}
          <Contact customer={customer} key={`contact ${customerId}`} />
          <Homes homes={customer.homes} />
          <Debts debts={customer.debts} />
          <History customer={customer} />
        </>
      )}
    </Stack>
  );
}

function Actions({ customer }: { readonly customer: CustomerDetail }) {
  const readOnly = useWhyReadOnly();
  const [open, setOpen] = useState<'edit' | 'merge' | null>(null);
  const close = () => setOpen(null);
  const why =
    readOnly ?? (customer.mergedInto === null ? null : 'Merged: change the other customer');
  const homes = customer.homes.filter(({ until }) => until === null);
  return (
    <Group gap="xs">
      <OpenTicket customerId={customer.customerId} homes={homes} />
      <ActionButton why={why} onClick={() => setOpen('edit')}>
        Change
      </ActionButton>
      <ActionButton why={why} onClick={() => setOpen('merge')}>
        Merge…
      </ActionButton>
      <Dialog opened={open === 'edit'} onClose={close} title={`Change ${customer.name}`}>
        <EditForm customer={customer} onClose={close} />
      </Dialog>
      <Dialog opened={open === 'merge'} onClose={close} title="Merge two customers">
        <MergeForm customer={customer} onClose={close} />
      </Dialog>
    </Group>
  );
}

function Contact({ customer }: { readonly customer: CustomerDetail }) {
  const readOnly = useWhyReadOnly();
  const [apart, setApart] = useState<CustomerDetail['mergedFrom'][number] | null>(null);
  return (
    <section className={panel} aria-label="Contact">
      <dl className={facts}>
        <Fact name="Phone">{customer.phone ?? unknown}</Fact>
        <Fact name="E-mail">{customer.email ?? unknown}</Fact>
        <Fact name="Customer since">
          <Day at={customer.createdAt} />
        </Fact>
        <Fact
          name="Last changed"
          note={customer.changedBy === null ? undefined : `by ${customer.changedBy}`}
        >
          <Instant at={customer.changedAt} />
        </Fact>
        {customer.note !== '' && (
          <Fact name="Note" wide>
            <span style={{ whiteSpace: 'pre-wrap' }}>{customer.note}</span>
          </Fact>
        )}
        {customer.mergedFrom.map((other) => (
          <Fact key={other.customerId} name="Merged with" note={other.phone ?? 'no phone'}>
            {other.name}{' '}
            <ActionButton
              size="compact-sm"
              why={readOnly}
              label={`Undo the merge with ${other.name}`}
              onClick={() => setApart(other)}
            >
              Undo
            </ActionButton>
          </Fact>
        ))}
      </dl>
      <Dialog opened={apart !== null} onClose={() => setApart(null)} title="Undo the merge">
        {apart !== null && (
          <UnmergeForm customer={customer} other={apart} onClose={() => setApart(null)} />
        )}
      </Dialog>
    </section>
  );
}

function Homes({ homes }: { readonly homes: readonly CustomerHome[] }) {
  const currency = useCurrency();
  return (
    <Stack gap="xs">
      <Title order={2}>Homes</Title>
      <DataTable
        label="Homes"
        noun="home"
        linked
        columns={homeColumns(currency)}
        rowKey={(row) => `${row.connectionId} ${row.from}`}
        query={wholeList(homes)}
        empty="No home. One comes by “Change of tenant” on the home’s own page."
      />
    </Stack>
  );
}

const homeColumns = (currency: Currency): readonly Column<CustomerHome>[] => [
  {
    key: 'home',
    header: 'Home',
    card: 'title',
    cell: (row) => (
      <WithNote note={row.address}>
        <Link
          to="/connections/$connectionId"
          params={{ connectionId: row.connectionId }}
          className={rowLink}
        >
          {row.name}
        </Link>
      </WithNote>
    ),
  },
  {
    key: 'meter',
    header: 'Meter',
    cell: (row) => (row.meterPan === null ? unknown : <MeterNumber meterPan={row.meterPan} />),
  },
  { key: 'from', header: 'Since', cell: (row) => <Day at={row.from} /> },
  {
    key: 'until',
    header: 'Until',
    cell: (row) =>
      row.until === null ? (
        'Today'
      ) : (
        <WithNote note={row.finalReadingWh === null ? null : `at ${kwhText(row.finalReadingWh)}`}>
          <Day at={row.until} />
        </WithNote>
      ),
  },
  {
    key: 'prepaid',
    header: 'Prepaid money',
    end: true,
    cell: (row) => (row.prepaidMinor === null ? unknown : moneyText(row.prepaidMinor, currency)),
  },
  {
    key: 'debt',
    header: 'Debt',
    end: true,
    cell: (row) => (row.debtMinor === null ? unknown : moneyText(row.debtMinor, currency)),
  },
];

function Debts({ debts }: { readonly debts: CustomerDetail['debts'] }) {
  const currency = useCurrency();
  if (debts.length === 0) return null;
  return (
    <Stack gap="xs">
      <Title order={2}>Debts</Title>
      <DataTable
        label="Debts"
        noun="debt"
        columns={[
          { key: 'label', header: 'Debt', card: 'title', cell: (row) => row.label },
          { key: 'home', header: 'Home', cell: (row) => row.connectionName },
          {
            key: 'owed',
            header: 'Still owed',
            end: true,
            cell: (row) => moneyText(row.outstandingMinor, currency),
          },
        ]}
        rowKey={(row) => `${row.connectionId} ${row.label}`}
        query={wholeList(debts)}
        empty=""
      />
    </Stack>
  );
}

const tabNames: Record<CustomerTab, string> = {
  sales: 'Sales',
  contact: 'Contact history',
  tickets: 'Tickets',
};

function History({ customer }: { readonly customer: CustomerDetail }) {
  const { person } = useSearch({ from: '/signed-in/customers/$customerId' });
  const navigate = useNavigate();
  const { customerId } = customer;
  const panels: Record<CustomerTab, () => ReactNode> = {
    sales: () => <Sales customerId={customerId} />,
    contact: () => <ContactHistory customerId={customerId} />,
    tickets: () => (
      <TicketTable
        label="Tickets"
        withCustomer={false}
        query={wholeList(customer.tickets)}
        empty="No ticket yet."
      />
    ),
  };
  return (
    <TabSet
      label="History"
      names={tabNames}
      open={person ?? 'sales'}
      onOpen={(chosen) =>
        void navigate({
          to: '/customers/$customerId',
          params: { customerId },
          search: customerSearch({ person: chosen }),
          replace: true,
          resetScroll: false,
        })
      }
      panel={(name) => panels[name]()}
    />
  );
}

function Sales({ customerId }: { readonly customerId: string }) {
  return (
    <SaleTable
      label="Sales"
      withConnection
      manyDays
      query={useInfiniteQuery(customerSalesQuery(customerId))}
      empty="No sale yet."
    />
  );
}

const readWords: Readonly<Record<string, string>> = {
  answered: 'Answered by itself',
  open: 'Waits to be read',
  done: 'Read',
};

const contactColumns: readonly Column<ContactRow>[] = [
  { key: 'at', header: 'Time', card: 'title', cell: (row) => <Instant at={row.at} /> },
  {
    key: 'way',
    header: 'From',
    cell: (row) => (
      <WithNote note={row.connectionName}>
        {row.direction === 'to' ? 'The utility' : 'The customer'}
      </WithNote>
    ),
  },
  {
    key: 'text',
    header: 'Text',
    card: 'wide',
    cell: (row) => (
      <Text size="sm" maw="60ch" style={{ whiteSpace: 'pre-wrap', overflowWrap: 'anywhere' }}>
        {row.text}
      </Text>
    ),
  },
  {
    key: 'state',
    header: 'State',
    cell: (row) =>
      row.direction === 'to' ? (
        <StateBadge label={messageLabels[row.state as keyof typeof messageLabels]} />
      ) : (
        readWords[row.state]
      ),
  },
];

function ContactHistory({ customerId }: { readonly customerId: string }) {
  return (
    <DataTable
      label="Contact history"
      noun="message"
      columns={contactColumns}
      rowKey={(row) => `${row.at} ${row.direction} ${row.text}`}
      query={useInfiniteQuery(contactQuery(customerId))}
      empty="Nothing was said yet."
    />
  );
}
