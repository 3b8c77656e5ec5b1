// What customers write: read page by page, and done with.

import { inboxApi } from '@prewatt/api';
import { client, orThrow, paged } from './read.ts';

export const inboxKey = ['inbox'] as const;

export const inboxQuery = (show: 'open' | 'all') =>
  paged(inboxApi.list, {
    ...{ key: [...inboxKey, show], input: { query: { show } } },
    refetchInterval: 30_000,
  });

export const inboxDone = (textId: string) => orThrow(client.call(inboxApi.done, { id: textId }));
