// What an hour and a day bring at most.

import { type BudgetLimits, type BudgetName, budgetApi } from '@prewatt/api';
import { queryOptions } from '@tanstack/react-query';
import { client, orThrow } from './read.ts';

export const budgetsKey = ['budgets'] as const;

export const budgetsQuery = queryOptions({
  queryKey: budgetsKey,
  queryFn: ({ signal }) => orThrow(client.call(budgetApi.budgets, { signal })),
  refetchInterval: 60_000,
});

export const askBudget = (body: {
  readonly requestId: string;
  readonly reason: string;
  readonly budget: BudgetName;
  readonly limits: BudgetLimits;
}) => orThrow(client.call(budgetApi.propose, { body }));
