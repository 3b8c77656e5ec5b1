// What one person may do alone, and the cuts for safety that were made.

import {
  askedSchema,
  type ControlLimits,
  controlLimitsAnswerSchema,
  safetyCutPageSchema,
} from '@prewatt/api';
import { queryOptions } from '@tanstack/react-query';
import { base, client, orThrow, paged } from './read.ts';

const limits = `${base}/control-limits`;

export const controlLimitsKey = ['control-limits'] as const;

export const controlLimitsQuery = queryOptions({
  queryKey: controlLimitsKey,
  queryFn: ({ signal }) => orThrow(client.get(controlLimitsAnswerSchema, limits, { signal })),
});

export const askLimits = (body: {
  readonly requestId: string;
  readonly reason: string;
  readonly limits: ControlLimits;
}) => orThrow(client.post(askedSchema, limits, { body }));

export const safetyCutsKey = ['safety-cuts'] as const;

export const safetyCutsQuery = paged({
  key: [...safetyCutsKey],
  path: `${base}/safety-cuts`,
  schema: safetyCutPageSchema,
  refetchInterval: 60_000,
});
