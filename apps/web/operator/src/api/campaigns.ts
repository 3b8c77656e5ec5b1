// Requests about key-change campaigns.

import { type CampaignMeterState, campaignApi, type NewCampaign, pathOf } from '@prewatt/api';
import { queryOptions } from '@tanstack/react-query';
import { client, orThrow, paged } from './read.ts';

export const campaignsKey = ['campaigns'] as const;

export const campaignsQuery = queryOptions({
  queryKey: ['campaigns', 'list'],
  queryFn: ({ signal }) => orThrow(client.call(campaignApi.list, { signal })),
  refetchInterval: 30_000,
});

export const campaignQuery = (campaignId: string) =>
  queryOptions({
    queryKey: ['campaigns', campaignId, 'detail'],
    queryFn: ({ signal }) => orThrow(client.call(campaignApi.detail, { id: campaignId, signal })),
    refetchInterval: 10_000,
  });

export const campaignMetersQuery = (campaignId: string, state: CampaignMeterState | 'all') =>
  paged(campaignApi.meters, {
    key: ['campaigns', campaignId, 'meters', state],
    input: { id: campaignId, query: { state } },
    refetchInterval: 10_000,
  });

export const campaignCsvPath = (campaignId: string) => pathOf(campaignApi.file, { id: campaignId });

export const createCampaign = (body: NewCampaign) =>
  orThrow(client.call(campaignApi.create, { body }));

/** What it did is read from the campaign itself. */
export const deliverCampaign = (campaignId: string) =>
  orThrow(client.call(campaignApi.deliver, { id: campaignId }));

export const withdrawCampaign = (campaignId: string) =>
  orThrow(client.call(campaignApi.withdraw, { id: campaignId }));
