// Requests about free credit: lists of meters that wait for a second person or are worked off, and
// the free units of the months.

import { grantApi, type NewGrantBatch } from '@prewatt/api';
import { queryOptions } from '@tanstack/react-query';
import { client, orThrow } from './read.ts';

export const freeCreditKey = ['free-credit'] as const;

export const batchesQuery = queryOptions({
  queryKey: ['free-credit', 'batches'],
  queryFn: ({ signal }) => orThrow(client.call(grantApi.batches, { signal })),
  refetchInterval: 10_000,
});

export const batchQuery = (batchId: string) =>
  queryOptions({
    queryKey: ['free-credit', 'batch', batchId],
    queryFn: ({ signal }) => orThrow(client.call(grantApi.batch, { id: batchId, signal })),
    refetchInterval: 3_000,
  });

export const freeUnitsQuery = queryOptions({
  queryKey: ['free-credit', 'free-units'],
  queryFn: ({ signal }) => orThrow(client.call(grantApi.freeUnits, { signal })),
  refetchInterval: 60_000,
});

/** Asks a second person; the same request id twice is one list. */
export const askGrants = (body: NewGrantBatch) => orThrow(client.call(grantApi.request, { body }));
