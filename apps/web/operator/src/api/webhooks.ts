// Requests about what programs of others are told. Their keys stand under "integrations", so that
// one change marks all of it as stale.

import { type BodyOf, type Delivery, webhookApi } from '@prewatt/api';
import { queryOptions } from '@tanstack/react-query';
import { client, orThrow, paged } from './read.ts';

export const endpointsQuery = (integrationId: string) =>
  queryOptions({
    queryKey: ['integrations', integrationId, 'endpoints'],
    queryFn: ({ signal }) => orThrow(client.call(webhookApi.list, { id: integrationId, signal })),
    refetchInterval: 10_000,
  });

export const deliveriesQuery = (endpointId: string, state: Delivery['state'] | 'all') =>
  paged(webhookApi.deliveries, {
    key: ['integrations', 'deliveries', endpointId, state],
    input: { id: endpointId, query: state === 'all' ? {} : { state } },
    refetchInterval: 10_000,
  });

/** The only answers that hold a secret. */
export const makeEndpoint = (integrationId: string, body: BodyOf<typeof webhookApi.create>) =>
  orThrow(client.call(webhookApi.create, { id: integrationId, body }));
export const rotateSecret = (endpointId: string, body: BodyOf<typeof webhookApi.rotate>) =>
  orThrow(client.call(webhookApi.rotate, { id: endpointId, body }));

export const setEndpointState = (endpointId: string, state: 'on' | 'off') =>
  orThrow(client.call(webhookApi.setState, { id: endpointId, body: { state } }));
export const testEndpoint = (endpointId: string) =>
  orThrow(client.call(webhookApi.test, { id: endpointId, body: {} }));
export const replay = (endpointId: string, body: BodyOf<typeof webhookApi.replay>) =>
  orThrow(client.call(webhookApi.replay, { id: endpointId, body }));
