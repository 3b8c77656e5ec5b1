// Requests about approvals. Keys start with "approvals", which a live event marks as stale.

import { type ApprovalState, approvalApi } from '@prewatt/api';
import { queryOptions } from '@tanstack/react-query';
import { client, orThrow, paged } from './read.ts';

export const approvalsKey = ['approvals'] as const;

export const approvalsQuery = (state: ApprovalState | 'all') =>
  paged(approvalApi.list, {
    key: ['approvals', 'list', state],
    input: { query: { state } },
    refetchInterval: 60_000,
  });

export const approvalCountsQuery = queryOptions({
  queryKey: ['approvals', 'counts'],
  queryFn: ({ signal }) => orThrow(client.call(approvalApi.counts, { signal })),
  refetchInterval: 60_000,
});

export const approvalQuery = (approvalId: string) =>
  queryOptions({
    queryKey: ['approvals', approvalId],
    queryFn: ({ signal }) => orThrow(client.call(approvalApi.detail, { id: approvalId, signal })),
  });

/** Each is safe to repeat: the same person's same decision gets the first answer. */
export const approve = (approvalId: string) =>
  orThrow(client.call(approvalApi.approve, { id: approvalId }));

export const refuse = (approvalId: string, how: 'decline' | 'withdraw', reason: string) =>
  orThrow(client.call(approvalApi[how], { id: approvalId, body: { reason } }));
