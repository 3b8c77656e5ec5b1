// Reads and acts about key-change campaigns.

import {
  type CampaignMeterState,
  campaignMetersSchema,
  campaignSchema,
  campaignsSchema,
  type NewCampaign,
} from '@prewatt/api';
import { queryOptions } from '@tanstack/react-query';
import { base, client, orThrow, paged } from './read.ts';

const campaigns = `${base}/campaigns`;
const pathOf = (campaignId: string, part = '') =>
  `${campaigns}/${encodeURIComponent(campaignId)}${part}`;

export const campaignsKey = ['campaigns'] as const;

export const campaignsQuery = queryOptions({
  queryKey: ['campaigns', 'list'],
  queryFn: ({ signal }) => orThrow(client.get(campaignsSchema, campaigns, { signal })),
  refetchInterval: 30_000,
});

export const campaignQuery = (campaignId: string) =>
  queryOptions({
    queryKey: ['campaigns', campaignId, 'detail'],
    queryFn: ({ signal }) => orThrow(client.get(campaignSchema, pathOf(campaignId), { signal })),
    refetchInterval: 10_000,
  });

export const campaignMetersQuery = (campaignId: string, state: CampaignMeterState | 'all') =>
  paged({
    key: ['campaigns', campaignId, 'meters', state],
    path: pathOf(campaignId, '/meters'),
    schema: campaignMetersSchema,
    params: { state },
    refetchInterval: 10_000,
  });

export const campaignCsvPath = (campaignId: string) => pathOf(campaignId, '/export');

export const createCampaign = (body: NewCampaign) =>
  orThrow(client.post(campaignSchema, campaigns, { body }));

/** What it did is read from the campaign itself. */
export const deliverCampaign = (campaignId: string) =>
  orThrow(client.post(anything, pathOf(campaignId, '/deliver')));

export const withdrawCampaign = (campaignId: string) =>
  orThrow(client.post(campaignSchema, pathOf(campaignId, '/withdraw')));

const anything = { safeParse: (data: unknown) => ({ success: true as const, data }) };
