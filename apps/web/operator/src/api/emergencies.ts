// What one person may do alone in an emergency, what was done so, and what another one says of it.

import { type EmergencyRules, emergencyApi } from '@prewatt/api';
import { queryOptions } from '@tanstack/react-query';
import { client, orThrow } from './read.ts';

/** Under "approvals", which a live event marks as stale. */
export const emergenciesKey = ['approvals', 'emergencies'] as const;

export const emergenciesQuery = queryOptions({
  queryKey: emergenciesKey,
  queryFn: ({ signal }) => orThrow(client.call(emergencyApi.all, { signal })),
  refetchInterval: 60_000,
});

export const askEmergencyRules = (
  body: EmergencyRules & { readonly requestId: string; readonly reason: string },
) => orThrow(client.call(emergencyApi.proposeRules, { body }));

/** Safe to repeat: it is done once. */
export const actAlone = (
  approvalId: string,
  body: { readonly reason: string; readonly password: string; readonly code?: string },
) => orThrow(client.call(emergencyApi.actAlone, { id: approvalId, body }));

export const reviewEmergency = (
  approvalId: string,
  body: { readonly verdict: 'confirmed' | 'disputed'; readonly note: string },
) => orThrow(client.call(emergencyApi.review, { id: approvalId, body }));
