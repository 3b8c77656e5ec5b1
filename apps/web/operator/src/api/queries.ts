// Queries about meters and sales: the key, the route and the schema in one place; other rooms have
// files of their own beside this, and so has one connection, which the first page does not load.
// Keys start with the noun that a live event names, so that an event can mark all that depends on
// it as stale.

import { consoleApi, type FileForm, pathOf, saleApi } from '@prewatt/api';
import { keepPreviousData, queryOptions } from '@tanstack/react-query';
import { createBusinessClock } from '../state/business-clock.ts';
import { type MetersSearch, type SalesSearch, searchForServer } from '../state/search.ts';
import { isSignedOut, retries } from './failure.ts';
import { client, orThrow, paged } from './read.ts';

/** Business time, set by each answer that names it, at the moment the answer arrives. */
export const businessClock = createBusinessClock(() => performance.now(), Date.now());

/** The server's own time, in which keys end, programs are called and providers speak. */
export const realClock = createBusinessClock(() => performance.now(), Date.now());

export const meQuery = queryOptions({
  queryKey: ['me'],
  queryFn: async ({ signal }) => {
    const me = await orThrow(client.call(consoleApi.me, { signal }));
    businessClock.sync(me.now, me.clockSpeed);
    realClock.sync(me.realNow);
    return me;
  },
  staleTime: 60_000,
  // Who is not signed in sees the sign-in at once.
  retry: (failures, failure) => !isSignedOut(failure) && retries(failures, failure),
});

export const overviewQuery = queryOptions({
  queryKey: ['overview'],
  queryFn: async ({ signal }) => {
    const overview = await orThrow(client.call(consoleApi.overview, { signal }));
    businessClock.sync(overview.now);
    return overview;
  },
  refetchInterval: 15_000,
});

export const saleQuery = (saleId: string) =>
  queryOptions({
    queryKey: ['sale', saleId],
    queryFn: ({ signal }) => orThrow(client.call(saleApi.detail, { id: saleId, signal })),
  });

/** What the server is asked for: only what narrows the list. */
function metersParams(search: MetersSearch): Record<string, string> {
  const wanted = searchForServer(search.search ?? '');
  const { search: _, hide: __, ...filters } = search;
  return wanted === '' ? filters : { ...filters, search: wanted };
}

export function metersQuery(search: MetersSearch) {
  const params = metersParams(search);
  return paged(consoleApi.meters, {
    key: ['meters', new URLSearchParams(params).toString()],
    input: { query: params },
    refetchInterval: 60_000,
  });
}

/** How many meters the filters leave, and how many there are of each kind. */
export function meterFacetsQuery(search: MetersSearch) {
  const { sort: _, order: __, ...query } = metersParams(search);
  return queryOptions({
    queryKey: ['meter-facets', new URLSearchParams(query).toString()],
    queryFn: ({ signal }) => orThrow(client.call(consoleApi.meterCounts, { query, signal })),
    placeholderData: keepPreviousData,
    refetchInterval: 60_000,
  });
}

/** What the filters leave, as a file. */
export const metersFile = (search: MetersSearch, as: FileForm): string => {
  const { sort: _, order: __, ...query } = metersParams(search);
  return pathOf(consoleApi.meterFile, { query: { ...query, as } });
};

export const salesQuery = (search: SalesSearch) =>
  paged(saleApi.list, {
    key: ['sales', new URLSearchParams(search).toString()],
    input: { query: search },
    refetchInterval: 60_000,
  });

export function saleTotalsQuery({ sort: _, order: __, ...query }: SalesSearch) {
  return queryOptions({
    queryKey: ['sales', 'totals', new URLSearchParams(query).toString()],
    queryFn: ({ signal }) => orThrow(client.call(saleApi.totals, { query, signal })),
    placeholderData: keepPreviousData,
    refetchInterval: 60_000,
  });
}

export const salesFile = ({ sort: _, order: __, ...query }: SalesSearch, as: FileForm): string =>
  pathOf(saleApi.file, { query: { ...query, as } });

export const attentionQuery = paged(consoleApi.attention, {
  key: ['attention'],
  refetchInterval: 30_000,
});

export const failingUpkeepQuery = paged(consoleApi.upkeep, {
  key: ['upkeep'],
  refetchInterval: 30_000,
});

/** Asks the server to go on with a stuck sale. */
export const retrySale = (saleId: string) => orThrow(client.call(saleApi.retry, { id: saleId }));
