// Routes of what customers write.

import { z } from 'zod';
import { inboxDoneSchema, inboxPageSchema } from '../inbox.ts';
import { get, nothing, post } from '../route.ts';

export const inboxApi = {
  list: get('/api/operator/inbox', {
    query: z.object({
      show: z.enum(['open', 'all']).default('open'),
      cursor: z.string().max(500).optional(),
    }),
    answer: inboxPageSchema,
  }),
  done: post('/api/operator/inbox/:id/done', {
    params: { id: 'message' },
    body: nothing,
    answer: inboxDoneSchema,
  }),
};
