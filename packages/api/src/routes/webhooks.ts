// Routes of administrators about what programs of others are told.

import { z } from 'zod';
import { get, nothing, post } from '../route.ts';
import {
  deliveryPageSchema,
  deliveryStates,
  endpointMadeSchema,
  endpointPageSchema,
  endpointStateBodySchema,
  newEndpointSchema,
  replayedSchema,
  replaySchema,
  rotateSecretSchema,
  webhookEndpointSchema,
} from '../webhooks.ts';

const params = { id: 'endpoint' } as const;

export const webhookApi = {
  list: get('/api/operator/integrations/:id/endpoints', {
    params: { id: 'integration' },
    answer: endpointPageSchema,
  }),
  create: post('/api/operator/integrations/:id/endpoints', {
    params: { id: 'integration' },
    body: newEndpointSchema,
    answer: endpointMadeSchema,
  }),
  setState: post('/api/operator/endpoints/:id/state', {
    params,
    body: endpointStateBodySchema,
    answer: webhookEndpointSchema,
  }),
  rotate: post('/api/operator/endpoints/:id/rotate', {
    params,
    body: rotateSecretSchema,
    answer: endpointMadeSchema,
  }),
  test: post('/api/operator/endpoints/:id/test', { params, body: nothing, answer: replayedSchema }),
  replay: post('/api/operator/endpoints/:id/replay', {
    params,
    body: replaySchema,
    answer: replayedSchema,
  }),
  deliveries: get('/api/operator/endpoints/:id/deliveries', {
    params,
    query: z.object({
      state: z.enum(deliveryStates).optional(),
      cursor: z.string().max(100).optional(),
    }),
    answer: deliveryPageSchema,
  }),
};
