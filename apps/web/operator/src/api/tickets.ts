// Tickets: listed, opened and worked on.

import { type BodyOf, ticketApi } from '@prewatt/api';
import { queryOptions } from '@tanstack/react-query';
import type { TicketsSearch } from '../state/search.ts';
import { client, orThrow, paged } from './read.ts';

export const ticketsKey = ['tickets'] as const;

const queryOf = ({ tickets: show, ticketKind: kind, sort, order }: TicketsSearch) => ({
  ...(show === undefined ? {} : { show }),
  ...(kind === undefined ? {} : { kind }),
  ...(sort === undefined ? {} : { sort }),
  ...(order === undefined ? {} : { order }),
});

export const ticketsQuery = (search: TicketsSearch) =>
  paged(ticketApi.list, {
    key: [...ticketsKey, new URLSearchParams(queryOf(search)).toString()],
    input: { query: queryOf(search) },
    refetchInterval: 30_000,
  });

export const ticketQuery = (ticketId: string) =>
  queryOptions({
    queryKey: [...ticketsKey, ticketId],
    queryFn: ({ signal }) => orThrow(client.call(ticketApi.detail, { id: ticketId, signal })),
    refetchInterval: 30_000,
  });

export const ticketHoldersQuery = queryOptions({
  queryKey: [...ticketsKey, 'holders'],
  queryFn: ({ signal }) => orThrow(client.call(ticketApi.holders, { signal })),
  staleTime: 300_000,
});

export const openTicket = (body: BodyOf<typeof ticketApi.open>) =>
  orThrow(client.call(ticketApi.open, { body }));
export const actOnTicket = (id: string, body: BodyOf<typeof ticketApi.act>) =>
  orThrow(client.call(ticketApi.act, { id, body }));
