// Money that a provider took and that no sale got. Both acts answer with the approval that they
// wait for.

import { type AddressInput, unallocatedMoneyApi } from '@prewatt/api';
import { client, orThrow, paged } from './read.ts';

export const unallocatedKey = ['unallocatedMoney'] as const;
export const unallocatedQuery = (state: 'waiting' | 'decided') =>
  paged(unallocatedMoneyApi.list, {
    key: ['unallocatedMoney', state],
    input: { query: { state } } satisfies AddressInput<typeof unallocatedMoneyApi.list>,
  });

export const candidatesQuery = (moneyId: string) => ({
  queryKey: [...unallocatedKey, 'candidates', moneyId],
  queryFn: () => orThrow(client.call(unallocatedMoneyApi.candidates, { id: moneyId })),
});

type Asked = { readonly requestId: string; readonly reason: string };

/** `amountMinor` only of another currency: what it came to. */
export const askMoneyMove = (
  moneyId: string,
  body: Asked & { readonly toMeterPan: string; readonly amountMinor?: string },
) => orThrow(client.call(unallocatedMoneyApi.move, { id: moneyId, body }));

export const askMoneyRefund = (moneyId: string, body: Asked & { readonly reference: string }) =>
  orThrow(client.call(unallocatedMoneyApi.refund, { id: moneyId, body }));
