// Routes of revenue protection.

import { z } from 'zod';
import { revenuePageSchema, revenueStandingSchema } from '../revenue.ts';
import { get } from '../route.ts';

export const revenueApi = {
  list: get('/api/operator/revenue', {
    query: z.object({
      standing: revenueStandingSchema.default('visit'),
      /** Visits that the day has: so many lines are today's, the others wait. */
      visits: z.coerce.number().int().min(1).max(1000).optional(),
      cursor: z
        .string()
        .regex(/^\d{1,6}$/)
        .optional(),
    }),
    answer: revenuePageSchema,
  }),
};
