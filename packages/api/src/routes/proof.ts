// Routes of the proof.

import { proofRunPageSchema, proofRunSchema, startProofSchema } from '../proof.ts';
import { get, orEmpty, post } from '../route.ts';

export const proofApi = {
  list: get('/api/operator/proof/runs', { answer: proofRunPageSchema }),
  detail: get('/api/operator/proof/runs/:id', { params: { id: 'proof' }, answer: proofRunSchema }),
  start: post('/api/operator/proof/runs', {
    body: orEmpty(startProofSchema),
    answer: proofRunSchema,
  }),
};
