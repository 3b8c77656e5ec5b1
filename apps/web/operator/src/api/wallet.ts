// A connection's wallet and its change of credit mode.

import { askedSchema, type CreditModeBody, walletAnswerSchema } from '@prewatt/api';
import { queryOptions } from '@tanstack/react-query';
import { base, client, orThrow } from './read.ts';

const path = (connectionId: string, part: string) =>
  `${base}/connections/${encodeURIComponent(connectionId)}/${part}`;

export const walletQuery = (connectionId: string) =>
  queryOptions({
    queryKey: ['connection', connectionId, 'wallet'],
    queryFn: ({ signal }) =>
      orThrow(client.get(walletAnswerSchema, path(connectionId, 'wallet'), { signal })),
    refetchInterval: 30_000,
  });

export const askCreditMode = (connectionId: string, body: CreditModeBody) =>
  orThrow(client.post(askedSchema, path(connectionId, 'credit-mode'), { body }));
