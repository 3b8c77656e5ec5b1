// The flags of a home that is never cut. Viewers may not read them.

import { type HomeFlagKind, protectionApi } from '@prewatt/api';
import { queryOptions } from '@tanstack/react-query';
import { client, orThrow } from './read.ts';

export const homeFlagsQuery = (connectionId: string) =>
  queryOptions({
    queryKey: ['connection', connectionId, 'flags'],
    queryFn: ({ signal }) =>
      orThrow(client.call(protectionApi.flags, { id: connectionId, signal })),
  });

export const changeFlag = (
  connectionId: string,
  body: {
    readonly requestId: string;
    readonly kind: HomeFlagKind;
    readonly what: 'set' | 'ended';
    readonly evidence: string;
    readonly expiresOn: string | null;
  },
) => orThrow(client.call(protectionApi.changeFlag, { id: connectionId, body }));
