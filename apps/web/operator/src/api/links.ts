// The identity of a meter on its link: read by operators, changed by administrators.

import { type IdentityShow, linkApi } from '@prewatt/api';
import { queryOptions } from '@tanstack/react-query';
import { client, orThrow, paged } from './read.ts';

export const linkQuery = (connectionId: string) =>
  queryOptions({
    queryKey: ['connection', connectionId, 'link'],
    queryFn: ({ signal }) => orThrow(client.call(linkApi.view, { id: connectionId, signal })),
    refetchInterval: 30_000,
  });

type Asked = { readonly requestId: string; readonly reason: string };

export const changeIdentity = (connectionId: string, action: 'rotate' | 'revoke', asked: Asked) =>
  orThrow(client.call(linkApi[action], { id: connectionId, body: asked }));

/** The answer holds the key, this once. */
export const makeCertificate = (connectionId: string, asked: Asked) =>
  orThrow(client.call(linkApi.certificate, { id: connectionId, body: asked }));

export const identitiesKey = ['identities'] as const;
export const identitiesQuery = (show: IdentityShow, search: string) =>
  paged(linkApi.identities, {
    key: [...identitiesKey, show, search],
    input: { query: search === '' ? { show } : { show, search } },
    refetchInterval: 60_000,
  });
