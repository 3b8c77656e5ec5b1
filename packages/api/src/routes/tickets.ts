// Routes of tickets.

import { get, post } from '../route.ts';
import {
  ticketActSchema,
  ticketDetailSchema,
  ticketHoldersSchema,
  ticketListQuerySchema,
  ticketOpenSchema,
  ticketPageSchema,
  ticketRowSchema,
} from '../tickets.ts';

const params = { id: 'ticket' } as const;

export const ticketApi = {
  list: get('/api/operator/tickets', { query: ticketListQuerySchema, answer: ticketPageSchema }),
  holders: get('/api/operator/tickets/holders', { answer: ticketHoldersSchema }),
  detail: get('/api/operator/tickets/:id', { params, answer: ticketDetailSchema }),
  /** The same `requestId` twice is one ticket. */
  open: post('/api/operator/tickets', { body: ticketOpenSchema, answer: ticketRowSchema }),
  act: post('/api/operator/tickets/:id/acts', {
    params,
    body: ticketActSchema,
    answer: ticketDetailSchema,
  }),
};
