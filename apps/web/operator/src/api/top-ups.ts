// A home's automatic top-ups, and the stop that only operators lift.

import { topUpApi } from '@prewatt/api';
import { queryOptions } from '@tanstack/react-query';
import { client, orThrow } from './read.ts';

export const topUpQuery = (connectionId: string) =>
  queryOptions({
    queryKey: ['connection', connectionId, 'top-up'],
    queryFn: ({ signal }) => orThrow(client.call(topUpApi.view, { id: connectionId, signal })),
    refetchInterval: 60_000,
  });

export const stopTopUp = (connectionId: string, reason: string) =>
  orThrow(client.call(topUpApi.stop, { id: connectionId, body: { reason } }));

export const allowTopUp = (connectionId: string, reason: string) =>
  orThrow(client.call(topUpApi.allow, { id: connectionId, body: { reason } }));
