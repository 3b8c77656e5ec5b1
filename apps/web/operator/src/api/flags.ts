// The flags of a home that is never cut. Viewers may not read them.

import { type HomeFlagKind, homeFlagsAnswerSchema } from '@prewatt/api';
import { queryOptions } from '@tanstack/react-query';
import { base, client, orThrow } from './read.ts';

const pathOf = (connectionId: string): string =>
  `${base}/connections/${encodeURIComponent(connectionId)}/protection-flags`;

export const homeFlagsQuery = (connectionId: string) =>
  queryOptions({
    queryKey: ['connection', connectionId, 'flags'],
    queryFn: ({ signal }) =>
      orThrow(client.get(homeFlagsAnswerSchema, pathOf(connectionId), { signal })),
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
) => orThrow(client.post(homeFlagsAnswerSchema, pathOf(connectionId), { body }));
