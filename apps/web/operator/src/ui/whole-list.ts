// A list that arrived whole, in the form that the table takes: with its page, or by a query of its
// own that may still load or have failed.

import type { UseQueryResult } from '@tanstack/react-query';
import type { Failure } from '../api/failure.ts';
import type { DataTableProps } from './data-table.tsx';

export function wholeList<Row>(rows: readonly Row[]): DataTableProps<Row>['query'] {
  return {
    data: { pages: [{ rows, nextCursor: null }] },
    dataUpdatedAt: 0,
    error: null,
    isFetching: false,
    isPending: false,
    isFetchingNextPage: false,
    hasNextPage: false,
    fetchNextPage: async () => undefined as never,
    refetch: async () => undefined as never,
  };
}

type WholeQuery<Row> = Pick<
  UseQueryResult<{ readonly rows: readonly Row[] }, Failure>,
  'data' | 'error' | 'refetch'
>;

/** While it loads, the table shows that it does; a failure can be tried again. */
export function wholeQuery<Row>(query: WholeQuery<Row>): DataTableProps<Row>['query'] {
  const { data, error, refetch } = query;
  const again = async () => (await refetch()) as never;
  if (data !== undefined) return { ...wholeList(data.rows), error, refetch: again };
  return { ...wholeList<Row>([]), data: undefined, error, isPending: true, refetch: again };
}
