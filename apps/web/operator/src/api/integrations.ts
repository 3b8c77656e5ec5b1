// Requests about integrations. Keys start with "integrations", so that one change marks all of it
// as stale.

import { type BodyOf, integrationApi } from '@prewatt/api';
import { queryOptions } from '@tanstack/react-query';
import { client, orThrow } from './read.ts';

export const integrationsKey = ['integrations'] as const;

export const integrationsQuery = queryOptions({
  queryKey: ['integrations', 'list'],
  queryFn: ({ signal }) => orThrow(client.call(integrationApi.list, { signal })),
  refetchInterval: 30_000,
});

export const integrationQuery = (integrationId: string) =>
  queryOptions({
    queryKey: ['integrations', integrationId, 'detail'],
    queryFn: ({ signal }) =>
      orThrow(client.call(integrationApi.detail, { id: integrationId, signal })),
    refetchInterval: 30_000,
  });

/** The only answers that hold a key. */
export const makeIntegration = (body: BodyOf<typeof integrationApi.create>) =>
  orThrow(client.call(integrationApi.create, { body }));

export const rotateIntegration = (
  integrationId: string,
  body: BodyOf<typeof integrationApi.rotate>,
) => orThrow(client.call(integrationApi.rotate, { id: integrationId, body }));

export const revokeIntegration = (integrationId: string, reason: string) =>
  orThrow(client.call(integrationApi.revoke, { id: integrationId, body: { reason } }));
