// Requests about vending keys. A component goes out with its request and is kept nowhere.

import { keyApi, type NewKeyLoad } from '@prewatt/api';
import { queryOptions } from '@tanstack/react-query';
import { client, orThrow } from './read.ts';

export const keysKey = ['keys'] as const;

export const vendingKeysQuery = queryOptions({
  queryKey: ['keys', 'loaded'],
  queryFn: ({ signal }) => orThrow(client.call(keyApi.list, { signal })),
});

export const keyLoadsQuery = queryOptions({
  queryKey: ['keys', 'loads'],
  queryFn: ({ signal }) => orThrow(client.call(keyApi.loads, { signal })),
  refetchInterval: 15_000,
});

export const openKeyLoad = (body: NewKeyLoad) => orThrow(client.call(keyApi.openLoad, { body }));

export const enterComponent = (
  loadId: string,
  body: { readonly component: string; readonly checkValue?: string },
) => orThrow(client.call(keyApi.enterComponent, { id: loadId, body }));

export const closeKeyLoad = (loadId: string) =>
  orThrow(client.call(keyApi.closeLoad, { id: loadId }));
