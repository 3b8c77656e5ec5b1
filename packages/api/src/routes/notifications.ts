// Routes of operators about what payment providers have sent.

import {
  notificationDetailSchema,
  notificationPageSchema,
  notificationQuerySchema,
  notificationReplayedSchema,
} from '../notifications.ts';
import { get, nothing, post } from '../route.ts';

const params = { id: 'notification' } as const;

export const notificationApi = {
  list: get('/api/operator/notifications', {
    query: notificationQuerySchema,
    answer: notificationPageSchema,
  }),
  detail: get('/api/operator/notifications/:id', { params, answer: notificationDetailSchema }),
  replay: post('/api/operator/notifications/:id/replay', {
    params,
    body: nothing,
    answer: notificationReplayedSchema,
  }),
};
