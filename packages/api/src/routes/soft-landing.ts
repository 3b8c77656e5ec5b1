// Routes of the soft landing.

import { z } from 'zod';
import { get } from '../route.ts';
import { landingPageSchema, landingStateSchema } from '../soft-landing.ts';

export const softLandingApi = {
  list: get('/api/operator/landings', {
    query: z.object({
      state: z.union([landingStateSchema, z.literal('all')]).default('all'),
      cursor: z.uuid().optional(),
    }),
    answer: landingPageSchema,
  }),
  ofConnection: get('/api/operator/connections/:id/landings', {
    params: { id: 'connection' },
    answer: landingPageSchema,
  }),
};
