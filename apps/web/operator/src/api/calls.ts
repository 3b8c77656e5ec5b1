// Requests about the list of people to call, and the rules that protect homes.

import { protectionApi, type SupplyCallsAnswer } from '@prewatt/api';
import { queryOptions } from '@tanstack/react-query';
import { client, orThrow, paged } from './read.ts';

export type SupplyCall = SupplyCallsAnswer['rows'][number];
export const callsKey = ['calls'] as const;

export const callsQuery = (state: 'open' | 'resolved') =>
  queryOptions({
    queryKey: ['calls', state],
    queryFn: ({ signal }) =>
      orThrow(client.call(protectionApi.calls, { query: { state }, signal })),
    refetchInterval: 30_000,
  });

export const noteCall = (
  call: Pick<SupplyCall, 'callId' | 'connectionId'>,
  body: { readonly requestId: string; readonly what: 'called' | 'resolved'; readonly note: string },
) =>
  orThrow(
    client.call(protectionApi.noteCall, { id: call.connectionId, callId: call.callId, body }),
  );

export const protectionRulesQuery = queryOptions({
  queryKey: ['protection', 'rules'],
  queryFn: ({ signal }) => orThrow(client.call(protectionApi.rules, { signal })),
});

export const weatherDaysQuery = queryOptions({
  queryKey: ['protection', 'weather'],
  queryFn: ({ signal }) => orThrow(client.call(protectionApi.weatherDays, { signal })),
});

/** Meters that do not know the rules in force, by why. */
export const protectionMetersQuery = (state: 'waiting' | 'notTold' | 'refused' | 'noLink') =>
  paged(protectionApi.meters, {
    key: ['protection', 'meters', state],
    input: { query: { state } },
    refetchInterval: 30_000,
  });
