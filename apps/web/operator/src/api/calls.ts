// Reads and acts about the list of people to call, and the rules that protect homes.

import {
  protectionMetersSchema,
  protectionRulesAnswerSchema,
  type SupplyCallsAnswer,
  supplyCallsAnswerSchema,
  weatherDaysAnswerSchema,
} from '@prewatt/api';
import { queryOptions } from '@tanstack/react-query';
import { base, client, orThrow, paged } from './read.ts';

export type SupplyCall = SupplyCallsAnswer['rows'][number];
export const callsKey = ['calls'] as const;

export const callsQuery = (state: 'open' | 'resolved') =>
  queryOptions({
    queryKey: ['calls', state],
    queryFn: ({ signal }) =>
      orThrow(
        client.get(supplyCallsAnswerSchema, `${base}/supply-calls?state=${state}`, { signal }),
      ),
    refetchInterval: 30_000,
  });

export const noteCall = (
  call: Pick<SupplyCall, 'callId' | 'connectionId'>,
  body: { readonly requestId: string; readonly what: 'called' | 'resolved'; readonly note: string },
) =>
  orThrow(
    client.post(
      supplyCallsAnswerSchema,
      `${base}/connections/${encodeURIComponent(call.connectionId)}/supply-calls/${encodeURIComponent(call.callId)}`,
      { body },
    ),
  );

export const protectionRulesQuery = queryOptions({
  queryKey: ['protection', 'rules'],
  queryFn: ({ signal }) =>
    orThrow(client.get(protectionRulesAnswerSchema, `${base}/protection/rules`, { signal })),
});

export const weatherDaysQuery = queryOptions({
  queryKey: ['protection', 'weather'],
  queryFn: ({ signal }) =>
    orThrow(client.get(weatherDaysAnswerSchema, `${base}/protection/weather-days`, { signal })),
});

/** Meters that do not know the rules in force, by why. */
export const protectionMetersQuery = (state: 'waiting' | 'notTold' | 'refused' | 'noLink') =>
  paged({
    key: ['protection', 'meters', state],
    path: `${base}/protection/meters`,
    schema: protectionMetersSchema,
    params: { state },
    refetchInterval: 30_000,
  });
