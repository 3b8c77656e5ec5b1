// A list that arrived whole with its page, in the form that the table takes.

import type { DataTableProps } from './data-table.tsx';

export function wholeList<Row>(rows: readonly Row[]): DataTableProps<Row>['query'] {
  return {
    data: { pages: [{ rows, nextCursor: null }] },
    error: null,
    isPending: false,
    isFetchingNextPage: false,
    hasNextPage: false,
    fetchNextPage: async () => undefined as never,
    refetch: async () => undefined as never,
  };
}
