// Routes of automatic top-ups for operators.

import { get, post } from '../route.ts';
import { topUpAnswerSchema, topUpStopSchema } from '../top-ups.ts';

const params = { id: 'connection' } as const;
const changed = { params, body: topUpStopSchema, answer: topUpAnswerSchema };

export const topUpApi = {
  view: get('/api/operator/connections/:id/top-up', { params, answer: topUpAnswerSchema }),
  stop: post('/api/operator/connections/:id/top-up/stop', changed),
  allow: post('/api/operator/connections/:id/top-up/allow', changed),
};
