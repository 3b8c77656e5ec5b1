// Requests about the list of people to call, whose number the navigation shows.

import { type SupplyCallsAnswer, supplyCallApi } from '@prewatt/api';
import { queryOptions } from '@tanstack/react-query';
import { client, orThrow } from './read.ts';

export type SupplyCall = SupplyCallsAnswer['rows'][number];
export const callsKey = ['calls'] as const;

export const callsQuery = (state: 'open' | 'resolved') =>
  queryOptions({
    queryKey: ['calls', state],
    queryFn: ({ signal }) => orThrow(client.call(supplyCallApi.list, { query: { state }, signal })),
    refetchInterval: 30_000,
  });

export const noteCall = (
  call: Pick<SupplyCall, 'callId' | 'connectionId'>,
  body: { readonly requestId: string; readonly what: 'called' | 'resolved'; readonly note: string },
) => orThrow(client.call(supplyCallApi.note, { id: call.connectionId, callId: call.callId, body }));
