// Queries about one connection, its meter and its lists. Keys start with the noun that a live event
// names.

import { commandRowSchema, connectionApi } from '@prewatt/api';
import { queryOptions } from '@tanstack/react-query';
import { client, orThrow, paged } from './read.ts';

export const connectionQuery = (connectionId: string) =>
  queryOptions({
    queryKey: ['connection', connectionId, 'detail'],
    queryFn: ({ signal }) =>
      orThrow(client.call(connectionApi.detail, { id: connectionId, signal })),
    refetchInterval: 30_000,
  });

export const meterQuery = (connectionId: string) =>
  queryOptions({
    queryKey: ['connection', connectionId, 'meter'],
    queryFn: ({ signal }) =>
      orThrow(client.call(connectionApi.meter, { id: connectionId, signal })),
    refetchInterval: 30_000,
  });

export const usageQuery = (connectionId: string) =>
  queryOptions({
    queryKey: ['connection', connectionId, 'usage'],
    queryFn: ({ signal }) =>
      orThrow(client.call(connectionApi.usage, { id: connectionId, query: { days: 14 }, signal })),
    refetchInterval: 30_000,
  });

type ConnectionList = 'sales' | 'tokens' | 'events' | 'commands' | 'messages';

const connectionList = <List extends ConnectionList>(id: string, list: List) =>
  paged<(typeof connectionApi)[List]>(connectionApi[list], {
    key: ['connection', id, list],
    input: { id } as never,
    refetchInterval: 60_000,
  });

export const connectionSalesQuery = (id: string) => connectionList(id, 'sales');
export const tokensQuery = (id: string) => connectionList(id, 'tokens');
export const eventsQuery = (id: string) => connectionList(id, 'events');
export const commandsQuery = (id: string) => connectionList(id, 'commands');
export const messagesQuery = (id: string) => connectionList(id, 'messages');

/** Asks the meter for a reading now. The same `requestId` twice is one command. */
export const readNow = (connectionId: string, requestId: string) =>
  orThrow(
    // No reading waits for a second person.
    client.call(
      { ...connectionApi.sendCommand, answer: commandRowSchema },
      { id: connectionId, body: { kind: 'readNow', requestId } },
    ),
  );
