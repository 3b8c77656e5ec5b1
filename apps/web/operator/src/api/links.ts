// How a meter proves who it is on the wire: read, and changed by administrators.

import {
  certifiedSchema,
  type IdentityShow,
  identityPageSchema,
  linkViewSchema,
} from '@prewatt/api';
import { queryOptions } from '@tanstack/react-query';
import { base, client, orThrow, paged } from './read.ts';

const link = (connectionId: string) =>
  `${base}/connections/${encodeURIComponent(connectionId)}/link`;

export const linkQuery = (connectionId: string) =>
  queryOptions({
    queryKey: ['connection', connectionId, 'link'],
    queryFn: ({ signal }) => orThrow(client.get(linkViewSchema, link(connectionId), { signal })),
    refetchInterval: 30_000,
  });

type Asked = { readonly requestId: string; readonly reason: string };

export const changeIdentity = (connectionId: string, act: 'rotate' | 'revoke', asked: Asked) =>
  orThrow(client.post(linkViewSchema, `${link(connectionId)}/${act}`, { body: asked }));

/** The answer holds the key, this once. */
export const makeCertificate = (connectionId: string, asked: Asked) =>
  orThrow(client.post(certifiedSchema, `${link(connectionId)}/certificate`, { body: asked }));

export const identitiesKey = ['identities'] as const;
export const identitiesQuery = (show: IdentityShow, search: string) =>
  paged({
    key: [...identitiesKey, show, search],
    path: `${base}/meter-identities`,
    schema: identityPageSchema,
    params: search === '' ? { show } : { show, search },
    refetchInterval: 60_000,
  });
