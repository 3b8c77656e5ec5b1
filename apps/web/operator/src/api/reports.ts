// Reports: sums of a period and what is behind one, homes off supply, debts, unclaimed money.

import {
  type CollectionPart,
  type CollectionsQuery,
  type DebtAge,
  type FileForm,
  type GivenQuery,
  type OffSupplyQuery,
  pathOf,
  reportApi,
  type SalesReportQuery,
  type UnclaimedKind,
} from '@prewatt/api';
import { infiniteQueryOptions, keepPreviousData, queryOptions } from '@tanstack/react-query';
import { client, orThrow, paged } from './read.ts';

export const salesReportQuery = (query: SalesReportQuery) =>
  queryOptions({
    queryKey: ['report', 'sales', query.by, query.from, query.to],
    queryFn: ({ signal }) => orThrow(client.call(reportApi.sales, { query, signal })),
    placeholderData: keepPreviousData,
  });

export const salesReportFile = (query: SalesReportQuery) => (as: FileForm) =>
  pathOf(reportApi.salesFile, { query: { ...query, as } });

export const reportTransfersQuery = (query: SalesReportQuery & { readonly key: string }) =>
  paged(reportApi.transfers, {
    key: ['report', 'transfers', query.by, query.from, query.to, query.key],
    input: { query },
  });

export const debtReportQuery = queryOptions({
  queryKey: ['report', 'debts'],
  queryFn: ({ signal }) => orThrow(client.call(reportApi.debts, { signal })),
});

export const debtReportFile = (as: FileForm): string =>
  pathOf(reportApi.debtsFile, { query: { as } });

export const debtsOfAgeQuery = (age: DebtAge) =>
  paged(reportApi.debtsOfAge, { key: ['report', 'debts', age], input: { query: { age } } });

export const offSupplyQuery = (query: OffSupplyQuery) =>
  infiniteQueryOptions({
    queryKey: ['report', 'offSupply', query.from, query.to, query.hours],
    queryFn: ({ signal, pageParam: cursor }) =>
      orThrow(
        client.call(reportApi.offSupply, {
          query: { ...query, ...(cursor === null ? {} : { cursor }) },
          signal,
        }),
      ),
    initialPageParam: null as string | null,
    getNextPageParam: (last) => last.nextCursor,
    placeholderData: keepPreviousData,
  });

export const offSupplyFile = (query: OffSupplyQuery) => (as: FileForm) =>
  pathOf(reportApi.offSupplyFile, { query: { ...query, as } });

export const collectionsQuery = (query: CollectionsQuery) =>
  queryOptions({
    queryKey: ['report', 'collections', query.by, query.from, query.to],
    queryFn: ({ signal }) => orThrow(client.call(reportApi.collections, { query, signal })),
    placeholderData: keepPreviousData,
  });

export const collectionsFile = (query: CollectionsQuery) => (as: FileForm) =>
  pathOf(reportApi.collectionsFile, { query: { ...query, as } });

export const collectionTransfersQuery = (
  query: CollectionsQuery & { readonly key: string; readonly part?: CollectionPart },
) => {
  const { by, from, to, key, part = '' } = query;
  return paged(reportApi.collectionTransfers, {
    key: ['report', 'collections', by, from, to, key, part],
    input: { query },
  });
};

export const givenQuery = (query: GivenQuery) =>
  queryOptions({
    queryKey: ['report', 'given', query.by, query.from, query.to],
    queryFn: ({ signal }) => orThrow(client.call(reportApi.given, { query, signal })),
    placeholderData: keepPreviousData,
  });

export const givenFile = (query: GivenQuery) => (as: FileForm) =>
  pathOf(reportApi.givenFile, { query: { ...query, as } });

export const givenListQuery = (query: GivenQuery & { readonly key: string }) =>
  paged(reportApi.givenList, {
    key: ['report', 'given', query.by, query.from, query.to, query.key],
    input: { query },
  });

export const unclaimedQuery = queryOptions({
  queryKey: ['report', 'unclaimed'],
  queryFn: ({ signal }) => orThrow(client.call(reportApi.unclaimed, { signal })),
});

export const unclaimedFile = (as: FileForm): string =>
  pathOf(reportApi.unclaimedFile, { query: { as } });

export const unclaimedListQuery = (kind: UnclaimedKind) =>
  paged(reportApi.unclaimedList, {
    key: ['report', 'unclaimed', kind],
    input: { query: { kind } },
  });
