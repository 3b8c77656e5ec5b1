// Routes of approvals.

import { z } from 'zod';
import {
  approvalCountsSchema,
  approvalDetailSchema,
  approvalPageSchema,
  approvalRefuseBodySchema,
  approvalStates,
} from '../approvals.ts';
import { get, nothing, post } from '../route.ts';

const params = { id: 'approval' } as const;
const answer = approvalDetailSchema;

export const approvalApi = {
  list: get('/api/operator/approvals', {
    query: z.object({
      state: z.enum([...approvalStates, 'all']).default('awaiting'),
      cursor: z.uuid().optional(),
    }),
    answer: approvalPageSchema,
  }),
  counts: get('/api/operator/approvals/counts', { answer: approvalCountsSchema }),
  detail: get('/api/operator/approvals/:id', { params, answer }),
  approve: post('/api/operator/approvals/:id/approve', { params, body: nothing, answer }),
  decline: post('/api/operator/approvals/:id/decline', {
    ...{ params, answer },
    body: approvalRefuseBodySchema,
  }),
  withdraw: post('/api/operator/approvals/:id/withdraw', {
    ...{ params, answer },
    body: approvalRefuseBodySchema,
  }),
};
