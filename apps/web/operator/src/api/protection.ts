// Requests about other protection rules: what a document says, what it would have done, and
// asking for it; declared days. Keys start with "protection": one change marks all as stale.

import { type ProtectionReplayDetail, protectionApi, type ReplayHomesFilter } from '@prewatt/api';
import { queryOptions } from '@tanstack/react-query';
import { client, orThrow, paged } from './read.ts';

export const protectionKey = ['protection'] as const;

/** What a document says, and what it would change. */
export const readRules = (document: unknown, signal?: AbortSignal) =>
  orThrow(
    client.call(protectionApi.readRules, {
      body: { document },
      ...(signal === undefined ? {} : { signal }),
    }),
  );

export const rulesReadingQuery = (document: unknown) =>
  queryOptions({
    queryKey: ['protection', 'reading', JSON.stringify(document)],
    queryFn: ({ signal }) => readRules(document, signal),
  });

export const startTrial = (body: {
  readonly requestId: string;
  readonly document: object;
  readonly days: number;
  readonly takesEmergency: boolean;
}) => orThrow(client.call(protectionApi.startReplay, { body }));

export const trialsQuery = queryOptions({
  queryKey: ['protection', 'trials'],
  queryFn: ({ signal }) => orThrow(client.call(protectionApi.replays, { signal })),
  refetchInterval: 30_000,
});

/** Asked for often while it runs. */
export const trialQuery = (replayId: string) =>
  queryOptions<ProtectionReplayDetail>({
    queryKey: ['protection', 'trial', replayId],
    queryFn: ({ signal }) => orThrow(client.call(protectionApi.replay, { id: replayId, signal })),
    refetchInterval: (query) => (query.state.data?.finished === false ? 1_000 : false),
  });

export const trialHomesQuery = (replayId: string, who: ReplayHomesFilter) =>
  paged(protectionApi.replayHomes, {
    key: ['protection', 'trial', replayId, 'homes', who],
    input: { id: replayId, query: { who } },
  });

export const proposeRules = (body: {
  readonly requestId: string;
  readonly document: unknown;
  readonly reason: string;
}) => orThrow(client.call(protectionApi.propose, { body }));

export const sayWeatherDays = (body: {
  readonly requestId: string;
  readonly what: 'declared' | 'withdrawn';
  readonly kind: 'heat' | 'cold';
  readonly dates: readonly string[];
  readonly note: string;
}) => orThrow(client.call(protectionApi.declareDays, { body }));

export const outagesQuery = queryOptions({
  queryKey: ['protection', 'outages'],
  queryFn: ({ signal }) => orThrow(client.call(protectionApi.outages, { signal })),
  refetchInterval: 30_000,
});

export const outageHomesQuery = (outageId: string) =>
  queryOptions({
    queryKey: ['protection', 'outages', outageId],
    queryFn: ({ signal }) => orThrow(client.call(protectionApi.outageHomes, { outageId, signal })),
  });

export const declareOutage = (body: {
  readonly requestId: string;
  readonly hours: number;
  readonly note: string;
}) => orThrow(client.call(protectionApi.declareOutage, { body }));

export const endOutage = (outageId: string) =>
  orThrow(client.call(protectionApi.endOutage, { outageId, body: {} }));

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
