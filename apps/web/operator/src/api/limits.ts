// What one person may do alone, and the cuts for safety that were made.

import { type ControlLimits, limitApi } from '@prewatt/api';
import { queryOptions } from '@tanstack/react-query';
import { client, orThrow, paged } from './read.ts';

export const controlLimitsKey = ['control-limits'] as const;

export const controlLimitsQuery = queryOptions({
  queryKey: controlLimitsKey,
  queryFn: ({ signal }) => orThrow(client.call(limitApi.limits, { signal })),
});

export const askLimits = (body: {
  readonly requestId: string;
  readonly reason: string;
  readonly limits: ControlLimits;
}) => orThrow(client.call(limitApi.propose, { body }));

export const safetyCutsKey = ['safety-cuts'] as const;

export const safetyCutsQuery = paged(limitApi.safetyCuts, {
  key: [...safetyCutsKey],
  refetchInterval: 60_000,
});
