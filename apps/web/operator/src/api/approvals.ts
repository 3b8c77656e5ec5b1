// Reads and acts about approvals. Keys start with "approvals", which a live event marks as stale.

import {
  type ApprovalState,
  approvalCountsSchema,
  approvalDetailSchema,
  approvalPageSchema,
} from '@prewatt/api';
import { queryOptions } from '@tanstack/react-query';
import { base, client, orThrow, paged } from './read.ts';

const approvals = `${base}/approvals`;
const pathOf = (approvalId: string, part = '') =>
  `${approvals}/${encodeURIComponent(approvalId)}${part}`;

export const approvalsKey = ['approvals'] as const;

export const approvalsQuery = (state: ApprovalState | 'all') =>
  paged({
    key: ['approvals', 'list', state],
    path: approvals,
    schema: approvalPageSchema,
    params: { state },
    refetchInterval: 60_000,
  });

export const approvalCountsQuery = queryOptions({
  queryKey: ['approvals', 'counts'],
  queryFn: ({ signal }) =>
    orThrow(client.get(approvalCountsSchema, `${approvals}/counts`, { signal })),
  refetchInterval: 60_000,
});

export const approvalQuery = (approvalId: string) =>
  queryOptions({
    queryKey: ['approvals', approvalId],
    queryFn: ({ signal }) =>
      orThrow(client.get(approvalDetailSchema, pathOf(approvalId), { signal })),
  });

/** Each is safe to repeat: the same person's same decision gets the first answer. */
export const approve = (approvalId: string) =>
  orThrow(client.post(approvalDetailSchema, pathOf(approvalId, '/approve')));

export const refuse = (approvalId: string, how: 'decline' | 'withdraw', reason: string) =>
  orThrow(client.post(approvalDetailSchema, pathOf(approvalId, `/${how}`), { body: { reason } }));
