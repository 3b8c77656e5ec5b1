// How far the utility is on the way to its first sale.

import { setUpApi } from '@prewatt/api';
import { queryOptions } from '@tanstack/react-query';
import { client, orThrow } from './read.ts';

export const setUpQuery = queryOptions({
  queryKey: ['set-up'],
  queryFn: ({ signal }) => orThrow(client.call(setUpApi.progress, { signal })),
  refetchInterval: 30_000,
});
