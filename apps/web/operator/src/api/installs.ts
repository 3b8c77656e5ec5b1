// Requests about install jobs.

import {
  type CallInput,
  type InstallAct,
  installApi,
  type installFilters,
  type NewInstall,
} from '@prewatt/api';
import { queryOptions } from '@tanstack/react-query';
import { client, orThrow, paged } from './read.ts';

export const installsKey = ['installs'] as const;
export type InstallFilter = (typeof installFilters)[number];

export const installsQuery = (state: InstallFilter) =>
  paged(installApi.list, {
    key: ['installs', 'list', state],
    input: { query: { state } },
    refetchInterval: 15_000,
  });

export const connectionInstallsQuery = (connectionId: string) =>
  paged(installApi.list, {
    key: ['installs', 'connection', connectionId],
    input: { query: { state: 'all', connection: connectionId } },
    refetchInterval: 30_000,
  });

export const installKey = (installId: string) => ['installs', 'detail', installId] as const;

/** Looked at often while a step waits for something. */
export const installQuery = (installId: string) =>
  queryOptions({
    queryKey: installKey(installId),
    queryFn: ({ signal }) => orThrow(client.call(installApi.detail, { id: installId, signal })),
    refetchInterval: (query) =>
      query.state.data?.stepViews.some(({ state }) => state === 'running') === true
        ? 2_000
        : 20_000,
  });

export const techniciansQuery = queryOptions({
  queryKey: ['installs', 'technicians'],
  queryFn: ({ signal }) => orThrow(client.call(installApi.technicians, { signal })),
});

export const openInstall = (body: NewInstall) => orThrow(client.call(installApi.open, { body }));

/** What may be sent about a job, each once for its request id. */
export type InstallRequest =
  | { readonly part: 'acts'; readonly body: InstallAct }
  | { readonly part: 'take'; readonly body: { readonly requestId: string } }
  | {
      readonly part: 'assign';
      readonly body: { readonly requestId: string; readonly technicianId: string | null };
    }
  | {
      readonly part: 'close';
      readonly body: { readonly requestId: string; readonly note: string };
    }
  | {
      readonly part: 'cancel';
      readonly body: { readonly requestId: string; readonly reason: string };
    };

export const sendRequest = (id: string, { part, body }: InstallRequest) =>
  client.call(installApi[part], { id, body } as CallInput<typeof installApi.acts>);
