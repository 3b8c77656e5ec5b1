// When a connection turned prepaid, and what its meter knows of protection.

import { protectionApi } from '@prewatt/api';
import { queryOptions } from '@tanstack/react-query';
import { client, orThrow } from './read.ts';

export const homeProtectionQuery = (connectionId: string) =>
  queryOptions({
    queryKey: ['connection', connectionId, 'protection'],
    queryFn: ({ signal }) => orThrow(client.call(protectionApi.home, { id: connectionId, signal })),
    refetchInterval: 60_000,
  });

export const setConversion = (
  connectionId: string,
  body: {
    readonly requestId: string;
    readonly convertedOn: string | null;
    readonly reason: string;
  },
) => orThrow(client.call(protectionApi.convert, { id: connectionId, body }));
