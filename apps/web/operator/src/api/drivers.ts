// Which driver speaks to a meter, and how that goes.

import { driverApi } from '@prewatt/api';
import { queryOptions } from '@tanstack/react-query';
import { client, orThrow } from './read.ts';

export const driverQuery = (connectionId: string) =>
  queryOptions({
    queryKey: ['connection', connectionId, 'driver'],
    queryFn: ({ signal }) => orThrow(client.call(driverApi.view, { id: connectionId, signal })),
    refetchInterval: 30_000,
  });
