// Routes of what one person may do alone.

import { askedSchema } from '../approvals.ts';
import {
  controlLimitsAnswerSchema,
  proposeLimitsBodySchema,
  safetyCutPageSchema,
} from '../limits.ts';
import { get, post } from '../route.ts';

export const limitApi = {
  limits: get('/api/operator/control-limits', { answer: controlLimitsAnswerSchema }),
  propose: post('/api/operator/control-limits', {
    body: proposeLimitsBodySchema,
    answer: askedSchema,
  }),
  safetyCuts: get('/api/operator/safety-cuts', { answer: safetyCutPageSchema }),
};
