// Reports: sums of a period, and the transfers behind one.

import { pathOf, reportApi, type SalesReportQuery } from '@prewatt/api';
import { keepPreviousData, queryOptions } from '@tanstack/react-query';
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
