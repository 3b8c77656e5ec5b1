// Routes of the network and its losses.

import { z } from 'zod';
import {
  decidePlacementSchema,
  lossDaysSchema,
  networkSchema,
  placementPageSchema,
} from '../network.ts';
import { get, post } from '../route.ts';

export const networkApi = {
  view: get('/api/operator/network', { answer: networkSchema }),
  days: get('/api/operator/network/:id/days', { params: { id: 'node' }, answer: lossDaysSchema }),
  file: get('/api/operator/network-losses.csv', {
    does: 'The balance of each node, as CSV.',
  }),
  placements: get('/api/operator/placements', { answer: placementPageSchema }),
  decide: post('/api/operator/placements/:id', {
    params: { id: 'connection' },
    body: decidePlacementSchema,
    answer: z.object({}),
  }),
};
