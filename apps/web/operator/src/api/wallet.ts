// A connection's wallet and its change of credit mode.

import { type CreditModeBody, walletApi } from '@prewatt/api';
import { queryOptions } from '@tanstack/react-query';
import { client, orThrow } from './read.ts';

export const walletQuery = (connectionId: string) =>
  queryOptions({
    queryKey: ['connection', connectionId, 'wallet'],
    queryFn: ({ signal }) => orThrow(client.call(walletApi.view, { id: connectionId, signal })),
    refetchInterval: 30_000,
  });

export const withdrawModeChange = (connectionId: string, reason: string) =>
  orThrow(client.call(walletApi.withdrawChange, { id: connectionId, body: { reason } }));

export const askCreditMode = (connectionId: string, body: CreditModeBody) =>
  orThrow(client.call(walletApi.changeMode, { id: connectionId, body }));
