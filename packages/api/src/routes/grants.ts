// Routes of grants.

import { z } from 'zod';
import {
  acknowledgeGrantSchema,
  freeUnitRunsSchema,
  grantBatchesSchema,
  grantBatchSchema,
  grantDetailSchema,
  grantPageSchema,
  newGrantBatchSchema,
  newGrantSchema,
} from '../grants.ts';
import { get, nothing, post } from '../route.ts';

export const grantApi = {
  list: get('/api/operator/grants', {
    query: z.object({
      state: z.enum(['attention', 'all']).default('all'),
      cursor: z.uuid().optional(),
    }),
    answer: grantPageSchema,
  }),
  freeUnits: get('/api/operator/grants/free-units', { answer: freeUnitRunsSchema }),
  batches: get('/api/operator/grants/batches', { answer: grantBatchesSchema }),
  batch: get('/api/operator/grants/batches/:id', {
    params: { id: 'grant' },
    answer: grantBatchSchema,
  }),
  detail: get('/api/operator/grants/:id', { params: { id: 'grant' }, answer: grantDetailSchema }),
  ofConnection: get('/api/operator/connections/:id/grants', {
    params: { id: 'connection' },
    answer: grantPageSchema,
  }),
  issue: post('/api/operator/connections/:id/grants', {
    params: { id: 'connection' },
    body: newGrantSchema,
    answer: grantDetailSchema,
  }),
  request: post('/api/operator/grants', { body: newGrantBatchSchema, answer: grantBatchSchema }),
  acknowledge: post('/api/operator/grants/:id/acknowledge', {
    params: { id: 'grant' },
    body: acknowledgeGrantSchema,
    answer: grantDetailSchema,
  }),
  /** Shows the digits of credit tokens, and keeps who asked. */
  show: post('/api/operator/grants/:id/show', {
    params: { id: 'grant' },
    body: nothing,
    answer: grantDetailSchema,
  }),
};
