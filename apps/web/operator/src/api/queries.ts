// Reads about meters, sales and connections as query options: the key, the route and the schema in
// one place; other rooms have files of their own beside this. Keys
// start with the noun that a live event names, so that an event can mark all that depends on it as
// stale.

import {
  attentionPageSchema,
  commandPageSchema,
  commandRowSchema,
  connectionDetailSchema,
  eventPageSchema,
  failingUpkeepPageSchema,
  messagePageSchema,
  meterFacetsSchema,
  meterPageSchema,
  meterViewSchema,
  operatorMeSchema,
  overviewSchema,
  saleDetailSchema,
  salePageSchema,
  saleRowSchema,
  tokenPageSchema,
  usageSchema,
} from '@prewatt/api';
import { keepPreviousData, queryOptions } from '@tanstack/react-query';
import { createBusinessClock } from '../state/business-clock.ts';
import { type MetersSearch, searchForServer } from '../state/search.ts';
import type { Schema } from './client.ts';
import { base, client, orThrow, type Page, paged } from './read.ts';

/** Business time, set by each answer that names it, at the moment the answer arrives. */
export const businessClock = createBusinessClock(() => performance.now(), Date.now());

export const meQuery = queryOptions({
  queryKey: ['me'],
  queryFn: async ({ signal }) => {
    const me = await orThrow(client.get(operatorMeSchema, `${base}/me`, { signal }));
    businessClock.sync(me.now, me.clockSpeed);
    return me;
  },
  staleTime: 60_000,
});

export const overviewQuery = queryOptions({
  queryKey: ['overview'],
  queryFn: async ({ signal }) => {
    const overview = await orThrow(client.get(overviewSchema, `${base}/overview`, { signal }));
    businessClock.sync(overview.now);
    return overview;
  },
  refetchInterval: 15_000,
});

export const saleQuery = (saleId: string) =>
  queryOptions({
    queryKey: ['sale', saleId],
    queryFn: ({ signal }) =>
      orThrow(
        client.get(saleDetailSchema, `${base}/sales/${encodeURIComponent(saleId)}`, { signal }),
      ),
  });

export const connectionQuery = (connectionId: string) =>
  queryOptions({
    queryKey: ['connection', connectionId, 'detail'],
    queryFn: ({ signal }) =>
      orThrow(client.get(connectionDetailSchema, connectionPath(connectionId), { signal })),
    refetchInterval: 30_000,
  });

export const meterQuery = (connectionId: string) =>
  queryOptions({
    queryKey: ['connection', connectionId, 'meter'],
    queryFn: ({ signal }) =>
      orThrow(client.get(meterViewSchema, `${connectionPath(connectionId)}/meter`, { signal })),
    refetchInterval: 30_000,
  });

export const usageQuery = (connectionId: string) =>
  queryOptions({
    queryKey: ['connection', connectionId, 'usage'],
    queryFn: ({ signal }) =>
      orThrow(client.get(usageSchema, `${connectionPath(connectionId)}/usage?days=14`, { signal })),
    refetchInterval: 30_000,
  });

/** What the server is asked for: only what narrows the list. */
function metersParams(search: MetersSearch): Record<string, string> {
  const wanted = searchForServer(search.search ?? '');
  const { search: _, ...filters } = search;
  return wanted === '' ? filters : { ...filters, search: wanted };
}

export function metersQuery(search: MetersSearch) {
  const params = metersParams(search);
  return paged({
    key: ['meters', new URLSearchParams(params).toString()],
    path: `${base}/meters`,
    schema: meterPageSchema,
    params,
    refetchInterval: 60_000,
  });
}

/** How many meters the filters leave, and how many there are of each kind. */
export function meterFacetsQuery(search: MetersSearch) {
  const query = new URLSearchParams(metersParams(search)).toString();
  return queryOptions({
    queryKey: ['meter-facets', query],
    queryFn: ({ signal }) =>
      orThrow(client.get(meterFacetsSchema, `${base}/meters/counts?${query}`, { signal })),
    placeholderData: keepPreviousData,
    refetchInterval: 60_000,
  });
}

export const salesQuery = (day: string | undefined) =>
  paged({
    key: ['sales', day ?? 'today'],
    path: `${base}/sales`,
    schema: salePageSchema,
    params: { day: day ?? 'today' },
    refetchInterval: 60_000,
  });

export const attentionQuery = paged({
  key: ['attention'],
  path: `${base}/attention`,
  schema: attentionPageSchema,
  refetchInterval: 30_000,
});

export const failingUpkeepQuery = paged({
  key: ['upkeep'],
  path: `${base}/upkeep`,
  schema: failingUpkeepPageSchema,
  refetchInterval: 30_000,
});

const connectionList = <Row>(connectionId: string, list: string, schema: Schema<Page<Row>>) =>
  paged({
    key: ['connection', connectionId, list],
    path: `${connectionPath(connectionId)}/${list}`,
    schema,
    refetchInterval: 60_000,
  });

export const connectionSalesQuery = (id: string) => connectionList(id, 'sales', salePageSchema);
export const tokensQuery = (id: string) => connectionList(id, 'tokens', tokenPageSchema);
export const eventsQuery = (id: string) => connectionList(id, 'events', eventPageSchema);
export const commandsQuery = (id: string) => connectionList(id, 'commands', commandPageSchema);
export const messagesQuery = (id: string) => connectionList(id, 'messages', messagePageSchema);

/** Asks the server to go on with a stuck sale. */
export const retrySale = (saleId: string) =>
  orThrow(client.post(saleRowSchema, `${base}/sales/${encodeURIComponent(saleId)}/retry`));

/** Asks the meter for a reading now. The same `requestId` twice is one command. */
export const readNow = (connectionId: string, requestId: string) =>
  orThrow(
    client.post(commandRowSchema, `${connectionPath(connectionId)}/commands`, {
      body: { kind: 'readNow', requestId },
    }),
  );

function connectionPath(connectionId: string): string {
  return `${base}/connections/${encodeURIComponent(connectionId)}`;
}
