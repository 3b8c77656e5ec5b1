// Routes of money that a provider took and that no sale got.

import { askedSchema } from '../approvals.ts';
import { get, post } from '../route.ts';
import {
  moneyCandidatesSchema,
  moveMoneyBodySchema,
  refundMoneyBodySchema,
  unallocatedPageSchema,
  unallocatedQuerySchema,
} from '../unallocated-money.ts';

const params = { id: 'money' } as const;

export const unallocatedMoneyApi = {
  list: get('/api/operator/unallocated-money', {
    query: unallocatedQuerySchema,
    answer: unallocatedPageSchema,
  }),
  candidates: get('/api/operator/unallocated-money/:id/candidates', {
    params,
    answer: moneyCandidatesSchema,
  }),
  move: post('/api/operator/unallocated-money/:id/move', {
    params,
    body: moveMoneyBodySchema,
    answer: askedSchema,
  }),
  refund: post('/api/operator/unallocated-money/:id/refund', {
    params,
    body: refundMoneyBodySchema,
    answer: askedSchema,
  }),
};
