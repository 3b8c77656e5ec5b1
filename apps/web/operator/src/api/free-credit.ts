// Reads and acts about free credit: lists of meters that wait for a second person or are worked
// off, and the free units of the months.

import {
  freeUnitRunsSchema,
  grantBatchesSchema,
  grantBatchSchema,
  type NewGrantBatch,
} from '@prewatt/api';
import { queryOptions } from '@tanstack/react-query';
import { base, client, orThrow } from './read.ts';

const batches = `${base}/grants/batches`;

export const freeCreditKey = ['free-credit'] as const;

export const batchesQuery = queryOptions({
  queryKey: ['free-credit', 'batches'],
  queryFn: ({ signal }) => orThrow(client.get(grantBatchesSchema, batches, { signal })),
  refetchInterval: 10_000,
});

export const batchQuery = (batchId: string) =>
  queryOptions({
    queryKey: ['free-credit', 'batch', batchId],
    queryFn: ({ signal }) =>
      orThrow(
        client.get(grantBatchSchema, `${batches}/${encodeURIComponent(batchId)}`, { signal }),
      ),
    refetchInterval: 3_000,
  });

export const freeUnitsQuery = queryOptions({
  queryKey: ['free-credit', 'free-units'],
  queryFn: ({ signal }) =>
    orThrow(client.get(freeUnitRunsSchema, `${base}/grants/free-units`, { signal })),
  refetchInterval: 60_000,
});

/** Asks a second person; the same request id twice is one list. */
export const askGrants = (body: NewGrantBatch) =>
  orThrow(client.post(grantBatchSchema, `${base}/grants`, { body }));
