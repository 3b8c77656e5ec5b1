// Which driver speaks to a meter, and how that goes; changed by administrators.

import { type DlmsKeyChange, type DriverLinkBody, driverApi } from '@prewatt/api';
import { queryOptions } from '@tanstack/react-query';
import { client, orThrow } from './read.ts';

export const driverQuery = (connectionId: string) =>
  queryOptions({
    queryKey: ['connection', connectionId, 'driver'],
    queryFn: ({ signal }) => orThrow(client.call(driverApi.view, { id: connectionId, signal })),
    refetchInterval: 30_000,
  });

/** Keys go out once, and come back in no answer. */
export const linkByDriver = (id: string, body: DriverLinkBody) =>
  orThrow(client.call(driverApi.link, { id, body }));

type Asked = { readonly requestId: string; readonly reason: string };

export const endDriver = (id: string, body: Asked) =>
  orThrow(client.call(driverApi.end, { id, body }));

type KeysWish = { readonly order: DlmsKeyChange['order']; readonly raisesPolicy: boolean };

export const changeDriverKeys = (id: string, body: Asked & KeysWish) =>
  orThrow(client.call(driverApi.changeKeys, { id, body }));
