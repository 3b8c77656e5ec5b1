// Routes of key-change campaigns.

import { z } from 'zod';
import {
  campaignMeterStates,
  campaignMetersSchema,
  campaignSchema,
  campaignsSchema,
  newCampaignSchema,
} from '../campaigns.ts';
import { get, nothing, post } from '../route.ts';

const params = { id: 'campaign' } as const;

export const campaignApi = {
  list: get('/api/operator/campaigns', { answer: campaignsSchema }),
  detail: get('/api/operator/campaigns/:id', { params, answer: campaignSchema }),
  meters: get('/api/operator/campaigns/:id/meters', {
    params,
    query: z.object({
      state: z.enum([...campaignMeterStates, 'all']).default('all'),
      cursor: z
        .string()
        .regex(/^\d{18}$/, 'the 18 digits of a meter')
        .optional(),
    }),
    answer: campaignMetersSchema,
  }),
  /** CSV. */
  file: get('/api/operator/campaigns/:id/export', { params }),
  create: post('/api/operator/campaigns', { body: newCampaignSchema, answer: campaignSchema }),
  deliver: post('/api/operator/campaigns/:id/deliver', {
    params,
    body: nothing,
    answer: campaignSchema,
  }),
  withdraw: post('/api/operator/campaigns/:id/withdraw', {
    params,
    body: nothing,
    answer: campaignSchema,
  }),
};
