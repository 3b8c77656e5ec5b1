// Routes of the proof.

import { askedSchema } from '../approvals.ts';
import {
  proofRunPageSchema,
  proofRunSchema,
  startProofSchema,
  wrongClockSchema,
} from '../proof.ts';
import { get, orEmpty, post } from '../route.ts';

export const proofApi = {
  list: get('/api/operator/proof/runs', { answer: proofRunPageSchema }),
  detail: get('/api/operator/proof/runs/:id', { params: { id: 'proof' }, answer: proofRunSchema }),
  clock: post('/api/operator/proof/clock', {
    body: wrongClockSchema,
    answer: askedSchema,
  }),
  start: post('/api/operator/proof/runs', {
    body: orEmpty(startProofSchema),
    answer: proofRunSchema,
  }),
};
