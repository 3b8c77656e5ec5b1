// Routes of the list of people to call.

import { z } from 'zod';
import { get, post } from '../route.ts';
import { supplyCallNoteBodySchema, supplyCallsAnswerSchema } from '../supply-calls.ts';

const calls = z.object({ state: z.enum(['open', 'resolved']).default('open') });

export const supplyCallApi = {
  list: get('/api/operator/supply-calls', { query: calls, answer: supplyCallsAnswerSchema }),
  /** Answers with the list of `state`, as the reading of it does. */
  note: post('/api/operator/connections/:id/supply-calls/:callId', {
    params: { id: 'connection' },
    query: calls,
    body: supplyCallNoteBodySchema,
    answer: supplyCallsAnswerSchema,
  }),
};
