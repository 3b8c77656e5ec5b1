// Reports: sums of a period and the transfers behind one, homes off supply, debts by age.

import {
  type DebtAge,
  type OffSupplyQuery,
  pathOf,
  reportApi,
  type SalesReportQuery,
} from '@prewatt/api';
import { infiniteQueryOptions, keepPreviousData, queryOptions } from '@tanstack/react-query';
import { client, orThrow, paged } from './read.ts';

export const salesReportQuery = (query: SalesReportQuery) =>
  queryOptions({
    queryKey: ['report', 'sales', query.by, query.from, query.to],
    queryFn: ({ signal }) => orThrow(client.call(reportApi.sales, { query, signal })),
    placeholderData: keepPreviousData,
  });

export const salesReportFile = (query: SalesReportQuery): string =>
  pathOf(reportApi.salesFile, { query });

export const reportTransfersQuery = (query: SalesReportQuery & { readonly key: string }) =>
  paged(reportApi.transfers, {
    key: ['report', 'transfers', query.by, query.from, query.to, query.key],
    input: { query },
  });

export const debtReportQuery = queryOptions({
  queryKey: ['report', 'debts'],
  queryFn: ({ signal }) => orThrow(client.call(reportApi.debts, { signal })),
});

export const debtReportFile: string = pathOf(reportApi.debtsFile);

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

export const offSupplyFile = (query: OffSupplyQuery): string =>
  pathOf(reportApi.offSupplyFile, { query });
