// When a connection turned prepaid, and what its meter knows of protection.

import { homeProtectionSchema } from '@prewatt/api';
import { queryOptions } from '@tanstack/react-query';
import { base, client, orThrow } from './read.ts';

const pathOf = (connectionId: string, rest: string): string =>
  `${base}/connections/${encodeURIComponent(connectionId)}/${rest}`;

export const homeProtectionQuery = (connectionId: string) =>
  queryOptions({
    queryKey: ['connection', connectionId, 'protection'],
    queryFn: ({ signal }) =>
      orThrow(client.get(homeProtectionSchema, pathOf(connectionId, 'protection'), { signal })),
    refetchInterval: 60_000,
  });

export const setConversion = (
  connectionId: string,
  body: {
    readonly requestId: string;
    readonly convertedOn: string | null;
    readonly reason: string;
  },
) => orThrow(client.post(homeProtectionSchema, pathOf(connectionId, 'conversion'), { body }));
