// The smart cards of a home, and what operators change of them.

import { type SmartCardMedium, smartCardApi } from '@prewatt/api';
import { queryOptions } from '@tanstack/react-query';
import { client, orThrow } from './read.ts';

export const smartCardsQuery = (connectionId: string) =>
  queryOptions({
    queryKey: ['connection', connectionId, 'cards'],
    queryFn: ({ signal }) => orThrow(client.call(smartCardApi.list, { id: connectionId, signal })),
    refetchInterval: 60_000,
  });

export const issueSmartCard = (
  connectionId: string,
  o: {
    readonly requestId: string;
    readonly reason: string;
    readonly medium: SmartCardMedium;
    readonly replaces?: string;
  },
) => orThrow(client.call(smartCardApi.issue, { id: connectionId, body: o }));

export const changeSmartCard = (
  connectionId: string,
  cardNumber: string,
  body: { readonly state: 'issued' | 'lost' | 'blocked'; readonly reason: string },
) => orThrow(client.call(smartCardApi.change, { id: connectionId, cardNumber, body }));
