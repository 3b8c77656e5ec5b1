// The lists under a connection: sales, tokens, events, messages to the customer.

import { Text } from '@mantine/core';
import type { EventRow, MessageRow, TokenRow } from '@prewatt/api';
import type { Currency } from '@prewatt/quantities';
import { useInfiniteQuery } from '@tanstack/react-query';
import {
  connectionSalesQuery,
  eventsQuery,
  messagesQuery,
  tokensQuery,
} from '../../api/connection.ts';
import { useCurrency } from '../../shell/session.tsx';
import {
  attemptTexts,
  codeText,
  messageLabels,
  originLabels,
  tokenLabels,
} from '../../text/labels.ts';
import { creditText, unknown } from '../../text/numbers.ts';
import { SaleLink } from '../../ui/columns.tsx';
import { type Column, DataTable } from '../../ui/data-table.tsx';
import { Age, Instant, StateBadge } from '../../ui/show.tsx';
import { WayLink } from '../audit/way-link.tsx';
import { SaleTable } from '../sale-table.tsx';

type ListProps = { readonly connectionId: string };

export function SaleList({ connectionId }: ListProps) {
  const query = useInfiniteQuery(connectionSalesQuery(connectionId));
  return <SaleTable label="Sales" withConnection={false} query={query} empty="No sale yet." />;
}

const tokenColumns = (currency: Currency): readonly Column<TokenRow>[] => [
  { key: 'issued', header: 'Issued', card: 'title', cell: (row) => <Instant at={row.issuedAt} /> },
  { key: 'token', header: 'Token', cell: (row) => `…\u00a0${row.lastFour}` },
  { key: 'tid', header: 'TID', end: true, cell: (row) => row.tid },
  { key: 'credit', header: 'Credit', end: true, cell: (row) => creditText(row, currency) },
  {
    key: 'state',
    header: 'State',
    card: 'wide',
    cell: (row) => (
      <>
        <StateBadge label={tokenLabels[row.state]} />{' '}
        <Text span size="xs" c="dimmed">
          {row.origin !== null && originLabels[row.origin]}{' '}
          {row.stateAt !== null && <Age at={row.stateAt} />}
        </Text>
        {row.refusal !== null && <Text size="xs">{codeText(row.refusal)}</Text>}
      </>
    ),
  },
  {
    key: 'sale',
    header: 'Sale',
    cell: (row) =>
      row.saleId === null ? (
        unknown
      ) : (
        <SaleLink saleId={row.saleId} label={`Sale of the token ending in ${row.lastFour}`}>
          Open sale
        </SaleLink>
      ),
  },
  {
    key: 'way',
    header: '',
    cell: (row) => (
      <WayLink of={row.saleId ?? row.grantId ?? ''} label={`Token ending in ${row.lastFour}`} />
    ),
  },
];

export function TokenList({ connectionId }: ListProps) {
  const query = useInfiniteQuery(tokensQuery(connectionId));
  return (
    <DataTable
      label="Tokens"
      noun="token"
      columns={tokenColumns(useCurrency())}
      rowKey={(row) => `${row.issuedAt} ${row.tid}`}
      query={query}
      empty="No token has been issued for this meter."
    />
  );
}

const eventColumns: readonly Column<EventRow>[] = [
  { key: 'at', header: 'Time', card: 'title', cell: (row) => <Instant at={row.at} /> },
  { key: 'text', header: 'Event', card: 'wide', cell: (row) => row.text },
];

export function EventList({ connectionId }: ListProps) {
  const query = useInfiniteQuery(eventsQuery(connectionId));
  return (
    <DataTable
      label="Events"
      noun="event"
      columns={eventColumns}
      rowKey={(row) => `${row.at} ${row.code} ${row.text}`}
      query={query}
      empty="The meter has reported no event."
    />
  );
}

const messageColumns: readonly Column<MessageRow>[] = [
  { key: 'at', header: 'Time', card: 'title', cell: (row) => <Instant at={row.at} /> },
  { key: 'kind', header: 'Kind', cell: (row) => codeText(row.kind) },
  { key: 'state', header: 'State', cell: (row) => <StateBadge label={messageLabels[row.state]} /> },
  { key: 'gateways', header: 'Gateways', cell: (row) => attemptTexts(row).join('; ') },
  { key: 'text', header: 'Text', card: 'wide', cell: (row) => row.text },
];

export function MessageList({ connectionId }: ListProps) {
  const query = useInfiniteQuery(messagesQuery(connectionId));
  return (
    <DataTable
      label="Messages"
      noun="message"
      columns={messageColumns}
      rowKey={(row) => `${row.at} ${row.kind} ${row.text}`}
      query={query}
      empty="No message has been sent to this customer."
    />
  );
}
