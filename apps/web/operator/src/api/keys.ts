// Reads and acts about vending keys. A component goes out with its request and is kept nowhere.

import { keyLoadSchema, keyLoadsSchema, type NewKeyLoad, vendingKeysSchema } from '@prewatt/api';
import { queryOptions } from '@tanstack/react-query';
import { base, client, orThrow } from './read.ts';

const keys = `${base}/keys`;
const loadPath = (loadId: string, part: string) =>
  `${keys}/loads/${encodeURIComponent(loadId)}${part}`;

export const keysKey = ['keys'] as const;

export const vendingKeysQuery = queryOptions({
  queryKey: ['keys', 'loaded'],
  queryFn: ({ signal }) => orThrow(client.get(vendingKeysSchema, keys, { signal })),
});

export const keyLoadsQuery = queryOptions({
  queryKey: ['keys', 'loads'],
  queryFn: ({ signal }) => orThrow(client.get(keyLoadsSchema, `${keys}/loads`, { signal })),
  refetchInterval: 15_000,
});

export const openKeyLoad = (body: NewKeyLoad) =>
  orThrow(client.post(keyLoadSchema, `${keys}/loads`, { body }));

export const enterComponent = (
  loadId: string,
  body: { readonly component: string; readonly checkValue?: string },
) => orThrow(client.post(keyLoadSchema, loadPath(loadId, '/components'), { body }));

export const closeKeyLoad = (loadId: string) =>
  orThrow(client.post(keyLoadSchema, loadPath(loadId, '/close')));
